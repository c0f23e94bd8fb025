"""Writes Moodle GIFT with the answers filled in as the key, and what they cite as feedback."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TextIO

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answers import Answered
from qa.quiz.numbers import numbers_in
from qa.quiz.wording import given_text, one_line

_MARK = re.compile(r"([~=#{}:\\])")
_LINE_END = re.compile(r"\r\n|\r|\n")
_VERDICTS = {"supported": "{TRUE", "contradicted": "{FALSE"}


def write_gift(answered: Iterator[Answered], out: TextIO) -> int:
    """Write every question with the answer as its key; those without become comments, and are counted."""
    left_out, category = 0, ""
    for question, record in answered:
        if question.category != category:
            category = question.category
            out.write(f"$CATEGORY: {one_line(category) or '$course$'}\n\n")
        keyed = with_answer(question, record)
        if keyed is None:
            left_out += 1
            out.write(f"// not answered: {one_line(question.question)}\n\n")
            continue
        cited = "; ".join(f"{citation['label']} “{citation['quote']}”" for citation in record["citations"])
        out.write(gift_block(keyed, cited) + "\n\n")
    return left_out


def with_answer(question: QuizQuestion, record: Record) -> QuizQuestion | None:
    """Return the question with what was answered as its only key, None if nothing was."""
    if not given_text(question, record):
        return None
    choice = tuple(record["choice"]) if isinstance(record["choice"], list) else record["choice"]
    plain = replace(question, accepted=(), tolerance=0.0, any_right=False)
    if question.type == "multiple_choice":
        return replace(plain, gold=choice)
    if question.type == "true_false":
        return replace(plain, gold=record["verdict"])
    numbers = numbers_in(record["answer"]) if question.type == "numeric" else []
    if question.type == "numeric" and not numbers:
        return replace(plain, type="open", gold=record["answer"])
    return replace(plain, gold=f"{numbers[0]:f}" if numbers else record["answer"])


def gift_block(question: QuizQuestion, feedback: str = "") -> str:
    """Return one question in GIFT, without the blank line that must follow; `read_gift` reads the same from it."""
    id = "" if question.id == str(question.line) else question.id.replace("\\", r"\\").replace("]", r"\]")
    comment = f"// [id:{one_line(id)}]\n" if id else ""
    title = f"::{_escaped(one_line(question.title))}::" if question.title else ""
    return f"{comment}{title}{_text(question.question)} {_answers(question, feedback)}"


def _answers(question: QuizQuestion, feedback: str) -> str:
    gold = question.gold
    said = "#" + _text(feedback) if feedback else ""
    if question.type == "multiple_choice":
        return _choices(question, said)
    if question.type == "true_false":
        if gold in _VERDICTS:  # the first feedback is for a wrong answer, the second for the right one
            return _VERDICTS[str(gold)] + (said + said if said else "") + "}"
        third = f"\n=Not stated{said}" if gold == "not_stated" else ""
        return "{\n~True\n~False" + third + "\n}"
    if gold is None or gold == "":
        return "{#}" if question.type == "numeric" else "{}"
    if question.type == "numeric":
        off = f":{Decimal(str(question.tolerance)):f}" if question.tolerance else ""
        return "{#\n" + "\n".join(f"={key}{off}{said}" for key in (str(gold), *question.accepted)) + "\n}"
    return "{\n" + "\n".join(f"={_text(text)}{said}" for text in (str(gold), *question.accepted)) + "\n}"


def _choices(question: QuizQuestion, said: str) -> str:
    gold = question.gold
    right = gold if isinstance(gold, tuple) else () if gold is None else (gold,)
    several = bool(right) and (question.several or len(right) > 1) and not question.any_right
    lines = []
    for place, choice in enumerate(question.choices):
        share = f"{100 / len(right):.5f}".rstrip("0").rstrip(".") if right else ""
        sign = (f"~%{share}%" if several else "=") if place in right else "~%-100%" if several else "~"
        lines.append(f"{sign}{_text(choice)}{said if place in right else ''}")
    return "{\n" + "\n".join(lines) + "\n}"


def _text(text: str) -> str:
    """Return text escaped; what could be taken for markup is said to be plain."""
    form = "[plain]" if text.startswith(("[", "%", "//")) or "<" in text or "&" in text else ""
    return form + _escaped(text)


def _escaped(text: str) -> str:
    return _LINE_END.sub(lambda _: r"\n", _MARK.sub(r"\\\1", text))
