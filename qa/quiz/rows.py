"""What a reader of quiz files yields: questions, and the rows that are none."""

from collections.abc import Iterator
from dataclasses import dataclass

from qa.answer import QuizQuestion


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read: its 1-based line in the file, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


Rows = Iterator[QuizQuestion | BadRow]
