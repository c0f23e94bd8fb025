"""Reads rows of a dataset file and reports everything that is wrong with them at once."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from index.errors import DatasetError, QuestionError
from qa.answer import Turn

MAX_PROBLEMS_SHOWN = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A dataset's name, text, and the sha256 of its bytes."""

    name: str
    text: str
    sha256: str


class Fields:
    """Reads the fields of a row and collects everything that is wrong with them."""

    def __init__(self, row: dict[str, Any]) -> None:
        self._row = row
        self._problems: list[str] = []

    def wrong(self, problem: str) -> None:
        """Note a problem."""
        self._problems.append(problem)

    def check(self) -> None:
        """Raise ValueError if anything was wrong."""
        if self._problems:
            raise ValueError(", ".join(self._problems))

    def id(self, line: int) -> str:
        """Return the id; its default is the line number."""
        id = self._row.get("id", str(line))
        if isinstance(id, bool) or not isinstance(id, str | int) or not str(id).strip():
            self.wrong('"id" is neither text nor a number')
        return str(id)

    def question(self) -> str:
        """Return the question without surrounding white space."""
        from qa.assistant import checked_question

        text = self.text("question")
        if not isinstance(self._row.get("question"), str):
            return ""
        try:
            return checked_question(text)
        except QuestionError as error:
            self.wrong(str(error))
            return ""

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; null counts as left out."""
        value = self._row.get(key)
        value = default if value is None else value
        if not isinstance(value, str):
            self.wrong(f'no text under "{key}"')
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts that are not blank, by default empty."""
        values = self._row.get(key) or []
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            self.wrong(f'"{key}" is not a list of texts')
            return ()
        return tuple(values)

    def paragraphs(self) -> tuple[int, ...]:
        """Return the numbers of the gold paragraphs, by default none."""
        numbers = self._row.get("paragraphs") or []
        if not isinstance(numbers, list) or not all(type(number) is int and number > 0 for number in numbers):
            self.wrong('"paragraphs" is not a list of paragraph numbers (from 1)')
            return ()
        return tuple(numbers)

    def history(self) -> tuple[Turn, ...]:
        """Return the turns before the question, by default none."""
        turns = self._row.get("history") or []
        if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
            self.wrong('"history" is not a list of {"question": text, "answer": text or null}')
            return ()
        return tuple(Turn(turn["question"], turn.get("answer")) for turn in turns)


def parse_rows(file: DatasetFile, parse: Callable[[dict[str, Any], int], T]) -> list[T]:
    """Parse every line of JSON Lines with `parse`, which raises ValueError for a bad row; ids must be unique.

    Raises:
        DatasetError: it lists every bad row by line.
    """
    parsed: list[T] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for line, row_text in enumerate(file.text.split("\n"), start=1):
        if not row_text.strip():
            continue
        try:
            row = json.loads(row_text)
            if not isinstance(row, dict):
                raise ValueError("not a JSON object")
            parsed.append(parse(row, line))
            id = str(row.get("id", line))
            if id in seen:
                raise ValueError(f"id {id!r} stands on line {seen[id]} already")
            seen[id] = line
        except json.JSONDecodeError as error:
            problems.append(f"line {line}: not JSON ({error.msg})")
        except ValueError as error:
            problems.append(f"line {line}: {error}")
    if problems:
        raise dataset_error(file.name, problems, "has bad rows; nothing was asked")
    if not parsed:
        raise DatasetError(f"{file.name} has no questions; write one a line (the format is in eval/README.md)")
    return parsed


def sampled(rows: Sequence[T], count: int, seed: int) -> tuple[T, ...]:
    """Return `count` of the rows, drawn by `seed`, in their order."""
    return tuple(rows[at] for at in sorted(random.Random(seed).sample(range(len(rows)), count)))


def dataset_error(name: str, problems: Sequence[str], what: str) -> DatasetError:
    """Return one error that lists all problems."""
    more = [f"and {len(problems) - MAX_PROBLEMS_SHOWN} more"] if len(problems) > MAX_PROBLEMS_SHOWN else []
    return DatasetError("\n  ".join([f"{name} {what} ({len(problems)}):", *problems[:MAX_PROBLEMS_SHOWN], *more]))


def read_file(path: Path, binary: bool = False) -> DatasetFile:
    """Return a dataset file; with `binary`, only its sha256, for a format that another reader knows.

    Raises:
        DatasetError: it is missing or not UTF-8.
    """
    try:
        data = path.read_bytes()
        return DatasetFile(path.name, "" if binary else data.decode("utf-8-sig"), hashlib.sha256(data).hexdigest())
    except FileNotFoundError as error:
        raise DatasetError(
            f"{path}: no such file; give a dataset (JSON Lines, SQuAD JSON or a quiz with keys)"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read as UTF-8 text ({error}); save it as UTF-8") from error


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict) and isinstance(turn.get("question"), str) and isinstance(turn.get("answer"), str | None)
    )
