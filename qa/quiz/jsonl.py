"""Reads JSON Lines: one question a line (docs/json-contract.md, docs/quiz-files.md); or one JSON list of such rows."""

import json
import math
import re
from pathlib import Path
from typing import Any

from index.errors import QuizFileError
from qa.answer import QUESTION_TYPES, QuizQuestion, Turn
from qa.quiz.keys import verdict_of
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import encoding_of, head, numbered_lines, open_text

MAX_CHARACTERS = 200_000_000  # one JSON value cannot be read in parts; the largest SQuAD file has 42 million
LIST = re.compile(r'\s*\[\s*(?:\{\s*"|"(?:[^"\\]|\\.)*"\s*(?:,|\]\s*$))')  # of records, or of texts, which are refused


def read_jsonl(path: Path) -> Rows:
    """Yield the questions of a JSON Lines file, or of one JSON list: there `line` is the number of the row, from 1.

    Raises:
        QuizFileError: the list is not JSON, or too large.
    """
    start = head(path)
    if LIST.match(start.decode(encoding_of(start), errors="replace")):
        yield from _listed_rows(path)
        return
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        try:
            yield parse_question(parse_json(line), number)
        except ValueError as error:
            yield BadRow(number, str(error))


def read_json(path: Path) -> Any:
    """Return the one JSON value of a file.

    Raises:
        QuizFileError: the file is not JSON, or too large.
    """
    with open_text(path) as file:
        text = file.read(MAX_CHARACTERS + 1)
    if len(text) > MAX_CHARACTERS:
        raise QuizFileError(f"{path} has more than {MAX_CHARACTERS:,} characters; give the questions as JSON Lines")
    try:
        return parse_json(text)
    except ValueError as error:
        raise QuizFileError(f"{path}: {error}; give JSON, or the questions as JSON Lines") from error


def _listed_rows(path: Path) -> Rows:
    for number, record in enumerate(read_json(path), start=1):
        try:
            yield parse_question(record, number)
        except ValueError as error:
            yield BadRow(number, f"row {number} of the list: {error}")


def parse_json(text: str) -> Any:
    """Return what JSON text says.

    Raises:
        ValueError: it is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg})") from error
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error


def parse_question(record: Any, line: int) -> QuizQuestion:
    """Return the question of one JSON row; its id defaults to the line number.

    Raises:
        ValueError: the row is not in the format.
    """
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    question = record.get("question")
    if not isinstance(question, str):
        raise ValueError('no text under "question"')
    name = record.get("type")
    name = ("multiple_choice" if record.get("choices") else "open") if name is None else name
    kind = next((known for known in QUESTION_TYPES if known == name), None)
    if kind is None:
        raise ValueError(f'"type" is {name!r}, not one of {", ".join(QUESTION_TYPES)}')
    id = question_id(record, line)
    gold, accepted = _key(record)
    if kind == "true_false" and isinstance(gold, str):
        gold = verdict_of(gold) or gold
    return QuizQuestion(
        id,
        question,
        kind,
        _texts(record, "choices"),
        _history(record.get("history") or []),
        gold,
        line,
        accepted,
        _tolerance(record.get("tolerance")),
        several=record.get("several") is True,
        title=_text(record, "title"),
        category=_text(record, "category"),
    )


def question_id(record: dict[str, Any], line: int) -> str:
    """Return the id of a JSON row, by default its line.

    Raises:
        ValueError: it is neither text nor a number.
    """
    id = record.get("id")
    id = str(line) if id is None else id
    if not isinstance(id, str | int) or isinstance(id, bool):
        raise ValueError('"id" is neither text nor a number')
    return str(id)


def _key(record: dict[str, Any]) -> tuple[str | int | tuple[int, ...] | None, tuple[str, ...]]:
    """Return the key under "gold" and more "accepted" texts; "answers" (the evaluation's rows) is both in one."""
    gold, accepted, answers = record.get("gold"), _texts(record, "accepted"), record.get("answers")
    if isinstance(answers, dict):  # SQuAD as Hugging Face has it: texts beside their places
        answers = answers.get("text")
    if gold is None and isinstance(answers, list):
        texts = tuple(dict.fromkeys(_texts({"answers": answers}, "answers")))
        return (texts[0], texts[1:]) if texts else ("", ())
    if isinstance(gold, list) and all(type(place) is int for place in gold):
        return tuple(sorted(set(gold))), accepted
    if isinstance(gold, float) and math.isfinite(gold):
        return str(gold), accepted
    if type(gold) is int and record.get("type") == "numeric":
        return str(gold), accepted
    if isinstance(gold, bool) and record.get("type") == "true_false":
        return str(gold), accepted
    if gold is not None and type(gold) not in (str, int):
        raise ValueError('"gold" is neither a text, nor the place of a choice, nor a list of places')
    return gold, accepted


def _texts(record: dict[str, Any], key: str) -> tuple[str, ...]:
    texts = record.get(key)
    texts = [] if texts is None else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f'"{key}" is not a list of texts')
    return tuple(texts)


def _text(record: dict[str, Any], key: str) -> str:
    text = record.get(key)
    if not isinstance(text, str | None):
        raise ValueError(f'"{key}" is not a text')
    return text or ""


def _tolerance(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError('"tolerance" is not a number')
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError('"tolerance" is too large') from error


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
