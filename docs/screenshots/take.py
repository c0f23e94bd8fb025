"""Take the screenshots of this folder: `python docs/screenshots/take.py`. Needs Chromium; the answers are the real reader's."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from qa.opening import Opener
from qa.suggesting import suggested_questions
from ui.chat import create_app, launch
from ui.render import ConfidenceScale
from ui.serving import confidence_scale, plain
from ui.session import AssistantLike, MakeQuiz

HERE = Path(__file__).parent
QUESTIONS = ("How many North Korean commandos were moved to Russia?", "What is the population of Poland?")
QUIZ = """Which country promotes a plan for peace together with China? {~Poland =Brazil ~Japan ~Syria}

The Pentagon counted about 10,000 North Korean commandos. {TRUE}

What does the partnership of Moscow and Pyongyang promise? {~Free trade =Mutual defence ~A common currency}
"""


def take(
    assistant: AssistantLike, make_quiz: MakeQuiz, folder: Path, scale: ConfidenceScale | None = None
) -> None:
    """Write light.png, dark.png, welcome.png, quiz.png, phone.png and phone-article.png into `folder`."""
    app = create_app(
        assistant,
        open_article=lambda source: assistant,
        suggest=lambda opened: suggested_questions(plain(opened)),
        make_quiz=make_quiz,
        scale=scale,
        bundled={},
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
        page = visit(browser, address, 1280, 900, "light")
        answer_quiz(page)
        save(page, folder / "quiz.png")
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
        is_mobile=width < 500,
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


def answer_quiz(page: Page) -> None:
    """Let a small quiz be answered and light up the first answer."""
    page.click('[data-mode="quiz"]')
    page.set_input_files(
        '[data-part="quiz-file"]', {"name": "week 3.gift", "mimeType": "text/plain", "buffer": QUIZ.encode()}
    )
    page.wait_for_selector(".score")
    page.click(".answers .chip")
    page.wait_for_selector("mark")
    page.mouse.move(4, 4)
    page.wait_for_selector(".tip", state="hidden")


def save(page: Page, path: Path) -> None:
    """Save a screenshot with a palette of 128 colours, which keeps it small."""
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    opener = Opener()
    take(opener.builtin(), lambda assistant: opener.quiz(plain(assistant)), HERE, confidence_scale(opener))
