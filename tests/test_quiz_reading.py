"""Text, CSV, Aiken, JSON Lines and SQuAD files; which format a file is in; what no file may do."""

import json
import os
import random
import re
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_quiz import bad, good, written

from index.errors import QuizFileError
from qa.quiz.plain import plain_text
from qa.quiz.reading import QUIZ_FORMATS, quiz_format, read_questions, read_rows

AIKEN = "Who built it?\nA. Finch\nB. Kell\nANSWER: B\n\nIt has a lamp.\nA) True\nB) False\nANSWER: A\n"


def test_text_one_a_line(tmp_path: Path) -> None:
    path = written(
        tmp_path / "q.txt", "\ufeffWho built it?\r\n\r\n- When, in 1874, was it opened?\r\nIt is _____ tall."
    )
    first, second, third = good(path)
    assert [q.question for q in (first, second, third)] == [
        "Who built it?",
        "When, in 1874, was it opened?",
        "It is _____ tall.",
    ]
    assert (second.id, second.line, third.type) == ("3", 3, "fill_in")


@pytest.mark.parametrize("mark", ["1. ", "1) ", "Q1: ", "Question 1. "])
def test_numbered_text_may_go_over_lines(tmp_path: Path, mark: str) -> None:
    text = f"{mark}Who built\n   the lighthouse?\n\n{mark.replace('1', '2')}How tall is it?\n"
    assert [q.question for q in good(written(tmp_path / "q.txt", text))] == [
        "Who built the lighthouse?",
        "How tall is it?",
    ]


def test_a_heading_above_numbers_is_not_asked(tmp_path: Path) -> None:
    text = "Lighthouse quiz\nName: ______\n\n1. Who built it?\n2. When was it\nopened?\n"
    assert [(q.question, q.line) for q in good(written(tmp_path / "q.txt", text))] == [
        ("Who built it?", 4),
        ("When was it opened?", 5),
    ]
    (single,) = good(written(tmp_path / "r.txt", "Lighthouse quiz\n1. Who built it?\n"))
    assert single.question == "Who built it?"


@pytest.mark.parametrize(
    "text",
    [
        "Who built it?\n1. When?\n2. Why?\n",
        "Name the keepers.\n1874. What happened?\nWho built it?\n",
        "Name a keeper.\n" * 6 + "1. When?\n2. Why?\n",
    ],
)
def test_a_list_of_questions_has_no_heading(tmp_path: Path, text: str) -> None:
    assert [q.question for q in good(written(tmp_path / "q.txt", text))] == text.splitlines()


def test_a_number_in_one_question_is_no_numbering(tmp_path: Path) -> None:
    path = written(tmp_path / "q.txt", "1874. What happened?\nWho built it?\n")
    assert [q.question for q in good(path)] == ["1874. What happened?", "Who built it?"]


@pytest.mark.parametrize("marks", ["1) 2)", "1. 2.", "(1) (2)", "i) ii)", "Q1 Q2", "a) b)", "a. b.", "o o", "• -"])
@pytest.mark.parametrize("between", ["\n", "\r\n\r\n"])
def test_a_list_from_a_word_processor_is_no_table(tmp_path: Path, marks: str, between: str) -> None:
    first, second = marks.split()
    text = f"{first}\tWho built it?{between}{second}\tWhen was it built?\n"
    path = written(tmp_path / "q.txt", text)
    assert quiz_format(path) == "text"
    assert [q.question for q in good(path)] == ["Who built it?", "When was it built?"]


