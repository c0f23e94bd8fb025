"""The page in a real browser: headless Chromium, a server in this process, and no other host."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from small_judge import WEIGHTS, OverlapJudge
from small_models import TEXT, small_assistant

from index.errors import ArticleQAError
from index.loading import load_article
from qa.answer import Answer, QuizQuestion
from qa.assistant import Assistant
from qa.quiz.assistant import QuizAssistant
from ui.chat import create_app, launch
from ui.session import MAX_UPLOAD_BYTES, AssistantLike

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
    # Gradio and its server, not this package, use what their libraries have deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
QUESTION = "Who broke the lamp?"
ANSWER = "A storm in January 1902 broke the lamp."
BROKEN = "This text meets a bug."
SLOW = "This text is read slowly."
SLOW_READING, SLOW_GO_ON = threading.Event(), threading.Event()
HOSTILE = """# 😀 <b>Bold</b> {{title}} ${title}

It 😀 began with <script>pwned = 1</script> and <img src=x onerror="window.pwned = 1"> in [it](javascript:pwned()).

The 😀 lamp was </p></div><iframe src="http://evil.example"></iframe> broken by a "storm" & 'rain' ${window.pwned = 1}.
"""


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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    bread = tmp_path_factory.mktemp("bundled") / "bread.md"
    bread.write_text("# Bread\n\nThe bread was baked by Ida.", encoding="utf-8")
    app = create_app(
        small_assistant(), open_article=open_article, bundled={"Bread": bread}, suggest=suggest, make_quiz=make_quiz
    )
    yield launch(app, 0, block=False, mcp=False, announce=lambda line: None)
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
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


@pytest.fixture
def visit(browser: "playwright.Browser", address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.context.close()
    assert visit.errors == []
    assert visit.hosts <= {urlsplit(address).netloc, ""}  # "" is a download made in the page


def test_a_chip_lights_up_exactly_the_answer(visit: Visit) -> None:
    page = visit.page
    assert page.locator(".welcome h2").text_content() == "The lighthouse of Marrow Point"
    assert "3 paragraphs" in (page.locator(".welcome .kicker").text_content() or "")
    page.click(f'[data-ask="{QUESTION}"]')
    chip = page.locator("#turn-1 .reply .chip")
    chip.hover()
    assert page.locator('[data-part="tip"]').text_content() == f"“{ANSWER}”"
    chip.click()
    assert visit.marked() == ANSWER == page.locator("#turn-1 .reply .span").text_content()
    assert page.locator("#p2 mark").count() == 1
    playwright.expect(page.locator("mark")).to_be_in_viewport()
    page.click("#turn-1 summary")
    page.click("#turn-1 .why .chip >> nth=0")
    page.wait_for_function(f"document.querySelector('mark').textContent !== {json.dumps(ANSWER)}")
    assert page.locator("mark").count() == 1


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.page
    assert visit.focused() == "question"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-1 .actions")
    assert visit.focused() == "question"
    assert page.locator('[data-part="status"]').text_content() == f"{ANSWER} (¶2)"
    page.locator('[data-part="log"]').focus()
    page.keyboard.press("Tab")
    assert visit.focused() == "chip"
    playwright.expect(page.locator('[data-part="tip"]')).to_be_visible()
    page.keyboard.press("Enter")
    assert visit.marked() == ANSWER
    page.keyboard.press("Escape")
    playwright.expect(page.locator('[data-part="tip"]')).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#turn-1 .why ol")).to_be_visible()


def test_a_refusal_offers_passages_but_no_answer(visit: Visit) -> None:
    visit.ask("What is the airspeed of a swallow?")
    turn = visit.page.locator("#turn-1")
    assert turn.locator(".sentence").text_content() == "The article does not say."
    assert turn.locator(".span, .confidence").count() == 0
    turn.locator(".nearest .chip").first.click()
    assert visit.marked() in TEXT


def test_a_follow_up_can_be_taken_back(visit: Visit) -> None:
    visit.ask("Who was Maria Sund?")
    visit.ask("What did she do?", 2)
    assert "What did Maria Sund do?" in (visit.page.locator("#turn-2 .understood").text_content() or "")
    visit.page.click("#turn-2 [data-literal]")
    visit.page.wait_for_selector("#turn-3 .actions")
    assert visit.page.locator("#turn-3 .understood").count() == 0


def test_an_error_is_one_line_and_the_next_question_is_answered(visit: Visit) -> None:
    visit.page.fill("#question", "?!")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#turn-1 .error")
    visit.ask(QUESTION, 2)
    assert visit.page.locator("#turn-2 .span").text_content() == ANSWER


def test_a_hostile_article_stays_text(visit: Visit) -> None:
    page = visit.page
    visit.paste(HOSTILE)
    shown = page.locator(".article-text").text_content() or ""
    for line in HOSTILE.removeprefix("# ").strip().splitlines():
        assert line in shown
    visit.ask("What broke the lamp, a storm or rain?")
    page.locator("#turn-1 .reply .chip").click()
    assert visit.marked() == page.locator("#turn-1 .reply .span").text_content()
    assert visit.marked() in HOSTILE
    assert page.locator(".aqa :is(script, img, iframe, b, a)").count() == 0
    assert page.evaluate("window.pwned") is None


def test_two_sessions_share_nothing(visit: Visit, browser: "playwright.Browser", address: str) -> None:
    other = Visit(browser, address)
    visit.paste("# Bread\n\nIda broke the lamp while she baked.")
    other.ask(QUESTION)
    visit.ask(QUESTION)
    assert other.page.locator(".title").text_content() == "The lighthouse of Marrow Point"
    assert other.page.locator("#turn-1 .span").text_content() == ANSWER
    assert "Ida" in (visit.page.locator("#turn-1 .span").text_content() or "")
    other.context.close()
    visit.page.reload()
    visit.page.wait_for_selector(".welcome")
    assert visit.page.locator(".title").text_content() == "The lighthouse of Marrow Point"


def test_ten_sessions_at_once_each_with_its_own_article(browser: "playwright.Browser", address: str) -> None:
    visits = [Visit(browser, address) for _ in range(10)]
    for number, visit in enumerate(visits):
        visit.page.click('[data-do="opener"]')
        visit.page.fill("#pasted", f"# Mill {number}\n\nThe mill was sold by Mister Number{number} in spring.")
        visit.page.click('[data-do="paste"]')
    for visit in visits:
        visit.page.wait_for_selector("dialog:not([open])", state="attached")
        visit.page.fill("#question", "Who sold the mill in spring?")
        visit.page.keyboard.press("Enter")
    for number, visit in enumerate(visits):
        visit.page.wait_for_selector("#turn-1 .actions")
        assert f"Mister Number{number} " in (visit.page.locator("#turn-1 .span").text_content() or "")
        assert visit.page.locator(".title").text_content() == f"Mill {number}"
        assert visit.errors == []
        visit.context.close()


def test_others_are_answered_while_an_article_is_being_read(
    visit: Visit, browser: "playwright.Browser", address: str
) -> None:
    other = Visit(browser, address)
    visit.page.click('[data-do="opener"]')
    visit.page.fill("#pasted", SLOW)
    visit.page.click('[data-do="paste"]')
    assert SLOW_READING.wait(10)
    other.ask(QUESTION)
    assert other.page.locator("#turn-1 .span").text_content() == ANSWER
    assert visit.page.locator("dialog[open]").count() == 1  # it is still being read
    SLOW_GO_ON.set()
    visit.page.wait_for_selector("dialog:not([open])", state="attached")
    other.context.close()


def test_one_line_of_five_megabytes_can_be_opened_and_asked(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "one line.txt"
    path.write_text("The keeper of the harbour was Olga. " + "It rained in the harbour. " * 180_000, encoding="utf-8")
    assert 4_000_000 < path.stat().st_size < MAX_UPLOAD_BYTES
    visit.page.click('[data-do="opener"]')
    visit.page.set_input_files('[data-part="file"]', path)
    visit.page.wait_for_selector("dialog:not([open])", state="attached", timeout=120_000)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_nothing_jumps_when_an_answer_arrives(visit: Visit) -> None:
    """Layout shift as browsers measure it (CLS): 0.1 is still called good."""
    visit.page.evaluate(
        """window.shift = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: false });"""
    )
    for turn in (1, 2, 3):
        visit.ask(QUESTION, turn)
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.shift") < 0.05


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".docx", ".pdf"])
def test_every_format_can_be_opened(visit: Visit, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a letter{suffix}"
    words = "The letter from Aunt Olga was written in the harbour of Odessa and arrived nine weeks later by ship."
    if suffix == ".docx":
        import docx

        document = docx.Document()
        document.add_paragraph(words)
        document.save(str(path))
    elif suffix == ".pdf":
        from test_loading import pdf_bytes

        path.write_bytes(pdf_bytes([[(words, 8, 700)]]))
    else:
        path.write_text(f"<html><body><p>{words}</p></body></html>" if suffix == ".html" else words, encoding="utf-8")
    visit.page.click('[data-do="opener"]')
    visit.page.set_input_files('[data-part="file"]', path)
    visit.page.wait_for_selector("dialog:not([open])", state="attached")
    assert words in (visit.page.locator("#p1").text_content() or "")
    assert visit.focused() == "question"


def test_windows_line_ends_do_not_shift_the_light(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "hard-wrapped.txt"
    path.write_bytes(
        b"The letter was long.\r\nIt came by\r\nship. Aunt Olga wrote the\r\nletter in Odessa. It rained.\r\n"
    )
    visit.page.click('[data-do="opener"]')
    visit.page.set_input_files('[data-part="file"]', path)
    visit.page.wait_for_selector("dialog:not([open])", state="attached")
    visit.ask("Did Aunt Olga write the letter in Odessa?")
    visit.page.locator("#turn-1 .reply .chip").click()
    assert visit.marked() == "Aunt Olga wrote the\r\nletter in Odessa."


def test_what_cannot_be_opened_is_said_in_one_line(visit: Visit, tmp_path: Path) -> None:
    page, error = visit.page, visit.page.locator('[data-part="opener-error"]')
    page.click('[data-do="opener"]')
    large, strange = tmp_path / "large.txt", tmp_path / "picture.xyz"
    large.write_bytes(b"a" * (MAX_UPLOAD_BYTES + 1))
    strange.write_bytes(b"\x89PNG")
    page.set_input_files('[data-part="file"]', large)
    playwright.expect(error).to_contain_text("at most 5 MB")
    page.set_input_files('[data-part="file"]', strange)
    playwright.expect(error).to_contain_text("'picture.xyz' is of an unsupported kind")
    page.click('[data-bundled="Bread"]')
    page.wait_for_selector("dialog:not([open])", state="attached")
    assert page.locator(".title").text_content() == "Bread"


def test_a_page_cannot_name_a_file_of_the_machine(visit: Visit, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret is kept by Ida.", encoding="utf-8")

    def rename(route: "playwright.Route") -> None:
        data = route.request.post_data_json
        if isinstance(data.get("event_data"), dict) and "text" in data["event_data"]:
            data["event_data"] = {"path": str(secret)}
        route.continue_(post_data=json.dumps(data))

    visit.page.route("**/queue/join*", rename)
    visit.page.click('[data-do="opener"]')
    visit.page.fill("#pasted", "anything")
    visit.page.click('[data-do="paste"]')
    playwright.expect(visit.page.locator('[data-part="opener-error"]')).to_contain_text("Something went wrong")
    assert secret.exists()
    assert "secret" not in (visit.page.locator(".article-text").text_content() or "")


def test_a_bug_is_admitted_and_the_page_goes_on(visit: Visit) -> None:
    visit.page.click('[data-do="opener"]')
    visit.page.fill("#pasted", BROKEN)
    visit.page.click('[data-do="paste"]')
    playwright.expect(visit.page.locator('[data-part="opener-error"]')).to_contain_text("Something went wrong")
    visit.page.keyboard.press("Escape")
    visit.ask(QUESTION)


def test_the_conversation_and_wrong_answers_are_saved(visit: Visit) -> None:
    page = visit.page

    def saved(kind: str) -> str:
        page.click(".menu summary")
        with page.expect_download() as download:
            page.click(f'[data-save="{kind}"]')
        return download.value.path().read_text(encoding="utf-8")

    visit.ask(QUESTION)
    page.click("#turn-1 [data-wrong]")
    playwright.expect(page.locator("#turn-1 [data-wrong]")).to_have_attribute("aria-pressed", "true")
    (citation,) = json.loads(saved("json"))["answers"][0]["citations"]
    assert TEXT[citation["start"] : citation["end"]] == ANSWER
    assert "¶2, characters" in saved("markdown")
    row = json.loads(saved("wrong"))
    assert (row["question"], row["answerable"], row["given_paragraphs"]) == (QUESTION, None, [2])


QUIZ = """Who built the lighthouse of Marrow Point? {~Maria Sund =Tobias Kell ~Ada Finch}

