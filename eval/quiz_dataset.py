"""Quiz questions with keys, as evaluation reads them: JSON Lines (described in eval/README.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.rows import Fields, dataset_error, parse_rows, read_file
from qa.answer import QUESTION_TYPES, VERDICTS, QuestionType, QuizQuestion


@dataclass(frozen=True, slots=True)
class QuizDataset:
    """Quiz questions of one file, every one with its key."""

    name: str
    sha256: str
    questions: tuple[QuizQuestion, ...]


def load_quiz(path: Path) -> QuizDataset:
    """Read quiz questions with keys; blank lines are passed over.

    Raises:
        DatasetError: it cannot be read, or rows are bad or without key: the message lists them by line.
    """
    file = read_file(path)
    return QuizDataset(file.name, file.sha256, tuple(parse_rows(file, parse_quiz_row)))


def keyed_quiz(name: str, sha256: str, questions: Sequence[QuizQuestion]) -> QuizDataset:
    """Take the questions that a quiz reader has read from a file of any format.

    Raises:
        DatasetError: questions have no key, or one that does not fit; the message lists them by line.
    """
    problems = []
    for question in questions:
        problem = _key_problem(question)
        if problem:
            problems.append(f"line {question.line}: {problem}")
    if problems or not questions:
        raise dataset_error(name, problems or ["no questions"], "cannot be scored")
    return QuizDataset(name, sha256, tuple(questions))


def parse_quiz_row(row: dict[str, Any], line: int) -> QuizQuestion:
    """Return the quiz question of one row.

    Raises:
        ValueError: the row is not in the format; the message names every wrong field.
    """
    fields = Fields(row)
    name = row.get("type", "open")
    kind: QuestionType = next((known for known in QUESTION_TYPES if known == name), "open")
    if name not in QUESTION_TYPES:
        fields.wrong(f'"type" is {name!r}, not one of {", ".join(QUESTION_TYPES)}')
    question = QuizQuestion(
        fields.id(line),
        fields.question(),
        kind,
        fields.texts("choices"),
        fields.history(),
        row.get("gold"),
        line,
    )
    problem = _key_problem(question)
    if problem:
        fields.wrong(problem)
    fields.check()
    return question


def _key_problem(question: QuizQuestion) -> str:
    """Say what is wrong with the key of a question, "" for nothing."""
    gold = question.gold
    if question.type == "multiple_choice":
        if len(question.choices) < 2:
            return '"choices" has fewer than two texts'
        if type(gold) is not int or not 0 <= gold < len(question.choices):
            return f'"gold" is {gold!r}, not the place of a choice (0 to {len(question.choices) - 1})'
    elif question.type == "true_false":
        if gold not in VERDICTS:
            return f'"gold" is {gold!r}, not one of {", ".join(VERDICTS)}'
    elif not isinstance(gold, str) or not gold.strip():
        return f'"gold" is {gold!r}, not the text of an answer'
    return ""
