"""Attempts to confuse the page in a real browser: hostile texts, haste, crowds, interruptions."""

import json
from pathlib import Path

from small_page import ANSWER, BROKEN, BROWSER_TEST, QUESTION, SLOW, SLOW_GO_ON, SLOW_READING, Visit, playwright

from ui.session import MAX_UPLOAD_BYTES

pytestmark = BROWSER_TEST
HOSTILE = """# 😀 <b>Bold</b> {{title}} ${title}

It 😀 began with <script>pwned = 1</script> and <img src=x onerror="window.pwned = 1"> in [it](javascript:pwned()).

The 😀 lamp was </p></div><iframe src="http://evil.example"></iframe> broken by a "storm" & 'rain' ${window.pwned = 1}.
"""


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


def test_an_error_is_one_line_and_the_next_question_is_answered(visit: Visit) -> None:
    visit.page.fill("#question", "?!")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#turn-1 .error")
    visit.ask(QUESTION, 2)
    assert visit.page.locator("#turn-2 .span").text_content() == ANSWER


def test_an_article_that_is_given_up_does_not_come(visit: Visit) -> None:
    page = visit.page
    SLOW_READING.clear()
    SLOW_GO_ON.clear()
    visit.ask(QUESTION)
    page.click('[data-do="opener"]')
    page.fill("#pasted", SLOW)
    page.click('[data-do="paste"]')
    assert SLOW_READING.wait(10)
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    visit.ask("Who was Maria Sund?", 2)  # the first article is still the one that is asked
    assert "Maria Sund" in (page.locator("#turn-2 .span").text_content() or "")
    page.click('[data-do="opener"]')
    page.click('[data-bundled="Bread"]')  # waits its turn behind the one that was given up
    SLOW_GO_ON.set()
    playwright.expect(page.locator(".title")).to_have_text("Bread")


def test_haste_loses_no_question(visit: Visit) -> None:
    page = visit.page
    page.fill("#question", QUESTION)
    page.click(".send >> nth=0", click_count=2)
    page.wait_for_selector("#turn-1 .actions")
    assert page.locator(".turn").count() == 1
    page.reload()
    page.wait_for_selector(".welcome")
    page.fill("#question", "a draft")
    page.click(f'[data-ask="{QUESTION}"]')
    page.wait_for_selector("#turn-1 .actions")
    assert page.locator(".turn").count() == 1
    assert page.input_value("#question") == "a draft"
    page.fill("#question", "y" * 1001)
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-2 .error")
    assert page.input_value("#question") == "y" * 1001  # to be shortened, not typed again


def test_a_file_that_is_dropped_beside_its_zone_does_not_replace_the_page(visit: Visit) -> None:
    dropped = """() => !document.querySelector('.article-text').dispatchEvent(
        new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))"""
    assert visit.page.evaluate(dropped)


def test_escape_gives_the_focus_back_to_what_opened(visit: Visit) -> None:
    page = visit.page
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Save"
    page.locator('[data-do="opener"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert "Open" in page.evaluate("document.activeElement.textContent")


def test_a_reload_keeps_the_question_and_says_which_article_went(visit: Visit) -> None:
    page = visit.page
    visit.paste("# Bread\n\nIda baked bread.")
    page.fill("#question", "Who baked")
    page.reload()
    page.wait_for_selector(".welcome h2")
    assert page.input_value("#question") == "Who baked"
    playwright.expect(page.locator('[data-part="notice"]')).to_contain_text("Open “Bread” again")
    page.fill("#question", "")
    page.reload()
    page.wait_for_selector(".welcome h2")
    playwright.expect(page.locator('[data-part="notice"]')).to_be_hidden()


def test_words_without_an_end_stay_in_their_boxes(visit: Visit) -> None:
    page, word = visit.page, "bread" * 60
    visit.paste(f"# Bread\n\n{word} was baked by Ida.")
    visit.ask(f"Who baked {word}?")
    page.locator("#turn-1 .chip").first.hover()
    for box in ('[data-part="tip"]', "#turn-1", ".article-text", ".bar"):
        assert page.locator(box).evaluate("box => box.scrollWidth <= box.clientWidth"), box


def test_the_tabs_stand_over_the_conversation_at_every_width(visit: Visit) -> None:
    visit.ask(QUESTION)
    for width in (900, 1280, 1920):
        visit.page.set_viewport_size({"width": width, "height": 800})
        lefts = [visit.page.locator(box).bounding_box()["x"] for box in ("#tab-ask", "#turn-1")]
        assert abs(lefts[0] - lefts[1]) < 1, width
