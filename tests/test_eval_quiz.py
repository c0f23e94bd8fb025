"""Quiz answers scored against their keys: choices as sets, verdicts, numbers within tolerance, accepted texts."""

from dataclasses import replace
from typing import Any

import pytest
from small_judge import small_quiz_assistant
from small_models import small_article

from eval.compare import compare_reports
from eval.markdown import bad_at, render_markdown
from eval.quiz_dataset import QuizDataset
from eval.quiz_record import make_quiz_record
from eval.record import Record
from eval.result import Report
from eval.run import evaluate_quiz
from qa.answer import QuizQuestion
from qa.contract import Record as Answered
from qa.quiz.answering import AnswersQuiz

CHOICE = QuizQuestion("c", "Who lit a fire?", "multiple_choice", ("Maria Sund", "Kell", "Finch"), gold=0, line=1)
SEVERAL = replace(CHOICE, id="s", gold=(0, 2))
EITHER = replace(SEVERAL, id="e", any_right=True)
VERDICT = QuizQuestion("v", "The storm lasted two days.", "true_false", gold="contradicted", line=2)
NUMBER = QuizQuestion("n", "What did it cost?", "numeric", gold="12000", tolerance=100, line=3)
FILL_IN = QuizQuestion("f", "_____ lit a fire.", "fill_in", gold="Maria Sund", accepted=("M* Sund", "Sund"), line=4)
OPEN = QuizQuestion("o", "Who lit a fire on the rocks?", gold="Maria Sund", line=5)
UNSAID = QuizQuestion("u", "Which club won the cup?", gold="", line=6)


def answered(answer: str | None = None, **more: Any) -> Answered:
    return {
        "answer": answer,
        "abstained": answer is None,
        "confidence": 0.5,
        "citations": [],
        "choice": None,
        "verdict": None,
    } | more


def scored(question: QuizQuestion, given: Answered) -> Record:
    return make_quiz_record(question, given, small_article(), 0.1)


@pytest.mark.parametrize(
    ("question", "given", "em", "f1", "outcome"),
    [
        (CHOICE, answered(choice=0), 1, 1, "right"),
        (CHOICE, answered(choice=1), 0, 0, "wrong answer"),
        (CHOICE, answered("Maria Sund"), 0, 0, "not answered"),  # a text is no choice
        (SEVERAL, answered(choice=(0, 2)), 1, 1, "right"),
        (SEVERAL, answered(choice=[2, 0]), 1, 1, "right"),
        (SEVERAL, answered(choice=0), 0, 0, "wrong answer"),
        (SEVERAL, answered(choice=(0, 1, 2)), 0, 0, "wrong answer"),
        (EITHER, answered(choice=2), 1, 1, "right"),
        (EITHER, answered(choice=(0, 2)), 0, 0, "wrong answer"),
        (VERDICT, answered(verdict="contradicted"), 1, 1, "right"),
        (VERDICT, answered(verdict="not_stated"), 0, 0, "wrong answer"),
        (VERDICT, answered("two days"), 0, 0, "not answered"),
        (NUMBER, answered("about 12,090 pounds"), 1, 1, "right"),
        (NUMBER, answered("12,101"), 0, 0, "wrong answer"),
        (NUMBER, answered("some pounds"), 0, 0, "wrong answer"),
        (FILL_IN, answered("the Sund"), 1, 1, "right"),
        (FILL_IN, answered("Miss Sund"), 1, 1, "right"),
        (FILL_IN, answered("Sund and Kell"), 0, 0.5, "partly right"),
        (OPEN, answered("Maria Sund."), 1, 1, "right"),
        (OPEN, answered("Maria Sund and Kell"), 0, 2 / 3, "partly right"),
        (OPEN, answered("Kell"), 0, 0, "wrong answer"),
        (OPEN, answered(), 0, 0, "not answered"),
        (UNSAID, answered(), 1, 1, "refused rightly"),
        (UNSAID, answered("Brazil"), 0, 0, "answered an unanswerable question"),
    ],
)
def test_answers_are_scored_by_the_kind_of_their_key(
    question: QuizQuestion, given: Answered, em: float, f1: float, outcome: str
) -> None:
    record = scored(question, given)
    assert (record.em, record.f1, record.outcome) == (em, pytest.approx(f1), outcome)
    assert record.guess_right == bool(em)
    assert record.abstained == (outcome in ("not answered", "refused rightly"))
    assert record.answerable == (question is not UNSAID)


def test_what_is_shown_names_choices_and_verdicts() -> None:
    record = scored(SEVERAL, answered(choice=1))
    assert (record.answer, record.golds) == ("B. Kell", ("A. Maria Sund; C. Finch",))
    record = scored(VERDICT, answered(verdict="not_stated"))
    assert (record.answer, record.golds, record.kind) == ("not stated", ("false",), "true/false, key false")
    assert scored(replace(CHOICE, category="negated"), answered()).kind == "multiple choice, negated"


def test_citations_of_a_choice_must_be_the_articles_own_characters() -> None:
    article = small_article()
    block = next(block for block in article.paragraphs if "Maria Sund" in block.text)
    start = article.text.index("Maria Sund")
    good = {"label": block.label, "start": start, "end": start + 10, "quote": block.text}
    for change, exact in (({}, True), ({"start": start + 1}, True), ({"label": "¶1"}, False), ({"quote": "x"}, False)):
        record = scored(CHOICE, answered("Maria Sund", choice=0, citations=[good | change]))
        assert record.verbatim is exact
    assert scored(CHOICE, answered(choice=0, citations=[good | {"end": start + 9_999}])).verbatim is False


QUIZ = QuizDataset("quiz.gift", "0" * 64, (CHOICE, SEVERAL, VERDICT, NUMBER, FILL_IN, OPEN, UNSAID))
GIVEN = {
    "c": answered(choice=0),
    "s": answered(choice=0),
    "v": answered(verdict="contradicted"),
    "n": answered("12,000"),
    "f": answered("Kell"),
    "o": answered("Maria Sund and Kell"),
    "u": answered(),
}


def from_table(assistant: AnswersQuiz, question: QuizQuestion) -> Answered:
    return GIVEN[question.id]


def quiz_report() -> Report:
    return evaluate_quiz(small_quiz_assistant(), QUIZ, answer_quiz=from_table)


def test_figures_are_by_kind_with_their_counts() -> None:
    report = quiz_report()
    expected = {
        "accuracy": (4 / 7, 7),
        "answered_right": (3 / 6, 6),
        "choice_accuracy": (1 / 2, 2),
        "choice_chance": ((1 / 3 + 1 / 7) / 2, 2),
        "verdict_accuracy": (1, 1),
        "verdict_contradicted": (1, 1),
        "numeric_accuracy": (1, 1),
        "fill_in_accuracy": (0, 1),
        "open_em": (1 / 2, 2),
        "open_f1": ((2 / 3 + 1) / 2, 2),
        "abstained": (1 / 7, 7),
    }
    for key, (value, count) in expected.items():
        figure = report.figure(key)
        assert figure is not None, key
        assert (figure.value, figure.count) == (pytest.approx(value), count), key
        assert figure.low is not None, key
    assert report.figure("verdict_supported") is None


def test_a_quiz_report_says_what_it_is_bad_at_and_can_be_compared() -> None:
    report = quiz_report()
    assert "fill in: right 0.0" in bad_at(report)
    assert "## Kinds of questions" in render_markdown(report)
    assert compare_reports(report, report).unchanged == 7
