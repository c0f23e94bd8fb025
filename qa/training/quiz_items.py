"""Development items of quizzes with what the article says of them, for learning the quiz weights."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import DatasetError
from qa.answer import VERDICTS, QuizQuestion
from qa.assistant import Assistant
from qa.quiz.choosing import weigh_options
from qa.quiz.evidence import weigh
from qa.quiz.jsonl import parse_question
from qa.verifier import Judge

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """The features of a question's plain choices, and the place of the right one among them.

    Items of one `group` ask for the same fact, so that they are learnt from or tested on together.
    """

    group: str
    negated: bool
    options: tuple[Vector, ...]
    right: int


@dataclass(frozen=True, slots=True)
class VerdictItem:
    """The features of one statement, and the place of its verdict in VERDICTS."""

    group: str
    features: Vector
    verdict: int


def read_items(path: Path) -> Iterator[tuple[str, QuizQuestion]]:
    """Yield the questions of a JSON Lines file, each with the fact it asks for.

    Raises:
        DatasetError: it cannot be read, or a row is no quiz question.
    """
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            yield str(row.get("fact", number)), parse_question(row, number)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is not a file of quiz questions ({error})") from error


def weighed_items(
    assistant: Assistant, judge: Judge, items: Sequence[tuple[str, QuizQuestion]]
) -> Iterator[ChoiceItem | VerdictItem | None]:
    """Yield what the article says of each item; None for kinds and keys that nothing is learnt from."""
    for fact, question in items:
        group = f"{assistant.article.fingerprint}/{fact}"
        if question.type == "true_false" and question.gold in VERDICTS:
            weighed = weigh(assistant, judge, question.question)
            yield VerdictItem(group, weighed.features, VERDICTS.index(question.gold))
        elif question.type == "multiple_choice":
            stem, options = weigh_options(assistant, judge, question)
            places = [option.place for option in options]
            if question.gold in places:
                vectors = tuple(option.features for option in options)
                yield ChoiceItem(group, stem.negated, vectors, places.index(int(str(question.gold))))
            else:
                yield None
        else:
            yield None
