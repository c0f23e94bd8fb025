"""Scores answers against the key that a quiz file brings, by kind of question."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from qa.answer import QuestionType, QuizQuestion
from qa.contract import Record
from qa.matching import exact_match, normalize, token_f1
from qa.quiz.keys import bounds
from qa.quiz.numbers import numbers_in
from qa.quiz.wording import given_text, key_text

Outcome = Literal["right", "wrong", "not answered"]
_ASCII = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛‹›′´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose answer is not the key's: what was given ("" for nothing) and what is right."""

    id: str
    line: int
    question: str
    outcome: Outcome
    given: str
    key: str


@dataclass(slots=True)
class Tally:
    """How the questions of one kind came out; `f1` is the sum of the token F1, each in [0, 1], of texts."""

    right: int = 0
    wrong: int = 0
    not_answered: int = 0
    f1: float = 0.0

    @property
    def total(self) -> int:
        """Questions with a key."""
        return self.right + self.wrong + self.not_answered

    def count(self, outcome: Outcome | None) -> None:
        """Count the outcome of one question; None, of one without a key, is not counted."""
        self.right += outcome == "right"
        self.wrong += outcome == "wrong"
        self.not_answered += outcome == "not answered"


@dataclass(slots=True)
class Scores:
    """The tallies by kind, over the questions that have a key."""

    kinds: dict[QuestionType, Tally] = field(default_factory=dict)

    def add(self, question: QuizQuestion, record: Record) -> Miss | None:
        """Count one answer; return the miss if it is not the key's."""
        outcome = outcome_of(question, record)
        if outcome is None:
            return None
        tally = self.kinds.setdefault(question.type, Tally())
        if question.type in ("open", "fill_in"):
            golds = [_plain(key) for key in (str(question.gold), *question.accepted) if key]
            tally.f1 += token_f1(_plain(record["answer"] or ""), golds)
        tally.count(outcome)
        if outcome == "right":
            return None
        given = given_text(question, record)
        return Miss(question.id, question.line, question.question, outcome, given, key_text(question))


def outcome_of(question: QuizQuestion, record: Record) -> Outcome | None:
    """Return how an answer compares with the key, None if there is no key.

    Choices: exactly the right ones, or one of them where one suffices. Verdicts: the same. Numbers, and texts that are
    numbers with a tolerance: the first in the answer, within the tolerance. Texts: equal to an accepted one without
    case, punctuation and articles, where `*` stands for any words. Where the key says that the article does not answer,
    abstaining is right; where keys are only true or false, a statement that the article does not state is not true.
    """
    if question.gold is None:
        return None
    if question.gold == "" and question.type != "multiple_choice":
        return "right" if record["abstained"] else "wrong"
    if not given_text(question, record):
        return "not answered"
    return "right" if _is_right(question, record) else "wrong"


def outcome_text(question: QuizQuestion, record: Record) -> str:
    """Return the outcome in words, with the rule where it is not plain to see; "" if there is no key."""
    outcome = outcome_of(question, record)
    if outcome is None:
        return ""
    return f"{outcome}: not stated counts as false" if _counts_as_false(question, record) else outcome


def total_text(tally: Tally) -> str:
    """Return how many answers are the key's and how the others came out; "" if no question has a key."""
    ways = {f"{tally.right} of {tally.total} right by the key": tally.total}
    others = {f"{tally.wrong} wrong": tally.wrong, f"{tally.not_answered} not answered": tally.not_answered}
    return ", ".join(text for text, count in (ways | others).items() if count)


def _counts_as_false(question: QuizQuestion, record: Record) -> bool:
    return question.type == "true_false" and question.two_way and record["verdict"] == "not_stated"


def _is_right(question: QuizQuestion, record: Record) -> bool:
    gold, answer = question.gold, str(record["answer"] or "")
    if question.type == "multiple_choice":
        chosen, right = _places(record["choice"]), _places(gold)
        return bool(chosen & right) and len(chosen) == 1 if question.any_right else chosen == right
    if question.type == "true_false":
        return bool(gold == ("contradicted" if _counts_as_false(question, record) else record["verdict"]))
    keys = (str(gold), *question.accepted)
    if question.type == "numeric" or (0 < question.tolerance < math.inf and all(map(bounds, keys))):
        numbers = numbers_in(answer)
        return bool(numbers) and any(_is_within(numbers[0], key, question.tolerance) for key in keys)
    return any(_is_like(_plain(answer), _plain(key)) for key in keys)


def _plain(text: str) -> str:
    """Return `text` with ASCII for typographic quotation marks, dashes and dots: `normalize` knows only ASCII."""
    return text.translate(_ASCII)


def _places(choice: object) -> set[object]:
    return set(choice) if isinstance(choice, list | tuple) else {choice}


def _is_within(number: Decimal, key: str, tolerance: float) -> bool:
    found, off = bounds(key), Decimal(str(tolerance))
    return found is not None and found[0] - off <= number <= found[1] + off


def _is_like(answer: str, key: str) -> bool:
    if "*" not in key:
        return bool(exact_match(answer, (key,)))
    # Each part at its first place after the one before: no regular expression, which would try all places of all stars.
    first, *middle, last = (normalize(part) for part in key.split("*"))
    text = normalize(answer)
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
