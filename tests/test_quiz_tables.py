"""Tables of questions: whose headers mean what, keys among empty cells, rows without a header, words for kinds."""

from pathlib import Path

import pytest
from small_quiz import bad, good, written

from qa.quiz.reading import read_questions


def test_an_empty_choice_does_not_shift_the_key(tmp_path: Path) -> None:
    text = "question,A,B,C,D,key\nWho?,Finch,,Sund,Kell,C\nWho?,Finch,,Sund,Kell,Kell\nWho?,Finch,,Sund,Kell,B\n"
    path = written(tmp_path / "q.csv", text + "Who?,Finch,<p></p>,Sund,Kell,D\nWho?,Finch,Kell,,,D\n")
    assert [(row.line, "empty" in row.reason) for row in bad(path)] == [(4, True), (6, False)]
    rows = [(q.choices, q.gold) for q in read_questions(path)]
    assert rows == [(("Finch", "Sund", "Kell"), place) for place in (1, 2, 2)]
    (plain,) = good(written(tmp_path / "r.csv", "Who?,Finch,,Sund,Kell,C\n"))
    assert (plain.choices, plain.gold) == (("Finch", "Sund", "Kell"), 1)


def test_a_choice_that_is_a_picture_is_a_bad_row(tmp_path: Path) -> None:
    (row,) = bad(written(tmp_path / "q.csv", "question,A,B,C,key\nWho?,<img src=a.png>,Sund,Kell,C\n"))
    assert "picture" in row.reason


def test_blookets_template(tmp_path: Path) -> None:
    text = (
        'Blooket;;;;;;;\n"Question #";"Question Text";"Answer 1";"Answer 2";"Answer 3\n(Optional)";'
        '"Answer 4\n(Optional)";"Time Limit (sec)\n(Max: 300 seconds)";"Correct Answer(s)\n(Only include Answer #)"\n'
        "1;How many keepers?;2;1;4;3;20;2\n7;Who built it?;Finch;Kell;;;20;2\n"
    )
    many, who = good(written(tmp_path / "q.csv", text))
    assert (many.id, many.question, many.choices, many.gold) == ("1", "How many keepers?", ("2", "1", "4", "3"), 1)
    assert (who.id, who.choices, who.gold) == ("7", ("Finch", "Kell"), 1)


@pytest.mark.parametrize(
    "header",
    [
        "Q,Question,OptionA,OptionB,OptionC,CorrectAnswer",
        "Q,question,option_1,option_2,option_3,correctOption",
        "Q,QUESTION,A,B,C,Correct Option",
        "Q,Question,Choice 1,Choice 2,Choice 3 (optional),Correct choice",
    ],
)
def test_spellings_of_headers(tmp_path: Path, header: str) -> None:
    (question,) = good(written(tmp_path / "q.csv", f"{header}\nx,Who?,Finch,Sund,Kell,C\n"))
    assert (question.question, question.choices, question.gold) == ("Who?", ("Finch", "Sund", "Kell"), 2)


@pytest.mark.parametrize(
    "header",
    [
        "Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2 (Optional)",
        "question,key,distractor1,distractor2",
        "question,answer,Distractor,Distractor",
        "Question,CorrectAnswer,WrongAnswer1,WrongAnswer2",
    ],
)
def test_the_key_is_one_more_choice_beside_wrong_ones(tmp_path: Path, header: str) -> None:
    rows = "How many?,2,1,3\nWho?,Kell,Finch,\nWho built it?,Tobias Kell,,\nWho?,B,Finch,Kell\nWho?,Kell,Kell,\n"
    path = written(tmp_path / "q.csv", f"{header}\n{rows}")
    assert [row.line for row in bad(path)] == [5, 6]
    many, who, typed = read_questions(path)
    assert (many.choices, many.gold) == (("2", "1", "3"), 0)
    assert (who.choices, who.gold) == (("Kell", "Finch"), 0)
    assert (typed.type, typed.choices, typed.gold) == ("open", (), "Tobias Kell")


