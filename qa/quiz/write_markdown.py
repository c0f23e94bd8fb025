"""Writes answers as a Markdown answer sheet."""

import re
from collections.abc import Iterator
from typing import TextIO

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answers import Answered
from qa.quiz.keys import LETTERS
from qa.quiz.scoring import Tally, outcome_of, outcome_text, total_text
from qa.quiz.wording import given_text, key_text, one_line, quoted_answer

_MARKS = re.compile(r"([\\`*_{}\[\]<>#!|~&$@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)


def write_markdown(answered: Iterator[Answered], out: TextIO) -> int:
    """Write a heading for each question, its choices, the answer, the cited places, and at the end the score."""
    tally = Tally()
    for number, (question, record) in enumerate(answered, start=1):
        if number == 1:
            article = record["article"]
            out.write(f"# Answers from “{escaped(article['title'])}”\n\n")
            out.write(f"Article fingerprint (sha256): `{article['fingerprint']}`\n")
        out.write("\n" + "\n".join(_lines(number, question, record)) + "\n")
        tally.count(outcome_of(question, record))
    if total := total_text(tally):
        out.write(f"\n**{total}**\n")
    return 0


def escaped(text: str) -> str:
    """Return text on one line that is no markup."""
    return _MARKS.sub(r"\\\1", one_line(text))


def _lines(number: int, question: QuizQuestion, record: Record) -> list[str]:
    lines = [f"## {number}. {escaped(question.question)}", ""]
    choices = [f"- {LETTERS[place]}. {escaped(choice)}" for place, choice in enumerate(question.choices)]
    lines += [*choices, ""] if choices else []
    given, answer = given_text(question, record), quoted_answer(question, record)
    if given:
        lines += [f"**{escaped(given)}** (confidence {record['confidence']:.0%})", ""]
    if answer:
        lines += [f"The article: {escaped(answer)}", ""]
    if not given and not record["answer"]:
        lines += ["The article does not say.", ""]
    lines += [f"- {escaped(c['label'])}: “{escaped(c['quote'])}”" for c in record["citations"]]
    outcome = outcome_text(question, record)
    if outcome:
        lines += [*([""] if record["citations"] else []), f"Key: {escaped(key_text(question))} ({outcome})"]
    return lines if lines[-1] else lines[:-1]