def test_initials_and_dates_are_no_list_marks(tmp_path: Path) -> None:
    text = "A. Finch built what?\no que é isso?\n1874: what happened?\n"
    assert [q.question for q in good(written(tmp_path / "q.txt", text))] == text.splitlines()
    text = "Q1 profits rose by what?\nQ2 profits rose by what?\n"
    assert [q.question for q in good(written(tmp_path / "q.txt", text))] == text.splitlines()
    (row,) = good(written(tmp_path / "r.txt", "1.\tWho built it?\tKell\n"), "csv")
    assert (row.question, row.gold) == ("Who built it?", "Kell")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_with_a_header(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        ["ID", "Question", "Option A", "Option B", "Correct answer", "Type", "Feedback"],
        ["a", '"Who said ""no""?\nAnd why?"', "Finch", "Kell", "B", "", "x"],
        ["b", "Which are keepers?", "Sund", "Finch", '"A,B"', "checkbox", ""],
        ["c", "It is tall.", "", "", "FALSE", "", ""],
        ["d", "How tall is it?", "", "", "41", "", ""],
        ["e", "It burns _____.", "", "", "oil", "", ""],
        ["f", "Who built it?", "", "", "Tobias Kell", "", ""],
    ]
    path = written(tmp_path / "q.csv", "\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    a, b, c, d, e, f = good(path)
    assert (a.question, a.choices, a.gold, a.line) == ('Who said "no"?\nAnd why?', ("Finch", "Kell"), 1, 2)
    assert (b.gold, b.line) == ((0, 1), 4)
    assert (c.type, c.gold) == ("true_false", "contradicted")
    assert (d.type, d.gold) == ("numeric", "41")
    assert (e.type, e.gold) == ("fill_in", "oil")
    assert (f.type, f.gold) == ("open", "Tobias Kell")


def test_csv_without_a_header(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", "Who built it?;Finch;Kell;2\nWho lit a fire?;Sund;Kell;Sund\n")
    first, second = good(path)
    assert (first.choices, first.gold) == (("Finch", "Kell"), 1)
    assert (second.choices, second.gold) == (("Sund", "Kell"), 0)
    numbered = good(written(tmp_path / "n.csv", "sep=,\n7,Who built it?,Kell\n8,It is tall.,true\n"))
    assert [(q.id, q.question, q.gold) for q in numbered] == [
        ("7", "Who built it?", "Kell"),
        ("8", "It is tall.", "supported"),
    ]
    (single,) = good(written(tmp_path / "s.csv", '"When, then?"\n'))
    assert single.question == "When, then?"


def test_choices_that_are_numbers_go_by_text_before_place(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", 'question,choices,key\nHow many?,3|2|1,2\nCost?,"12,000|5","12,000"\n')
    assert [q.gold for q in good(path)] == [1, 0]
    (row,) = bad(written(tmp_path / "r.csv", "question,choices,key\nHow many?,30|20,D\n"))
    assert (row.line, "'D'" in row.reason) == (2, True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<html><head><title>x</title></head><body><p>Who?</p></body></html>", "Who?"),
        ("<html><body>Who?</body><body> When?</body></html>", "Who? When?"),
        ("<html></html>Who?", "Who?"),
        ("<!DOCTYPE html><frameset></frameset>Who?", "Who?"),
        ("Who<textarea>?", "Who?"),
        ("Wh&#1;o?&nbsp;<b>", "Who?"),
    ],
)
def test_tags_of_a_whole_page_in_a_cell_are_passed_over(tmp_path: Path, cell: str, text: str) -> None:
    (question,) = good(written(tmp_path / "q.csv", f"id|question\n1|<b></b>{cell}\n"))
    assert question.question == plain_text(cell) == text
    assert plain_text("<html></html>") == ""


def test_csv_rows_that_cannot_be_read_do_not_stop_the_rest(tmp_path: Path) -> None:
    text = (
        'question,type,key\n,,x\nDraw it,draw,\nIs it?,true/false,maybe\nWho?,open,Kell\n"open ' + "x" * 200_000 + "\n"
    )
    path = written(tmp_path / "q.csv", text)
    assert [(row.line, row.reason[:12]) for row in bad(path)] == [
        (2, "no question "),
        (3, "its type 'dr"),
        (4, "the key 'may"),
        (6, "not a row of"),
    ]


@pytest.mark.parametrize(
    ("text", "lines", "part"),
    [
        ('{}"Who kept it?,Sund\n{}', 4, "unexpected end"),
        ('{}"Who kept it?,Sund', 1, "unexpected end"),
        ('{}Who kept it?,"Sund\n{}"When, then?",1931\nWhy?,oil\n', 5, "expected after"),
        ('{}"Who kept it?,Sund\n{}A pipe of 12",oil\nWhy?,oil\n', 5, "rows themselves"),
    ],
)
def test_a_quotation_mark_left_open_is_reported(tmp_path: Path, text: str, lines: int, part: str) -> None:
    before, inside = "question,key\nWho?,Kell\n", "Which?,a\n" * 3
    path = written(tmp_path / "q.csv", text.format(before, inside))
    (row,) = bad(path)
    assert (row.line, part in row.reason, f"but {lines} lines" in row.reason) == (3, True, lines > 1), row
    assert "quotation mark" in row.reason
    assert [q.question for q in read_questions(path)] == ["Who?", "Why?"][: 1 + text.count("Why")]


def test_a_csv_row_without_end_is_a_bad_row(tmp_path: Path) -> None:
    for long, lines in (("x," * 1_500_000 + "\n", 1), ('y,"x\n' + 'x","y\n' * 200_000 + '"\n', 166_667)):
        path = written(tmp_path / "q.csv", f"question,key\nWho?,Kell\n{long}When?,1931\n")
        row = bad(path)[0]
        assert (row.line, "more than 1,000,000 characters" in row.reason) == (3, True)
        assert (f"but {lines:,} lines" in row.reason) == (lines > 1)
        assert lines > 1 or [(q.question, q.line) for q in read_questions(path)] == [("Who?", 2), ("When?", 4)]


def test_cells_of_several_lines_are_read(tmp_path: Path) -> None:
    text = '"Who, said Finch,\n\n""no"", twice,\nand, when?",Kell\n"Why, then,\nso?","a,\nb"\n"Who" built it?,x\n'
    path = written(tmp_path / "q.csv", f"question,key\n{text}")
    assert [(q.line, q.gold) for q in good(path)] == [(2, "Kell"), (6, "a,\nb"), (9, "x")]


def test_aiken(tmp_path: Path) -> None:
    built, lamp = good(written(tmp_path / "q.txt", AIKEN.replace("\n", "\r\n")))
    assert (built.choices, built.gold, built.line) == (("Finch", "Kell"), 1, 1)
    assert (lamp.type, lamp.gold, lamp.choices) == ("true_false", "supported", ())


def test_aiken_without_key_and_over_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "q.txt", "Who built\nthe tower?\n\na) Finch\nb) Kell\n\nWhere?\nA. Here\nB. There\n")
    first, second = good(path)
    assert (first.question, first.gold, second.question) == ("Who built the tower?", None, "Where?")


@pytest.mark.parametrize("mark", ["", "1. ", "1) ", "Q1: ", "Question 1\t"])
@pytest.mark.parametrize("indent", ["", "  ", "\t"])
@pytest.mark.parametrize("letters", ["A. B.", "a) b)", "a. b.", "(a) (b)", "(A) (B)"])
def test_aiken_with_numbers_indents_and_small_letters(tmp_path: Path, mark: str, indent: str, letters: str) -> None:
    a, b = letters.split()
    text = f"{mark}Who built it?\n{indent}{a} Finch\n{indent}{b} Kell\nANSWER: b\n\n"
    for count in (1, 2):
        path = written(tmp_path / "q.txt", text + (text.replace("1", "2") if count == 2 else ""))
        assert quiz_format(path) == "aiken"
        assert [(q.question, q.choices, q.gold) for q in good(path)] == [
            ("Who built it?", ("Finch", "Kell"), 1)
        ] * count


def test_numbers_set_aiken_questions_apart(tmp_path: Path) -> None:
    text = "1. Who built it?\na. Finch\nb. Kell\n2. When was it\nopened?\na. 1874\nb. 1875\n"
    who, when = good(written(tmp_path / "q.txt", text))
    assert (who.question, who.choices, who.line) == ("Who built it?", ("Finch", "Kell"), 1)
    assert (when.question, when.choices, when.line) == ("When was it opened?", ("1874", "1875"), 4)


@pytest.mark.parametrize("heading", ["", "Lighthouse quiz\n", "Lighthouse quiz\n\nChoose one answer.\n"])
@pytest.mark.parametrize("letters", ["A. B.", "(a) (b)"])
def test_a_quiz_without_keys_and_blank_lines(tmp_path: Path, heading: str, letters: str) -> None:
    a, b = letters.split()
    numbered = f"1. Who built it?\n{a} Finch\n{b} Kell\n2. When?\n{a} 1874\n{b} 1875\n"
    texts = [heading + numbered] + ([] if heading else [re.sub(r"\d\. ", "", numbered)])
    for text in texts:
        path = written(tmp_path / "q.txt", text)
        assert quiz_format(path) == "aiken"
        assert [(q.question, q.choices, q.gold) for q in good(path)] == [
            ("Who built it?", ("Finch", "Kell"), None),
            ("When?", ("1874", "1875"), None),
        ]


def test_a_question_may_stand_above_the_first_number(tmp_path: Path) -> None:
    text = "The tower is\nA. tall\nB. low\n1. Who?\nA. x\nB. y\n2. When?\nA. x\nB. y\n"
    assert [q.question for q in good(written(tmp_path / "q.txt", text))] == ["The tower is", "Who?", "When?"]


def test_words_among_choices_are_wrong_there_only(tmp_path: Path) -> None:
    text = "Who?\nA. one\nof them\nB. y\nWhen?\nA. u\nB. v\nD. w\nWhere?\nA. u\nB. v\nWhy?\nA. u\nB. v\nThe end\n"
    path = written(tmp_path / "q.aiken", text)
    assert [(row.line, row.reason[:7]) for row in bad(path)] == [(1, "line 3 "), (5, "line 8 "), (12, "line 15")]
    assert [(q.question, q.choices) for q in read_questions(path)] == [("Where?", ("u", "v"))]


@pytest.mark.parametrize(
    "words", ["True False Not_Given", "Yes No Not_given", "Right Wrong Doesn’t_say", "T F NG", "YES. NO. CANNOT_TELL."]
)
@pytest.mark.parametrize("place", [0, 1, 2, None])
def test_three_choices_that_are_the_verdicts(tmp_path: Path, words: str, place: int | None) -> None:
    choices = [word.replace("_", " ") for word in words.split()]
    letter = "" if place is None else "ABC"[place]
    lines = [f"{letter}. {choice}" for letter, choice in zip("ABC", choices, strict=True)]
    answer = [f"ANSWER: {letter}"] if letter else []
    aiken = written(tmp_path / "q.aiken", "\n".join(["It is automatic.", *lines, *answer]))
    signs = ["~="[n == place] + choice for n, choice in enumerate(choices)]
    gift = written(tmp_path / "q.gift", "It is automatic. {" + " ".join(signs) + "}")
    table = written(tmp_path / "q.csv", f"question,a,b,c,key\nIt is automatic.,{','.join(choices)},{letter}\n")
    weights = [f"<answer fraction='{100 * (n == place)}'><text>{c}</text></answer>" for n, c in enumerate(choices)]
    asked = "<questiontext><text>It is automatic.</text></questiontext>"
    xml = f"<quiz><question type='multichoice'>{asked}{''.join(weights)}</question></quiz>"
    for path in (aiken, gift, table, written(tmp_path / "q.xml", xml)):
        (question,) = good(path)
        gold = None if place is None else ("supported", "contradicted", "not_stated")[place]
        assert (question.type, question.choices, question.gold) == ("true_false", (), gold), path


def test_a_year_before_an_aiken_question_stays(tmp_path: Path) -> None:
    text = "1874. What happened?\nA. x\nB. y\n\nWhat then?\nA. x\nB. y\n"
    assert good(written(tmp_path / "q.txt", text))[0].question == "1874. What happened?"


def test_aiken_with_several_right_letters(tmp_path: Path) -> None:
    (question,) = good(written(tmp_path / "q.aiken", "Which?\nA. x\nB. y\nC. z\nANSWER: A, C\n"))
    assert (question.gold, question.several) == ((0, 2), True)


def test_aiken_errors(tmp_path: Path) -> None:
    text = (
        "Too few?\nA) one\nANSWER: A\n\nA) no question\nANSWER: A\n\nGood?\nA)x\nB)y\nANSWER: b\n\n"
        "Key?\nA. x\nB. y\nANSWER: C\n\nOut of order?\nA. x\nC. y\nANSWER: A\n\nANSWER: B\n"
    )
    path = written(tmp_path / "q.aiken", text)
    assert [row.line for row in bad(path)] == [1, 5, 13, 18, 23]
    assert [q.gold for q in read_questions(path)] == [1]


def test_jsonl(tmp_path: Path) -> None:
    rows = [
        {"id": 70, "question": " Who? ", "history": [{"question": "a?", "answer": None}]},
        {"question": "Which?", "type": "multiple_choice", "choices": ["x", "y", "z"], "gold": [2, 0]},
        {"question": "How many?", "type": "numeric", "gold": 5, "tolerance": 1},
        {"question": "Who?", "answers": ["Kell", "Tobias Kell"]},
        {"question": "Why?", "answers": []},
        {"question": "Which?", "choices": ["x", "y"], "gold": 1},
        *({"question": "So.", "type": "true_false", "gold": key} for key in ("True", False, "not given", "supported")),
    ]
    path = written(tmp_path / "q.jsonl", "\n\n".join(map(json.dumps, rows)))
    who, which, many, said, unsaid, untyped, *judged = good(path)
    assert (who.id, who.question, len(who.history)) == ("70", "Who?", 1)
    assert which.gold == (0, 2)
    assert (many.gold, many.tolerance) == ("5", 1.0)
    assert (said.gold, said.accepted, unsaid.gold) == ("Kell", ("Tobias Kell",), "")
    assert untyped.type == "multiple_choice"
    assert [question.gold for question in judged] == ["supported", "contradicted", "not_stated", "supported"]


@pytest.mark.parametrize(
    "row",
    [
        "not json",
        "[1]",
        "[" * 100_000,
        '{"id": ' + "1" * 5000 + ', "question": "x?"}',
        '{"question": ""}',
        '{"question": "x?", "type": "essay"}',
        '{"question": "x?", "type": "multiple_choice", "choices": ["a"]}',
        '{"question": "x?", "type": "multiple_choice", "choices": ["a", "b"], "gold": 2}',
        '{"question": "x?", "type": "true_false", "gold": "maybe"}',
        '{"question": "x?", "type": "numeric", "gold": "many"}',
        '{"question": "x?", "history": [{"answer": "y"}]}',
        '{"question": "x \\ud800?"}',
        '{"question": "x?", "tolerance": ' + "9" * 400 + "}",
        '{"question": "' + "x" * 1_100_000 + '"}',
    ],
)
def test_a_bad_row_names_its_line(tmp_path: Path, row: str) -> None:
    path = written(tmp_path / "q.jsonl", '{"id": "1", "question": "ok?"}\n' + row + '\n{"question": "last?"}')
    assert [found.line for found in bad(path)] == [2]
    assert [q.question for q in read_questions(path)] == ["ok?", "last?"]


def test_an_id_that_repeats_is_numbered(tmp_path: Path) -> None:
    rows = [{"id": 1}, {"id": "1"}, {}, {"id": 3}, {"id": "1-2"}, {"id": 1}]
    lines = [json.dumps(row | {"question": "Who?"}) + "\n" for row in rows]
    ids = ["1", "1-2", "3", "3-2", "1-2-2", "1-3"]
    for count in range(1, len(lines) + 1):  # what comes later changes none
        path = written(tmp_path / "q.jsonl", "".join(lines[:count]))
        assert [q.id for q in good(path)] == [q.id for q in good(path)] == ids[:count]
    assert [q.id for q in good(written(tmp_path / "q.json", f"[{','.join(lines)}]"))] == ids


def test_a_json_list_is_read_as_its_rows(tmp_path: Path) -> None:
    rows = [
        {"question": "Who?", "gold": "Kell", "type": None, "id": None, "tolerance": None},
        {"id": "a", "question": "Which?", "choices": ["x", "y"], "gold": 1},
    ]
    for indent in (None, 2):
        who, which = good(written(tmp_path / "q.json", json.dumps(rows, indent=indent)))
        assert (who.id, who.line, who.type, who.gold) == ("1", 1, "open", "Kell")
        assert (which.id, which.line, which.type, which.gold) == ("a", 2, "multiple_choice", 1)
    (row,) = bad(written(tmp_path / "r.json", json.dumps([rows[0], {"question": None}])))
    assert (row.line, "row 2" in row.reason) == (2, True)
    assert [row.line for row in bad(written(tmp_path / "s.json", '["Who?", "When?"]'))] == [1, 2]
    with pytest.raises(QuizFileError, match="not JSON"):
        list(read_rows(written(tmp_path / "t.json", json.dumps(rows)[:-1])))
    assert quiz_format(written(tmp_path / "u.txt", '["Kell"] means what?\n[Who] is it?\n')) == "text"


def test_answers_as_hugging_face_has_them(tmp_path: Path) -> None:
    answers = ({"text": ["Kell", "Kell", "Tobias Kell"], "answer_start": [1, 1, 9]}, {"text": [], "answer_start": []})
    rows = [{"id": n, "question": "Who?", "answers": texts, "context": "c"} for n, texts in enumerate(answers)]
    said, unsaid = good(written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, rows))))
    assert (said.gold, said.accepted, unsaid.gold) == ("Kell", ("Tobias Kell",), "")


