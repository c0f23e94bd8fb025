"""What is written: CSV, Markdown, HTML, GIFT and Aiken; and how answers are scored against a key."""

import csv
import io
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from small_judge import small_quiz_assistant
from small_quiz import QuickAssistant, good, written

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answering import answer_one
from qa.quiz.scoring import Scores, outcome_of, outcome_text
from qa.quiz.write_csv import safe_cell
from qa.quiz.writing import WRITERS, OutputFormat, output_format
from ui.quiz_run import QuizSheet
from ui.render import ConfidenceScale

EVIL = '<script>alert("1")</script> [x](http://e.vil) & more'
CHOICE = QuizQuestion("c", "Which?", "multiple_choice", ("Finch", "Kell"), gold=1, category="tower")
VERDICT = QuizQuestion("v", "It is tall.", "true_false", gold="contradicted", category="tower")
OPEN = QuizQuestion("o", "Who built it?", gold="Tobias Kell")
UNSAID = QuizQuestion("u", "Which football club?")


def record(question: QuizQuestion, **changes: Any) -> Record:
    return answer_one(QuickAssistant(), question) | changes


def text(form: OutputFormat, *answered: tuple[QuizQuestion, Record]) -> str:
    out = io.StringIO(newline="")
    WRITERS[form](iter(answered), out)
    return out.getvalue()


ALL = (
    (CHOICE, record(CHOICE, choice=1)),
    (VERDICT, record(VERDICT, verdict="supported")),
    (OPEN, record(OPEN)),
    (UNSAID, record(UNSAID)),
)


def test_csv_rows() -> None:
    rows = list(csv.DictReader(io.StringIO(text("csv", *ALL).removeprefix("\ufeff"), newline="")))
    choice, verdict, opened, unsaid = rows
    assert (choice["choice"], choice["key"], choice["result"]) == ("B. Kell", "B. Kell", "right")
    assert (verdict["verdict"], verdict["key"], verdict["result"]) == ("true", "false", "wrong")
    assert (opened["answer"], opened["paragraphs"], opened["quotes"]) == ("Tobias Kell", "¶1", "Tobias Kell.")
    assert (unsaid["answer"], unsaid["paragraphs"], unsaid["result"]) == ("", "", "")


def test_csv_opens_as_utf8_in_a_spreadsheet_and_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", text("csv", (OPEN, record(OPEN))))
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,")
    (question,) = good(path)
    assert (question.id, question.question) == ("o", "Who built it?")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_are_never_formulas(start: str) -> None:
    question = QuizQuestion(f"{start}id", f"{start}cmd|' /C calc'!A0?", gold=f"{start}1")
    written_text = text("csv", (question, record(question, answer=f"{start}2"))).removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(written_text, newline=""))
    for cell in ("id", "question", "answer", "key"):
        assert row[cell].startswith("'" + start), cell
    assert safe_cell("a=1") == "a=1"


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r\n"])
def test_csv_cells_are_no_formulas_where_another_separator_cuts_them(separator: str) -> None:
    for mark in ("=", "+", "-", "@", '"='):
        asked = QuizQuestion("1", f"Who,{separator}{mark}1+1?")
        (line, *rest) = re.split(r"[;\t\r\n]+", text("csv", (asked, record(asked))).partition("\r\n")[2])
        assert line.endswith('"Who,')
        assert rest[0].lstrip('"').startswith(f"'{mark[-1]}1+1?")


@pytest.mark.parametrize("ordinary", ["It fell; -5 was feared", "a;b\tc\nd", "x=1; y", 'He said; "no" - twice', "A-B"])
def test_ordinary_text_stays_as_it_is(ordinary: str) -> None:
    assert safe_cell(ordinary) == ordinary


def test_markdown_shows_places_and_escapes() -> None:
    question = replace(OPEN, question=EVIL)
    shown = text("markdown", *ALL, (question, record(question)))
    assert "- ¶1: “Tobias Kell.”" in shown
    assert "**B. Kell** (confidence 75%)" in shown
    assert "The article does not say." in shown
    assert "Key: false (wrong)" in shown
    assert "<script>" not in shown
    assert "](http://" not in shown


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_sheet_ends_with_the_score_where_there_are_keys(form: OutputFormat) -> None:
    silent = (CHOICE, record(CHOICE))
    assert "1 of 3 right by the key, 1 wrong, 1 not answered" in text(form, *ALL[:2], ALL[3], silent)
    assert "1 of 1 right by the key<" in text("html", ALL[0])
    assert "by the key" not in text(form, ALL[3])


