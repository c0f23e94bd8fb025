"""The page with quick models, served from this process, and a visitor in headless Chromium: for the browser tests."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from small_judge import WEIGHTS, OverlapJudge
from small_models import small_assistant

from index.loading import load_article
from qa.answer import Answer, QuizQuestion
from qa.assistant import Assistant
from qa.quiz.assistant import QuizAssistant
from ui.chat import create_app, launch
from ui.session import AssistantLike

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
BROWSER_TEST = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
    # Gradio and its server, not this package, use what their libraries have deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
QUIZ = """Who built the lighthouse of Marrow Point? {~Maria Sund =Tobias Kell ~Ada Finch}

::k::The lamp has been automatic since 1986. {TRUE}

Which <b>club</b> <img src\\=x onerror\\="window.pwned \\= 1"> won? {=Basel}

a bad one { -> }
"""
QUESTION = "Who broke the lamp?"
ANSWER = "A storm in January 1902 broke the lamp."
BROKEN = "This text meets a bug."
SLOW = "This text is read slowly."
SLOW_READING, SLOW_GO_ON = threading.Event(), threading.Event()


def open_article(source: Path | str) -> Assistant:
    if source == BROKEN:
        raise RuntimeError("a bug, for the test")
    if source == SLOW:
        SLOW_READING.set()
        SLOW_GO_ON.wait(20)
    text = load_article(source).text if isinstance(source, Path) else source
    return small_assistant(text)


def make_quiz(assistant: AssistantLike) -> QuizAssistant:
    assert isinstance(assistant, Assistant)
    return SlowAtTimes(assistant, OverlapJudge(), WEIGHTS)


class SlowAtTimes(QuizAssistant):
    """Takes its time with a question that says "slowly", so that a quiz can be stopped before its end."""

    def answer(self, question: QuizQuestion) -> Answer:
        time.sleep(0.1 if "slowly" in question.question else 0)
        return super().answer(question)


def suggest(assistant: AssistantLike) -> tuple[str, ...]:
    return (QUESTION, "Who was Maria Sund?") if "lighthouse" in assistant.article.text else ()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the page and yield its address."""
    bread = folder / "bread.md"
    bread.write_text("# Bread\n\nThe bread was baked by Ida.", encoding="utf-8")
    app = create_app(
        small_assistant(), open_article=open_article, bundled={"Bread": bread}, suggest=suggest, make_quiz=make_quiz
    )
    yield launch(app, 0, block=False, mcp=False, announce=lambda line: None)
    app.close(verbose=False)


@contextmanager
def chromium() -> Iterator["playwright.Browser"]:
    """Start the browser."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Visit:
    """One page in a browser context of its own, which keeps what it requested and complained about."""

    def __init__(self, browser: "playwright.Browser", address: str, **options: object) -> None:
        self.context = browser.new_context(viewport=options.pop("viewport", {"width": 1280, "height": 800}), **options)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.hosts: set[str] = set()
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.goto(address)
        self.page.wait_for_selector(".article-text .block", state="attached")

    def ask(self, question: str, turn: int = 1) -> None:
        self.page.fill("#question", question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f"#turn-{turn} .actions")

    def paste(self, text: str) -> None:
        self.page.click('[data-do="opener"]')
        self.page.fill("#pasted", text)
        self.page.click('[data-do="paste"]')
        self.page.wait_for_selector("dialog:not([open])", state="attached")

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.className"))

    def marked(self) -> str:
        self.page.wait_for_selector("mark")
        return "".join(self.page.locator("mark").all_text_contents())


def open_quiz(visit: Visit, path: Path) -> None:
    visit.page.click('[data-mode="quiz"]')
    visit.page.set_input_files('[data-part="quiz-file"]', path)


@contextmanager
def visiting(browser: "playwright.Browser", address: str, **options: object) -> Iterator[Visit]:
    """Visit the page; at the end nothing may have broken, and nothing been asked of another host."""
    visit = Visit(browser, address, **options)
    yield visit
    visit.context.close()
    assert visit.errors == []
    assert visit.hosts <= {urlsplit(address).netloc, ""}  # "" is a download made in the page
