"""Moodle GIFT: the rules of its documentation, on examples of our own; written and read again."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_quiz import bad, good, written

from qa.answer import VERDICTS, QuizQuestion
from qa.quiz.checking import checked
from qa.quiz.gift import parse_gift
from qa.quiz.reading import read_questions
from qa.quiz.write_gift import gift_block


def gift(text: str) -> QuizQuestion:
    question = parse_gift(text, 1)
    assert question is not None
    return checked(question)


def test_multiple_choice_with_feedback_on_several_lines() -> None:
    question = gift("::Fuel::What burnt in the first lamp? {\n ~coal#Not in a lamp.\n =oil # Yes,\n whale oil.\n ~gas}")
    assert (question.type, question.title) == ("multiple_choice", "Fuel")
    assert question.question == "What burnt in the first lamp?"
    assert question.choices == ("coal", "oil", "gas")
    assert question.gold == 1


def test_missing_word() -> None:
    question = gift("The tower was {~sold =built ~burnt} in 1874.")
    assert question.question == "The tower was _____ in 1874."
    assert (question.type, question.choices, question.gold) == ("multiple_choice", ("sold", "built", "burnt"), 1)
    short = gift("Nine and one make {=ten =10}.")
    assert (short.type, short.question, short.gold, short.accepted) == (
        "fill_in",
        "Nine and one make _____.",
        "ten",
        ("10",),
    )
    assert gift("{=Kell} built it.").question == "_____ built it."


def test_punctuation_after_a_whole_question_leaves_no_blank() -> None:
    assert gift('How tall is it? {#41:2}";').question == "How tall is it?"
    assert gift("It is tall. {T}.").question == "It is tall."


@pytest.mark.parametrize(
    ("answers", "gold"),
    [
        ("T", "supported"),
        ("TRUE", "supported"),
        ("false", "contradicted"),
        ("F#Wrong, it was.#Right.", "contradicted"),
        (" TRUE #no\n####The whole story \\{long\\}.", "supported"),
    ],
)
def test_true_and_false(answers: str, gold: str) -> None:
    question = gift(f"The lamp is automatic.{{{answers}}}")
    assert (question.type, question.gold) == ("true_false", gold)


@pytest.mark.parametrize(
    ("answers", "gold", "accepted", "tolerance"),
    [
        ("#1874", "1874", (), 0.0),
        ("#1874:5", "1874", (), 5.0),
        ("#3.1415:0.0005", "3.1415", (), 0.0005),
        ("#3.141..3.142", "3.141..3.142", (), 0.0),
        ("#\n =1874:0#Yes\n =%50%1874:3#Close, you get\n half.\n", "1874", (), 0.0),
        ("#=10:1 =20", "9..11", ("20",), 0.0),
        ("#-3:2~#Quite wrong", "-3", (), 2.0),
    ],
)
def test_numbers(answers: str, gold: str, accepted: tuple[str, ...], tolerance: float) -> None:
    question = gift(f"How many? {{{answers}}}")
    assert (question.type, question.gold, question.accepted, question.tolerance) == (
        "numeric",
        gold,
        accepted,
        tolerance,
    )


def test_weights() -> None:
    half = gift("Who? {~no one ~%50%Kell ~%50%Sund ~%-100%Finch}")
    assert (half.gold, half.any_right) == ((1, 2), False)
    partly = gift("Who? {~Finch ~%50%the engineer =Kell}")
    assert (partly.gold, partly.any_right) == (2, False)
    either = gift("Who? {=Kell =the engineer ~Finch}")
    assert (either.gold, either.any_right) == ((0, 1), True)
    spelt = gift("Who? {=Kell#yes =%75%Kel#misspelt =%0%*#no}")
    assert (spelt.gold, spelt.accepted) == ("Kell", ())
    assert gift("Who? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}").gold == (0, 1, 2)
    assert gift("Which of these? {~a ~b}").gold is None


def test_weights_alone_are_check_boxes(tmp_path: Path) -> None:
    one = gift("Who? {~%100%Kell ~%-50%Finch}")
    assert (one.gold, one.several, one.any_right) == (0, True, False)
    assert "~%100%Kell" in gift_block(one)
    both = gift("Who? {~%100%Kell ~%100%Sund ~Finch}")
    assert (both.gold, both.several, both.any_right) == ((0, 1), True, False)
    assert not gift("Who? {=Kell ~Finch}").several


def test_questions_without_a_blank_line_between_are_a_bad_row(tmp_path: Path) -> None:
    text = "Who? {=Kell ~Finch}\nWhere? {=Here ~There}\n\nWhen? {=1874#As {written} there ~1875 #no {at} all}\n"
    path = written(tmp_path / "q.gift", text)
    (row,) = bad(path)
    assert (row.line, "blank line" in row.reason) == (1, True)
    assert [q.choices for q in read_questions(path)] == [("1874", "1875")]


def test_a_choice_that_is_a_picture_is_a_bad_row(tmp_path: Path) -> None:
    text = 'Which? {{\n=[html]<p><img src\\="a.png"{}></p>\n~Finch\n~Sund}}'
    (row,) = bad(written(tmp_path / "q.gift", text.format("")))
    assert "picture" in row.reason
    (question,) = good(written(tmp_path / "r.gift", text.format(' alt\\="a lamp"')))
    assert question.choices == ("a lamp", "Finch", "Sund")


def test_an_id_of_two_categories_is_numbered(tmp_path: Path) -> None:
    text = "$CATEGORY: {0}\n\n// [id:7]\nWho {0}? {{}}\n\n"
    path = written(
        tmp_path / "q.gift", "".join(map(text.format, "abc")) + "// [id:7-4]\nWho d? {}\n\n" + text.format("e")
    )
    assert [q.id for q in good(path)] == ["7", "7-2", "7-3", "7-4", "7-5"]


def test_escapes() -> None:
    question = gift(r"Which is 5\: \{x\} \= \#1? { ~ \= 2 + 2 # \~ no = \= 2 + 3 ~ back\\slash \~ }")
    assert question.question == "Which is 5: {x} = #1?"
    assert question.choices == ("= 2 + 2", "= 2 + 3", "back\\slash ~")
    assert gift(r"First line.\n\nSecond? {}").question == "First line.\n\nSecond?"
    assert gift(r"Is \frac{}").question.startswith(r"Is \frac")


def test_markup_becomes_plain_text() -> None:
    html = gift("[html]<p>Who <b>built</b> it&nbsp;&amp; why?</p>{=[plain]<b>Kell</b> ~[html]<i>Sund</i> ~Finch}")
    assert html.question == "Who built it & why?"
    assert html.choices == ("<b>Kell</b>", "Sund", "Finch")
    assert gift("What does <b>this</b> mean? {}").question == "What does this mean?"
    assert gift("[plain]What does <b>this</b> mean? {}").question == "What does <b>this</b> mean?"
    assert gift("Is 1 < 2 and 3 > 2? {T}").question == "Is 1 < 2 and 3 > 2?"


def test_a_file_with_comments_categories_and_windows_line_ends(tmp_path: Path) -> None:
    text = (
        "\ufeff// a comment at the top\n\n$CATEGORY: tower/lamp\n\n"
        "// question: 7  name: x [id:lamp\\]1]\n::Lamp::What burnt\n// inside\nin it? {=oil}\n\n\n"
        "Read the passage first.\n\n  // indented\n$CATEGORY: keepers\n\nWho lit a fire?\n{\n}\n"
    )
    first, second = good(written(tmp_path / "q.txt", text.replace("\n", "\r\n")))
    assert (first.id, first.title, first.question, first.category) == (
        "lamp]1",
        "Lamp",
        "What burnt in it?",
        "tower/lamp",
    )
    assert (second.id, second.question, second.category, second.type) == ("16", "Who lit a fire?", "keepers", "open")


def test_bad_blocks_are_reported_and_passed_over(tmp_path: Path) -> None:
    text = (
        "Who? {=Kell\n\nWhere? }\n\nMatch. {=a -> b =c -> d}\n\nWhat? {yes or no}\n\nHow many? {#many}\n\n"
        "One choice? {~a}\n\nWho built it? {=Kell}\n"
    )
    path = written(tmp_path / "q.gift", text)
    reasons = bad(path)
    assert [row.line for row in reasons] == [1, 3, 5, 7, 9, 11]
    for row, part in zip(
        reasons, ["blank line", "no {", "matching", "begin with", "tolerance", "1 choices"], strict=True
    ):
        assert part in row.reason
    assert len(reasons) == 6


def test_a_question_without_answers_is_asked_and_a_text_is_not(tmp_path: Path) -> None:
    (question,) = good(written(tmp_path / "q.gift", "Read this.\n\nWho built it?\n"))
    assert question.question == "Who built it?"


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")) | st.sampled_from("~=#{}:\\<>&[]%/*\n$"),
    min_size=1,
    max_size=30,
).map(lambda text: "\n".join(line.strip() for line in text.strip().split("\n")).strip())
WORDS = TEXT.filter(lambda text: any(c.isalnum() for c in text) and "___" not in text)
CHOICES = st.lists(TEXT.filter(bool), min_size=2, max_size=6).filter(
    lambda c: not {x.lower()[:1] for x in c} <= {"t", "f"}
)
NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(lambda number: f"{number:f}")


@st.composite
def questions(draw: st.DrawFn) -> QuizQuestion:
    base = QuizQuestion("1", draw(WORDS), line=1, title=" ".join(draw(TEXT).split()))
    kind = draw(st.sampled_from(["open", "multiple_choice", "true_false", "numeric"]))
    if kind == "multiple_choice":
        choices = tuple(draw(CHOICES))
        places = sorted(draw(st.sets(st.integers(0, len(choices) - 1), max_size=3)))
        gold = None if not places else places[0] if len(places) == 1 else tuple(places)
        either = 1 < len(places) < len(choices) and draw(st.booleans())
        several = not either and (len(places) > 1 or (bool(places) and draw(st.booleans())))
        return replace(base, type="multiple_choice", choices=choices, gold=gold, any_right=either, several=several)
    if kind == "true_false":
        return replace(base, type="true_false", gold=draw(st.sampled_from([*VERDICTS, None])))
    if kind == "numeric":
        return replace(base, type="numeric", gold=draw(NUMBERS), tolerance=draw(st.sampled_from([0.0, 0.5, 2.0])))
    texts = draw(st.lists(WORDS.filter(lambda text: "->" not in text), unique=True, max_size=3))
    return replace(base, gold=texts[0] if texts else None, accepted=tuple(texts[1:]))


@settings(max_examples=150, deadline=None)
@given(questions(), TEXT)
def test_what_is_written_is_read_again(question: QuizQuestion, feedback: str) -> None:
    assert gift(gift_block(question, feedback)) == question