::k::The lamp has been automatic since 1986. {TRUE}

Which <b>club</b> <img src\\=x onerror\\="window.pwned \\= 1"> won? {=Basel}

a bad one { -> }
"""


def open_quiz(visit: Visit, path: Path) -> None:
    visit.page.click('[data-mode="quiz"]')
    visit.page.set_input_files('[data-part="quiz-file"]', path)


def test_a_quiz_file_is_answered_scored_cited_and_saved(visit: Visit, tmp_path: Path) -> None:
    page, path = visit.page, tmp_path / "week 3.gift"
    path.write_text(QUIZ, encoding="utf-8")
    open_quiz(visit, path)
    page.wait_for_selector(".score")
    rows = page.locator(".answers tbody tr")
    assert rows.count() == 3
    assert "B. Tobias Kell" in (rows.nth(0).text_content() or "")
    assert "2 of 3 right" in (page.locator(".score").text_content() or "")
    assert "1 row of the file could not be asked" in (page.locator(".problems").text_content() or "")
    assert page.evaluate("window.pwned") is None
    rows.nth(1).locator(".chip").first.click()
    assert "automatic" in visit.marked()
    for form, ending, part in (("html", ".html", "<h1>"), ("jsonl", ".jsonl", '"choice": 1'), ("gift", ".gift", "{")):
        with page.expect_download() as download:
            page.click(f'[data-save="quiz-{form}"]')
        assert download.value.suggested_filename == f"week 3-answers{ending}"
        assert part in download.value.path().read_text(encoding="utf-8")
    page.click('[data-mode="ask"]')
    visit.ask(QUESTION)
    assert page.locator("#turn-1 .span").text_content() == ANSWER
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    assert visit.focused() == "tab-quiz"
    playwright.expect(rows.first).to_be_visible()


def test_a_quiz_can_be_stopped_and_what_is_no_quiz_is_said(visit: Visit, tmp_path: Path) -> None:
    page, error = visit.page, visit.page.locator('[data-part="quiz-error"]')
    picture, many = tmp_path / "a.pdf", tmp_path / "many.txt"
    picture.write_bytes(b"%PDF-1.4")
    open_quiz(visit, picture)
    playwright.expect(error).to_contain_text("a.pdf is a PDF")
    many.write_text("Who lit a fire?\n" * 1001, encoding="utf-8")
    page.set_input_files('[data-part="quiz-file"]', many)
    playwright.expect(error).to_contain_text("at most 1,000")
    many.write_text("".join(f"Who slowly lit fire {n}?\n" for n in range(1000)), encoding="utf-8")
    page.set_input_files('[data-part="quiz-file"]', many)
    page.wait_for_selector(".answers tbody tr")
    page.click('[data-do="quiz-stop"]')
    playwright.expect(page.locator('[data-part="quiz-count"]')).to_contain_text("stopped")
    assert 0 < page.locator(".answers tbody tr").count() < 1000
    visit.paste("# Bread\n\nIda baked bread.")
    assert page.locator(".answers tbody tr").count() == 0


def test_on_a_phone_the_article_is_a_drawer(browser: "playwright.Browser", address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 375, "height": 740}, has_touch=True)
    page, paper = visit.page, visit.page.locator('[data-part="paper"]')
    playwright.expect(paper).to_be_hidden()
    visit.ask(QUESTION)
    page.locator("#turn-1 .reply .chip").tap()
    playwright.expect(paper).to_be_visible()
    assert visit.marked() == ANSWER
    playwright.expect(page.locator("mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    playwright.expect(paper).to_be_hidden()
    assert "chip" in visit.focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    widest = "Math.max(...[...document.querySelectorAll('.talk *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(widest) <= 375
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_light_and_dark(
    browser: "playwright.Browser", address: str, scheme: str, tmp_path: Path
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    visit = Visit(browser, address, color_scheme=scheme, reduced_motion="reduce")
    page = visit.page
    assert ("dark" in (page.locator("body").get_attribute("class") or "").split()) == (scheme == "dark")

    def serious() -> list[str]:
        found = axe.Axe().run(page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]

    assert serious() == []
    visit.ask("Who was Maria Sund?")
    visit.ask("What did she do?", 2)
    visit.ask("What is the airspeed of a swallow?", 3)
    page.click("#turn-1 summary")
    page.click("#turn-2 .reply .chip")
    assert serious() == []
    quiz = tmp_path / "quiz.gift"
    quiz.write_text(QUIZ, encoding="utf-8")
    open_quiz(visit, quiz)
    page.wait_for_selector(".score")
    assert serious() == []
    page.click('[data-do="opener"]')
    assert serious() == []
    visit.context.close()


def test_the_endpoint_answers_with_citations(address: str) -> None:
    from gradio_client import Client

    client = Client(address, verbose=False, analytics_enabled=False)
    history = [{"question": "Who was Maria Sund?", "answer": None}]
    answer = client.predict("What did she do?", history, api_name="/ask")
    assert answer["citations"][0]["paragraph"] == 2
    with pytest.raises(Exception, match="the question is empty"):
        client.predict("?!", api_name="/ask")
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/ask", "/ask_as_text"]
    client.close()


def test_the_documented_example_runs(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = (Path(__file__).parent.parent / "docs" / "http.md").read_text(encoding="utf-8")
    example = document.split("```python\n")[1].split("```")[0]
    assert "http://127.0.0.1:7860" in example
    exec(compile(example.replace("http://127.0.0.1:7860", address), "docs/http.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{ANSWER} ¶2"
    assert "Maria Sund" in lines[1]


def test_a_program_without_a_client_is_answered_in_two_requests(address: str) -> None:
    import httpx

    call = f"{address}gradio_api/call/ask"
    event = httpx.post(call, json={"data": [QUESTION, []]}).json()["event_id"]
    reply = httpx.get(f"{call}/{event}", timeout=30).text
    assert reply.startswith("event: complete")
    assert json.loads(reply.split("data: ")[1])[0]["answer"] == ANSWER


def test_the_tool_answers_an_mcp_client_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    app = create_app(small_assistant(), open_article=open_article)
    address = launch(app, 0, block=False, announce=lambda line: None)

    async def use() -> tuple[list[Any], Any, Any]:
        async with streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, *_):
            async with ClientSession(read, write) as session:
                await session.initialize()
                tools = (await session.list_tools()).tools
                answered = await session.call_tool("ask", {"question": QUESTION, "history": []})
                return tools, answered, await session.call_tool("ask", {"question": "", "history": []})

    (tool,), answered, refused = asyncio.run(use())
    app.close(verbose=False)
    assert tool.name == "ask"
    assert tool.description.startswith("Answer a question about the article")
    assert set(tool.inputSchema["properties"]) == {"question", "history"}
    record = json.loads(answered.content[0].text)
    assert (record["answer"], record["citations"][0]["label"]) == (ANSWER, "¶2")
    assert refused.isError
    assert "the question is empty" in refused.content[0].text
    assert capsys.readouterr().out == ""


def test_a_taken_port_is_an_error_in_one_line(address: str) -> None:
    app = create_app(small_assistant(), open_article=open_article)
    with pytest.raises(ArticleQAError, match="is in use; choose another"):
        launch(app, urlsplit(address).port or 0, block=False)
