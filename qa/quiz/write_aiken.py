"""Writes Aiken with the answers filled in as `ANSWER:`; the format holds only questions with one right choice."""

import re
from collections.abc import Iterator
from typing import TextIO

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answers import Answered
from qa.quiz.keys import LETTERS
from qa.quiz.wording import one_line

_TRUTH = {"supported": "A", "contradicted": "B"}
_AMBIGUOUS = re.compile(r"\(?[A-Z][.)]|ANSWER\s*:", re.IGNORECASE)  # as a question it would be read as something else


def write_aiken(answered: Iterator[Answered], out: TextIO) -> int:
    """Write every question that has one right choice; the others are counted."""
    left_out = 0
    for question, record in answered:
        key = _letter(question, record)
        if not key or _AMBIGUOUS.match(question.question):
            left_out += 1
            continue
        choices = question.choices if question.type == "multiple_choice" else ("True", "False")
        lines = [one_line(question.question)]
        lines += [f"{LETTERS[place]}. {one_line(choice)}" for place, choice in enumerate(choices)]
        out.write("\n".join([*lines, f"ANSWER: {key}"]) + "\n\n")
    return left_out


def _letter(question: QuizQuestion, record: Record) -> str:
    """Return the letter of the one right choice, "" if there is none or several."""
    if question.type == "true_false":
        return _TRUTH.get(record["verdict"], "")
    places = record["choice"] if isinstance(record["choice"], list) else [record["choice"]]
    if question.type != "multiple_choice" or len(places) != 1 or places[0] is None:
        return ""
    return LETTERS[places[0]]
