"""Development items of quizzes with what the article says of them, for learning the quiz weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.answer import VERDICTS, QuizQuestion
from qa.assistant import Assistant
from qa.quiz.choosing import weigh_options
from qa.quiz.evidence import weigh
from qa.quiz.jsonl import json_rows
from qa.verifier import Judge

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """The features of the plain choices of one question, and which of them is right (None: a choice about choices)."""

    group: str
    negated: bool
    options: tuple[Vector, ...]
    right: int | None


@dataclass(frozen=True, slots=True)
class VerdictItem:
    """The features of one statement, and the place of its verdict in VERDICTS."""

    group: str
    features: Vector
    verdict: int
