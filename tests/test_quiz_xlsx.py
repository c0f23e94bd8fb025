"""Kahoot's and Quizizz's spreadsheets, plain tables, and workbooks that would do harm."""

import datetime
import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from small_quiz import bad, good, written

from index.errors import QuizFileError
from qa.quiz.reading import read_questions, read_rows

KAHOOT = [
    *([[]] * 2),
    ["Quiz template"],
    ["Add questions, at least two answer alternatives, time limit and choose correct answers."],
    *([[]] * 3),
    [
        "",
        "Question - max 120 characters",
        *(f"Answer {n} - max 75 characters" for n in (1, 2, 3, 4)),
        "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
        "Correct answer(s) - choose at least one",
    ],
    [1, "Who built the lighthouse?", "Ada Finch", "Tobias Kell", None, None, 20, 2],
    [2, "How many storms?", 2, 3, 1, 4, 20, "1,3"],
    [3, "It is tall.", True, False, None, None, 20, 2],
    [4, None, None, None, None, None, None, None],
    [5, "Wrong key?", "a", "b", None, None, 20, 4],
]
QUIZIZZ = [
    ["Question Text", "Question Type", *(f"Option {n}" for n in range(1, 6)), "Correct Answer", "Time in seconds"],
    ["Text of the question\n\n(required)", "Question Type\n\n(default is Multiple Choice)", "Text for option 1"],
    ["Who built it?", "Multiple Choice", "Finch", "Kell", "Sund", None, None, 2, 30],
    ["Who kept it?", "Checkbox", "Sund", "Finch", "Moe", None, None, "1,3", 30],
    ["It burns", "Fill-in-the-Blank", "oil", "whale oil", None, None, None, None, 30],
    ["Do you like it?", "Poll", "yes", "no", None, None, None, None, 30],
    ["Why?", "Open-Ended", None, None, None, None, None, None, 30],
    ["Draw it", "Draw", None, None, None, None, None, None, 30],
]


def workbook(path: Path, rows: list[list[object]], before: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    if before:
        sheet.append([before])
        sheet = book.create_sheet("Questions")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_kahoot(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", KAHOOT)
    (wrong,) = bad(path)
    assert (wrong.line, "'4'" in wrong.reason) == (13, True)
    built, storms, tall = [row for row in read_rows(path) if row != wrong]
    assert (built.choices, built.gold, built.line) == (("Ada Finch", "Tobias Kell"), 1, 9)  # type: ignore[union-attr]
    assert (storms.choices, storms.gold, storms.any_right) == (("2", "3", "1", "4"), (0, 2), True)  # type: ignore[union-attr]
    assert (tall.type, tall.gold) == ("true_false", "contradicted")  # type: ignore[union-attr]


def test_quizizz(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    assert [row.line for row in bad(path)] == [8]
    one, several, blank, poll, why = good(workbook(path, QUIZIZZ[:-1]))
    assert (one.gold, several.gold, several.any_right) == (1, (0, 2), False)
    assert (blank.type, blank.gold, blank.accepted) == ("fill_in", "oil", ("whale oil",))
    assert (poll.type, poll.gold, why.type) == ("multiple_choice", None, "open")


def test_a_plain_table_on_a_later_sheet(tmp_path: Path) -> None:
    rows = [["Question", "Key"], ["When?", datetime.datetime(1874, 5, 1)], ["How tall?", 41.0], ["<b>Who?</b>", "Kell"]]
    when, tall, who = good(workbook(tmp_path / "q.xlsx", rows, before="Notes"))
    assert (when.gold, tall.gold, tall.type, who.question) == ("1874-05-01", "41", "numeric", "Who?")


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.5, "0%", "50%"),
        (1, "0%", "100%"),
        (0.125, "0.00%", "12.5%"),
        (0.285, "0%", "29%"),
        (0.07, '0.0"%"', "0.07"),
        (1e300, "0.0" + "0" * 90 + "%", "1e+300"),
        (0.25, "0." + "0" * 90 + "%", "25%"),
        (41.0, "0.00", "41"),
        (datetime.time(9, 30), "h:mm", "9:30"),
        (datetime.time(9, 30), "hh:mm;@", "09:30"),
        (datetime.time(21, 30), "h:mm\\ AM/PM", "9:30 PM"),
        (datetime.time(0, 5), '[$-409]h:mm" hours" AM/PM', "12:05 AM"),
        (datetime.time(10, 30), "h:mm:ss", "10:30:00"),
        (datetime.time(0, 4, 7), "mm:ss", "00:04:07"),
        (
            datetime.datetime(1874, 5, 1) + datetime.timedelta(days=20_000, hours=9),
            "yyyy-mm-dd h:mm",
            "1929-02-02 9:00",
        ),
        (datetime.timedelta(hours=26, minutes=30), "[h]:mm", "26:30"),
    ],
)
def test_percentages_and_times_are_read_as_they_are_shown(tmp_path: Path, value: object, form: str, shown: str) -> None:
    path = workbook(tmp_path / "q.xlsx", [["Question", "A", "B"], ["Which?", value, "other"]])
    book = openpyxl.load_workbook(path)
    book.active["B2"].number_format = form
    book.save(path)
    (question,) = good(path)
    assert question.choices == (shown, "other")