def test_squad(tmp_path: Path) -> None:
    qas = [
        {"id": "x", "question": "Who?", "answers": [{"text": "Kell"}, {"text": "Kell"}, {"text": "Tobias Kell"}]},
        {"id": "y", "question": "Why?", "answers": [], "is_impossible": True},
        {"id": "z", "answers": []},
    ]
    data = {"version": "2.0", "data": [{"paragraphs": [{"context": "c" * 70_000, "qas": qas}]}]}
    for indent in (None, 1):
        path = written(tmp_path / "q.json", json.dumps(data, indent=indent))
        assert quiz_format(path) == "squad"
        who, why = read_questions(path)
        assert (who.gold, who.accepted, why.gold) == ("Kell", ("Tobias Kell",), "")
        assert "question 3" in bad(path)[0].reason


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("q.txt", "Who, in 1874, built it?\nWhen?\n", "text"),
        ("q", "Which {brace} is this?\n", "text"),
        ("q.txt", "Who? {=Kell}\n", "gift"),
        ("q.txt", "// c\n::a::Who? {\n~a =b}\n", "gift"),
        ("q.txt", "It is. { TRUE }\n", "gift"),
        ("q.txt", AIKEN, "aiken"),
        ("q.txt", "Questions\na) Who built it?\nb) When?\n", "text"),
        ("q.txt", "Which?\nA. Who?\nB. When?\n", "aiken"),
        ("q.txt", "question;key\nWho?;Kell\n", "csv"),
        ("q.tsv", "Who?\tKell\n", "csv"),
        ("q.csv", "Who?,Kell\n", "csv"),
        ("q.txt", "Who?\tKell\nWhat?\toil\n", "csv"),
        ("q.json", '{"question": "Who?"}\n', "jsonl"),
        ("q.txt", '\ufeff{"id": 1, "question": "Who?"}\n{"question": "\n', "jsonl"),
        ("q", '<?xml version="1.0"?>\n<quiz></quiz>', "moodle-xml"),
        ("q.csv", b"PK\x03\x04", "xlsx"),
    ],
)
def test_the_format_is_told_by_content_and_name(tmp_path: Path, name: str, content: str | bytes, form: str) -> None:
    assert quiz_format(written(tmp_path / name, content)) == form


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "no such file"),
        (b"", "no questions"),
        (b"%PDF-1.7", "a PDF"),
        (b"a\x00b", "no text"),
        (b"\xd0\xcf\x11\xe0", "old Office"),
    ],
)
def test_a_file_of_another_kind_says_what_to_do(tmp_path: Path, content: bytes | None, part: str) -> None:
    path = tmp_path / "q"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QuizFileError, match=part):
        list(read_rows(path))