class Sheet(HTMLParser):
    """Collects tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_html_sheet_is_printable_and_escaped() -> None:
    evil = replace(CHOICE, question=EVIL, choices=(EVIL, "b"), title=EVIL)
    html = text("html", *ALL, (evil, record(evil, answer=EVIL, choice=0)))
    sheet = Sheet(html)
    shown = "".join(sheet.words)
    assert "script" not in sheet.tags
    assert sheet.tags.count("section") == 5
    assert EVIL in shown
    assert "¶1 “Tobias Kell" in shown
    assert "The article does not say." in shown
    assert "@media print" in html
    assert "default-src 'none'" in html


def test_gift_comes_back_with_the_answers_as_key(tmp_path: Path) -> None:
    several = replace(CHOICE, id="m", choices=("a", "b", "c"), gold=None)
    unsure = replace(VERDICT, id="n")
    counted = QuizQuestion("h", "How much?", "numeric")
    answered = (
        *ALL,
        (several, record(several, choice=[0, 2])),
        (unsure, record(unsure, verdict="not_stated")),
        (counted, record(counted, answer="12,000 pounds")),
        (CHOICE, record(CHOICE)),
    )
    out = io.StringIO()
    assert WRITERS["gift"](iter(answered), out) == 2
    choice, verdict, opened, many, third, number = good(written(tmp_path / "a.gift", out.getvalue()))
    assert (choice.id, choice.gold, choice.category) == ("c", 1, "tower")
    assert (verdict.gold, opened.gold, many.gold) == ("supported", "Tobias Kell", (0, 2))
    assert (third.type, third.gold, number.gold) == ("true_false", "not_stated", "12000")
    assert "#¶1 “Tobias Kell" in out.getvalue()


def test_aiken_comes_back_with_the_answers_as_key(tmp_path: Path) -> None:
    out = io.StringIO()
    lettered = replace(CHOICE, question="(a) Which?")  # would be read as a choice
    answered = (*ALL, (CHOICE, record(CHOICE)), (lettered, record(lettered, choice=1)))
    assert WRITERS["aiken"](iter(answered), out) == 4
    choice, verdict = good(written(tmp_path / "a.aiken", out.getvalue()))
    assert (choice.choices, choice.gold) == (("Finch", "Kell"), 1)
    assert (verdict.type, verdict.gold) == ("true_false", "supported")


def test_what_is_answered_is_written_as_what_was_saved(tmp_path: Path) -> None:
    """The page writes the records as they are answered, a batch as JSON gives them back."""
    rows = [
        {"question": "Which two stand in it? Choose two.", "choices": ["Sund", "a club", "Kell"], "several": True},
        {"question": "Who built the lighthouse?", "choices": ["Maria Sund", "Tobias Kell"]},
        {"question": "The storm lasted three days.", "type": "true_false"},
    ]
    sheet = QuizSheet("q.jsonl", small_quiz_assistant(), ConfidenceScale())
    list(sheet.answer(written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, rows)))))
    saved = [(asked, json.loads(json.dumps(given))) for asked, given in sheet.answered]
    assert [given for _, given in sheet.answered] == [given for _, given in saved]
    assert saved[0][1]["choice"] == [0, 2]
    assert sheet.written("html")[0].count('class="chosen"') == 3
    assert sheet.written("aiken")[1] == 1
    for form in WRITERS:
        assert sheet.written(form)[0] == text(form, *saved)


def test_the_name_tells_the_format() -> None:
    names = ("a.csv", "a.MD", "a.html", "a.gift", "a.aiken", "a.jsonl", "a")
    assert [output_format(Path(name)) for name in names] == [
        *("csv", "markdown", "html", "gift", "aiken", "jsonl", "jsonl"),
    ]


def question(kind: Any, gold: Any, **more: Any) -> QuizQuestion:
    return QuizQuestion("1", "Who?", kind, ("a", "b", "c") if kind == "multiple_choice" else (), gold=gold, **more)


@pytest.mark.parametrize(
    ("asked", "changes", "outcome"),
    [
        (question("multiple_choice", 1), {"choice": 1}, "right"),
        (question("multiple_choice", 1), {"choice": [1]}, "right"),
        (question("multiple_choice", 1), {"choice": 0}, "wrong"),
        (question("multiple_choice", 1), {"choice": None}, "not answered"),
        (question("multiple_choice", (0, 2)), {"choice": [2, 0]}, "right"),
        (question("multiple_choice", (0, 2)), {"choice": 0}, "wrong"),
        (question("multiple_choice", (0, 2), any_right=True), {"choice": 2}, "right"),
        (question("multiple_choice", (0, 2), any_right=True), {"choice": [0, 1]}, "wrong"),
        (question("multiple_choice", None), {"choice": 0}, None),
        (question("true_false", "supported"), {"verdict": "supported"}, "right"),
        (question("true_false", "contradicted"), {"verdict": "not_stated"}, "wrong"),
        (question("true_false", "contradicted", two_way=True), {"verdict": "not_stated"}, "right"),
        (question("true_false", "supported", two_way=True), {"verdict": "not_stated"}, "wrong"),
        (question("true_false", "contradicted", two_way=True), {"verdict": "supported"}, "wrong"),
        (question("true_false", "contradicted", two_way=True), {"verdict": "contradicted"}, "right"),
        (question("true_false", "contradicted"), {}, "not answered"),
        (question("numeric", "12000"), {"answer": "12,000 pounds"}, "right"),
        (question("numeric", "40", tolerance=1.0), {"answer": "41 metres"}, "right"),
        (question("numeric", "40", tolerance=0.5), {"answer": "41 metres"}, "wrong"),
        (question("numeric", "3.1..3.2", accepted=("5",)), {"answer": "5"}, "right"),
        (question("numeric", "19"), {"answer": "nineteen sailors"}, "right"),
        (question("numeric", "19"), {"answer": "many"}, "wrong"),
        (question("numeric", "1874..1880"), {"answer": "mid-1874"}, "right"),
        (question("fill_in", "41", tolerance=2.0), {"answer": "42 metres"}, "right"),
        (question("fill_in", "41", tolerance=2.0), {"answer": "44"}, "wrong"),
        (question("fill_in", "oil", tolerance=2.0), {"answer": "the oil"}, "right"),
        (question("open", "41", tolerance=math.nan), {"answer": "41"}, "right"),
        (question("open", "Kell's lamp"), {"answer": "Kell’s lamp"}, "right"),
        (question("open", 'the "Hope"'), {"answer": "the “Hope”"}, "right"),
        (question("open", "„Hope“ … 1874–80"), {"answer": '"Hope" ... 1874-80'}, "right"),
        (question("open", "Kell’s*"), {"answer": "Kell's lamp"}, "right"),
        (question("open", "the engineer Tobias Kell"), {"answer": "Engineer Tobias Kell."}, "right"),
        (question("open", "Kell", accepted=("Tobias Kell",)), {}, "right"),
        (question("fill_in", "T* Kell"), {}, "right"),
        (question("open", "T*b*s*Kell"), {}, "right"),
        (question("open", "*Kell"), {}, "right"),
        (question("open", "Tobias*bias Kell"), {}, "wrong"),
        (question("open", "*Kell*Tobias*"), {}, "wrong"),
        (question("open", "Tobias*l*Kell"), {}, "wrong"),
        (question("open", "Kell"), {}, "wrong"),
        (question("open", "Kell"), {"answer": None, "abstained": True}, "not answered"),
        (question("open", ""), {"answer": None, "abstained": True}, "right"),
        (question("open", ""), {}, "wrong"),
    ],
)
def test_outcomes(asked: QuizQuestion, changes: dict[str, Any], outcome: str | None) -> None:
    assert outcome_of(asked, record(asked, **changes)) == outcome


def test_a_sheet_says_why_a_statement_that_is_not_stated_is_scored_as_false() -> None:
    asked = question("true_false", "contradicted", two_way=True)
    assert outcome_text(asked, record(asked, verdict="not_stated")) == "right: not stated counts as false"
    assert outcome_text(asked, record(asked, verdict="contradicted")) == "right"
    assert outcome_text(question("true_false", None), record(asked, verdict="not_stated")) == ""


@pytest.mark.timeout(10)
def test_a_key_of_many_stars_is_compared_at_once() -> None:
    asked = QuizQuestion("1", "Who?", gold="*e" * 200 + "*z")
    assert outcome_of(asked, record(asked, answer="e" * 1000)) == "wrong"
    assert outcome_of(asked, record(asked, answer="e" * 1000 + "z")) == "right"


def test_scores_by_kind_with_the_misses() -> None:
    scores = Scores()
    misses = [miss for asked, given in ALL if (miss := scores.add(asked, given))]
    assert [(miss.id, miss.outcome, miss.given, miss.key) for miss in misses] == [("v", "wrong", "true", "false")]
    assert {kind: (tally.right, tally.total) for kind, tally in scores.kinds.items()} == {
        "multiple_choice": (1, 1),
        "true_false": (0, 1),
        "open": (1, 1),
    }
    assert scores.kinds["open"].f1 == 1.0
    asked = replace(OPEN, gold="Kell's lamp")
    assert scores.add(asked, record(asked, answer="Kell’s lamp")) is None
    assert scores.kinds["open"].f1 == 2.0
