"""The page in a real browser: asking, reading, opening, saving, by mouse, keyboard and finger."""

import json
from pathlib import Path

import pytest
from small_models import TEXT
from small_page import ANSWER, BROWSER_TEST, QUESTION, QUIZ, Visit, open_quiz, playwright

from ui.session import MAX_UPLOAD_BYTES

pytestmark = BROWSER_TEST


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


def test_on_a_phone_the_article_is_a_drawer(browser: "playwright.Browser", address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 375, "height": 740}, has_touch=True)
    page, paper = visit.page, visit.page.locator('[data-part="paper"]')
    playwright.expect(paper).to_be_hidden()
    visit.ask(QUESTION)
    page.locator("#turn-1 .reply .chip").tap()
    playwright.expect(paper).to_be_visible()
    assert visit.marked() == ANSWER
    playwright.expect(page.locator("mark")).to_be_in_viewport()
    for _ in range(4):  # what lies behind the drawer is not walked through
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('.paper')")
    page.touchscreen.tap(20, 20)
    playwright.expect(paper).to_be_hidden()
    page.locator("#turn-1 .reply .chip").tap()
    playwright.expect(paper).to_be_visible()
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

    def faults() -> list[str]:
        found = axe.Axe().run(page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]

    assert faults() == []
    visit.ask("Who was Maria Sund?")
    visit.ask("What did she do?", 2)
    visit.ask("What is the airspeed of a swallow?", 3)
    page.click("#turn-1 summary")
    page.click("#turn-2 .reply .chip")
    assert faults() == []
    quiz = tmp_path / "quiz.gift"
    quiz.write_text(QUIZ, encoding="utf-8")
    open_quiz(visit, quiz)
    page.wait_for_selector(".score")
    assert faults() == []
    page.click('[data-do="opener"]')
    assert faults() == []
    visit.context.close()