def test_what_can_be_read_only_once_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull), tmp_path):
        for form in (None, *QUIZ_FORMATS):
            with pytest.raises(QuizFileError, match="save them to a file"):
                list(read_rows(path, form))


def test_what_is_not_utf8_says_how_to_save_it(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", "question\nWo ist Köln?\n".encode("cp1252"))
    with pytest.raises(QuizFileError, match="CSV UTF-8"):
        list(read_rows(path))


HOSTILE = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
MARKS = st.text(st.sampled_from("{}=~#:%\\/\n\r\t ,;\"'AB.)ANSWER[]<>&?x1-_$|"), max_size=120).map(str.encode)


@settings(max_examples=120, deadline=None)
@given(HOSTILE | MARKS)
def test_readers_raise_nothing_but_quiz_file_errors(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile"
    path.write_bytes(content)
    for form in (None, *QUIZ_FORMATS):
        with suppress(QuizFileError):
            assert all(row.line >= 0 for row in read_rows(path, form))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("q.txt", "Who built tower number {n}?\n"),
        ("q.csv", "Who built tower number {n}?,a,b,A\n"),
        ("q.gift", "::{n}::Who built it? {{~a =b}}\n\n"),
        ("q.aiken", "Who built it?\nA. a\nB. b\nANSWER: A\n\n"),
        ("q.jsonl", '{{"id": "{n}", "question": "Who built it?"}}\n'),
        ("q.xml", "<question type='essay'><questiontext><text>Who?</text></questiontext></question>\n"),
    ],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, row: str) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            file.write("<quiz>\n" if name == "q.xml" else "")
            file.writelines(row.format(n=n) for n in range(rows))
            file.write("</quiz>\n" if name == "q.xml" else "")
        tracemalloc.start()
        assert sum(1 for _ in read_questions(path)) == rows
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)  # what is imported and cached at first
    assert peak(3000) < peak(1000) + 200_000


@pytest.mark.timeout(60)
def test_a_long_line_of_anything_is_read_quickly(tmp_path: Path) -> None:
    generator = random.Random(0)
    for piece in ("{", "=", "[id:", "::", " ", "\\", "..", "1,", "<p ", "&", "_", "~%", '"', "%5%"):
        text = piece * (200_000 // len(piece)) + str(generator.random())
        path = written(tmp_path / "q", f"::a::{text}\n// {text}\n{text} {{#{text}}}\n")
        for form in ("gift", "text", "aiken", "csv", "jsonl"):
            list(read_rows(path, form))