def test_rows_without_a_header_are_read_each_by_itself(tmp_path: Path) -> None:
    text = "Who built it?,Kell\nWho lit it?,Finch,Sund,Kell,B\n7,When?,1874\nIt is tall.,,,true\nWhy?,,\n"
    built, lit, when, tall, why = good(written(tmp_path / "q.csv", text))
    assert (built.gold, lit.choices, lit.gold) == ("Kell", ("Finch", "Sund", "Kell"), 1)
    assert (when.id, when.question, when.gold) == ("7", "When?", "1874")
    assert (tall.type, tall.gold, why.gold) == ("true_false", "supported", None)


def test_ids_go_on_where_a_row_without_header_had_one(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", "1,Who?,Kell\n2b,When?,1874\n,Where?,here\n4,,Kell\n")
    assert [(q.id, q.question, q.gold) for q in read_questions(path)] == [
        ("1", "Who?", "Kell"),
        ("2b", "When?", "1874"),
        ("3", "Where?", "here"),
    ]
    assert [row.line for row in bad(path)] == [4]


def test_no_question_is_lost_where_ids_repeat(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", "id,question\n1,A?\n2,B?\n,C?\n4,D?\n")
    assert [(q.id, q.question) for q in good(path)] == [("1", "A?"), ("2", "B?"), ("4", "C?"), ("4-2", "D?")]
    sections = "No,Question\n" + "".join(f"{n},{name}{n}?\n" for name in "AB" for n in (1, 2, 3))
    assert [q.id for q in good(written(path, sections))] == ["1", "2", "3", "1-2", "2-2", "3-2"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("How tall is it?,40..42,,", "numeric"),
        ("How tall is it?,-5..-3,1,", "numeric"),
        ("How tall is it?,42..40,,", "open"),
        ("How tall is it?,41,,forty-one", "open"),
        ("The tower is _____ metres tall.,41,2,", "numeric"),
        ("The tower is _____ metres tall.,41,,", "fill_in"),
        ("The tower is of _____.,oak,2,", "fill_in"),
    ],
)
def test_a_key_that_is_a_number_tells_the_kind(tmp_path: Path, row: str, kind: str) -> None:
    (question,) = good(written(tmp_path / "q.csv", f"question,key,tolerance,accepted\n{row}\n"))
    assert (question.type, question.gold) == (kind, row.split(",")[1])


def test_a_row_cut_by_its_commas_is_a_bad_row(tmp_path: Path) -> None:
    path = written(tmp_path / "q.csv", 'question,key\nWho, in 1874, built it?,Kell\n"Who, then?",Kell,,\n')
    (row,) = bad(path)
    assert (row.line, "quotation marks" in row.reason) == (2, True)
    assert [q.question for q in read_questions(path)] == ["Who, then?"]


@pytest.mark.parametrize(
    ("type_name", "key", "gold"),
    [
        ("True/False", "A", "supported"),
        ("T/F", "2", "contradicted"),
        ("TrueFalse", "False", "contradicted"),
        ("", "F", "contradicted"),
        ("Multiple Choice", "B", "contradicted"),
        ("true or false", "", None),
        ("true/false/not given", "not given", "not_stated"),
        ("Yes / No / Not given", "No", "contradicted"),
    ],
)
def test_words_for_true_and_false(tmp_path: Path, type_name: str, key: str, gold: str | None) -> None:
    (question,) = good(
        written(tmp_path / "q.csv", f"question,type,A,B,key\nIt is tall.,{type_name},True,False,{key}\n")
    )
    assert (question.type, question.gold) == ("true_false", gold)


def test_a_statement_with_a_letter_as_key(tmp_path: Path) -> None:
    path = written(
        tmp_path / "q.csv", "question,key\nIt is tall.,T\nIt burns oil,F\nWhich blood group marks it?,T\nGroup ___,T\n"
    )
    assert [(q.type, q.gold) for q in good(path)] == [
        ("true_false", "supported"),
        ("true_false", "contradicted"),
        ("open", "T"),
        ("fill_in", "T"),
    ]


@pytest.mark.parametrize("type_name", ["", "Checkboxes", "Multiple answers", "Multiple Choice", "select-all"])
def test_several_keys_are_several_choices(tmp_path: Path, type_name: str) -> None:
    (question,) = good(written(tmp_path / "q.csv", f'question,type,A,B,C,key\nWhich?,{type_name},x,y,z,"A,C"\n'))
    assert (question.gold, question.several) == ((0, 2), True)