def test_a_style_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", [["Question", "Key"], ["How tall?", 41]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'<c r="B2"', b'<c r="B2" s="77"')
    (question,) = good(repacked(path, {"xl/worksheets/sheet1.xml": sheet}))
    assert question.gold == "41"


def test_a_table_without_header(tmp_path: Path) -> None:
    (question,) = good(workbook(tmp_path / "q.xlsx", [["Who built it?", "Finch", "Kell", "B"]]))
    assert (question.choices, question.gold) == (("Finch", "Kell"), 1)


def test_escapes_of_the_format_are_decoded(tmp_path: Path) -> None:
    rows = [["Question", "Key"], ["Who_x000D_\nbuilt it?_x000D_\n", "Ke_x005F_x_x0041_"]]
    (question,) = good(workbook(tmp_path / "q.xlsx", rows))
    assert (question.question, question.gold) == ("Who\nbuilt it?", "Ke_xA")


def test_notes_beside_a_sheet_with_a_header_are_passed_over(tmp_path: Path) -> None:
    (question,) = good(workbook(tmp_path / "q.xlsx", [["Question", "Key"], ["Who?", "Kell", None, "ask again"]]))
    assert question.gold == "Kell"


def test_an_empty_choice_in_a_template_does_not_shift_the_key(tmp_path: Path) -> None:
    kahoot = [*KAHOOT[:8], [1, "Who?", "Finch", None, "Sund", "Kell", 20, 3], [2, "Who?", "a", None, "b", "c", 20, "2"]]
    path = workbook(tmp_path / "q.xlsx", kahoot)
    assert [(row.line, "empty" in row.reason) for row in bad(path)] == [(10, True)]
    assert [(q.choices, q.gold) for q in read_questions(path)] == [(("Finch", "Sund", "Kell"), 1)]
    quizizz = [*QUIZIZZ[:2], ["Who?", "Checkbox", None, "Finch", "Kell", None, "Sund", "3,5", 30]]
    (question,) = good(workbook(path, quizizz))
    assert (question.choices, question.gold) == (("Finch", "Kell", "Sund"), (1, 2))


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    repacked(path, {"xl/media/bomb.bin": bytes(101_000_000)})
    assert path.stat().st_size < 300_000
    with pytest.raises(QuizFileError, match="unpacks to 101"):
        list(read_rows(path))


def test_many_parts_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    repacked(path, {f"xl/{n}.bin": b"" for n in range(2001)})
    with pytest.raises(QuizFileError, match="parts"):
        list(read_rows(path))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_packing_that_no_spreadsheet_uses_is_refused(tmp_path: Path, packing: int) -> None:
    path = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/odd.xml", "<odd/>" * 100, packing)
    content = path.read_bytes()
    start = content.index(b"xl/odd.xml") + len("xl/odd.xml") + 9  # past the properties of LZMA: its stream
    written(path, content[:start] + b"\xff" * 8 + content[start + 8 :])
    with pytest.raises(QuizFileError, match="packed as no spreadsheet"):
        list(read_rows(path))


def test_entities_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    bomb = b"<!--" + b" " * 5000 + b"--><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
    for padding in (b"", b"<!--" + b" " * 5000 + b"-->"):
        strings = b'<?xml version="1.0"?>' + padding + bomb + b"<sst><si><t>&b;</t></si></sst>"
        with pytest.raises(QuizFileError):
            list(read_rows(repacked(path, {"xl/sharedStrings.xml": strings})))


def test_a_sheet_that_claims_to_be_endless_is_read_in_bounds(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", [["Question"], ["Who?"]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    sheet = sheet.replace("</sheetData>", '<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row></sheetData>')
    assert [q.question for q in good(repacked(path, {"xl/worksheets/sheet1.xml": sheet.encode()}))] == ["Who?"]


def test_a_damaged_workbook_is_one_error(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "q.xlsx", QUIZIZZ)
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    generator = random.Random(1)
    for _ in range(60):
        broken = dict(parts)
        name = generator.choice(sorted(broken))
        content = bytearray(broken[name])
        for _ in range(generator.randint(1, 8)):
            content[generator.randrange(len(content))] = generator.randrange(256)
        broken[name] = bytes(content)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for part, data in broken.items():
                archive.writestr(part, data)
        with suppress(QuizFileError):
            list(read_rows(written(tmp_path / "broken.xlsx", packed.getvalue())))
