"""Take the screenshots of this folder: `python docs/screenshots/take.py`. Needs Chromium; the answers are the real reader's."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ui.chat import create_app, launch
from ui.render import ConfidenceScale
from ui.session import AssistantLike

HERE = Path(__file__).parent
QUESTIONS = ("How many North Korean commandos were moved to Russia?", "What is the population of Poland?")
SUGGESTIONS = (
    "When did Putin visit Pyongyang?",
    "What does North Korea depend on Beijing for?",
    "How large is North Korea's arsenal of nuclear weapons?",
)


def take(assistant: AssistantLike, folder: Path, scale: ConfidenceScale | None = None) -> None:
    """Write light.png, dark.png, welcome.png, phone.png and phone-article.png into `folder`."""
    app = create_app(
        assistant, open_article=lambda source: assistant, suggest=lambda assistant: SUGGESTIONS, scale=scale, bundled={}
    )
    address = launch(app, 0, block=False, mcp=False, announce=lambda line: None)
    with sync_playwright() as driver:
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for scheme in ("light", "dark"):
            page = visit(browser, address, 1280, 900, scheme)
            if scheme == "light":
                save(page, folder / "welcome.png")
            converse(page)
            save(page, folder / f"{scheme}.png")
        page = visit(browser, address, 375, 740, "light")
        converse(page)
        save(page, folder / "phone-article.png")
        page.keyboard.press("Escape")
        page.wait_for_selector(".paper", state="hidden")
        save(page, folder / "phone.png")
        browser.close()
    app.close(verbose=False)


def visit(browser: Browser, address: str, width: int, height: int, scheme: str) -> Page:
    """Open the page in a window of that size."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".welcome h2")
    return page


def converse(page: Page) -> None:
    """Ask the questions and light up the first answer."""
    for turn, question in enumerate(QUESTIONS, start=1):
        page.fill("#question", question)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#turn-{turn} .actions")
    page.click("#turn-1 .chip")
    page.wait_for_selector("mark")
    page.mouse.move(4, 4)
    page.wait_for_selector(".tip", state="hidden")


def save(page: Page, path: Path) -> None:
    """Save a screenshot with a palette of 128 colours, which keeps it small."""
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    from qa.opening import Opener

    opened = Opener().builtin()
    take(opened, HERE, ConfidenceScale(accuracy=opened.calibration.accuracy))
