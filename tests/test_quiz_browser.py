"""Quiz files on the page in a real browser."""

from pathlib import Path

from small_page import ANSWER, BROWSER_TEST, QUESTION, QUIZ, Visit, open_quiz, playwright

pytestmark = BROWSER_TEST


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
