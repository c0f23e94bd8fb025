"""Answers many questions from a JSON Lines file, one line out for each line in, in order."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import QuestionError, QuizFileError
from qa.answer import QUESTION_TYPES, QuizQuestion, Turn
from qa.assistant import Assistant, checked_question
from qa.contract import answer_record

MAX_ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """How many questions were answered and how many abstained from."""

    answered: int
    abstained: int


def read_questions(path: Path) -> list[QuizQuestion]:
    """Read a JSON Lines file of questions; blank lines are passed over.

    Raises:
        QuizFileError: it cannot be read; or rows are bad, and the message lists each by line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise QuizFileError(f"{path}: no such file; give a JSON Lines file of questions") from error
    except (OSError, UnicodeDecodeError) as error:
        raise QuizFileError(f"{path} cannot be read as UTF-8 text ({error}); save it as UTF-8") from error
    questions: list[QuizQuestion] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = parse_question(json.loads(line), number)
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON ({error.msg})")
            continue
        except (QuestionError, ValueError) as error:
            problems.append(f"line {number}: {error}")
            continue
        if question.id in seen:
            problems.append(f"line {number}: id {question.id!r} stands on line {seen[question.id]} already")
        seen[question.id] = number
        questions.append(question)
    if problems:
        more = [f"and {len(problems) - MAX_ERRORS_SHOWN} more"] if len(problems) > MAX_ERRORS_SHOWN else []
        listed = "; ".join(problems[:MAX_ERRORS_SHOWN] + more)
        raise QuizFileError(f"{path} has {len(problems)} bad rows, nothing was answered: {listed}")
    if not questions:
        raise QuizFileError(f'{path} has no questions; write one a line, as {{"id": "1", "question": "..."}}')
    return questions


def parse_question(record: Any, line: int) -> QuizQuestion:
    """Return the question of one JSON row; its id defaults to the line number.

    Raises:
        ValueError: the row is not in the format.
        QuestionError: the question is empty or too long.
    """
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    question = record.get("question")
    if not isinstance(question, str):
        raise ValueError('no text under "question"')
    kind = record.get("type", "open")
    if kind not in QUESTION_TYPES:
        raise ValueError(f'"type" is {kind!r}, not one of {", ".join(QUESTION_TYPES)}')
    choices = record.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
        raise ValueError('"choices" is not a list of texts')
    id = record.get("id", str(line))
    if not isinstance(id, str | int) or isinstance(id, bool):
        raise ValueError('"id" is neither text nor a number')
    history = _history(record.get("history", []))
    return QuizQuestion(str(id), checked_question(question), kind, tuple(choices), history, None, line)


def answer_batch(assistant: Assistant, questions: Iterable[QuizQuestion]) -> Iterator[dict[str, Any]]:
    """Yield the contract record of each question, in order, as soon as it is answered."""
    for question in questions:
        answer = assistant.ask(question.question, question.history)
        yield answer_record(answer, question.id, question.type)


def write_batch(records: Iterable[dict[str, Any]], output: Path) -> BatchSummary:
    """Write records as JSON Lines while they come, through a file beside that is moved in place at the end.

    Raises:
        QuizFileError: the output cannot be written.
    """
    beside = output.with_name(output.name + ".part")
    answered = abstained = 0
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            for record in records:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
                out.flush()
                answered, abstained = answered + (not record["abstained"]), abstained + record["abstained"]
        beside.replace(output)
    except OSError as error:
        raise QuizFileError(f"cannot write {output} ({error.strerror}); name another --output") from error
    return BatchSummary(answered, abstained)


def _history(turns: Any) -> tuple[Turn, ...]:
    if not isinstance(turns, list):
        raise ValueError('"history" is not a list')
    read: list[Turn] = []
    for turn in turns:
        if not isinstance(turn, dict) or not isinstance(turn.get("question"), str):
            raise ValueError('a turn of "history" has no text under "question"')
        answer = turn.get("answer")
        if answer is not None and not isinstance(answer, str):
            raise ValueError('"answer" of a turn is neither text nor null')
        read.append(Turn(turn["question"], answer))
    return tuple(read)
