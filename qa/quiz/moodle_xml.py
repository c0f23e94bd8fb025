"""Reads Moodle XML question by question; entities and external references are refused.

The format is described at https://docs.moodle.org/en/Moodle_XML_format.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from index.errors import QuizFileError
from qa.answer import QuestionType, QuizQuestion
from qa.quiz.keys import are_true_and_false, bounds, has_blank, verdict_of, widened
from qa.quiz.numbers import number_of
from qa.quiz.pictures import refuse_picture
from qa.quiz.plain import looks_marked_up, plain_text
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import open_binary

MAX_QUESTION_BYTES = 64_000_000  # questions carry their pictures inside
MAX_PIECE = 65_536
FULL = 100.0
_PASSED_OVER = ("description", "category")


class _Lines:
    """Hands a file to the parser line by line, so that the line of an event is known."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 1
        self.question_bytes = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        self.number += self._ended
        piece = self._file.readline(MAX_PIECE)
        self._ended = piece.endswith(b"\n")
        self.question_bytes += len(piece)
        if self.question_bytes > MAX_QUESTION_BYTES:
            raise ValueError(f"a question is larger than {MAX_QUESTION_BYTES:,} bytes")
        return piece


def read_moodle_xml(path: Path) -> Rows:
    """Yield the questions of a Moodle XML file; descriptions are passed over.

    Raises:
        QuizFileError: it is not well-formed, not a quiz, or declares entities.
    """
    with open_binary(path) as file:
        lines = _Lines(file)
        try:
            yield from _questions(lines)
        except DefusedXmlException as error:
            raise QuizFileError(f"{path} declares XML entities, which quiz files do not need; remove them") from error
        except ParseError as error:
            raise QuizFileError(f"{path}: not well-formed XML ({error}); export it from Moodle again") from error
        except (ValueError, LookupError) as error:
            raise QuizFileError(f"{path} line {lines.number}: {error}; export it from Moodle again") from error


def _questions(lines: _Lines) -> Rows:
    category, line, depth = "", 1, 0
    root: Element | None = None
    for event, element in _events(lines):
        if event == "start":
            depth += 1
            if root is None:
                root = element
                if element.tag != "quiz":
                    raise ValueError(f"the XML is a <{str(element.tag)[:40]}>, not a Moodle <quiz>")
            if depth == 2:
                line = lines.number
            continue
        depth -= 1
        if depth != 1 or root is None:
            continue
        if element.tag == "question":
            kind = element.get("type", "")
            if kind == "category":
                category = _plain(element.find("category")).removeprefix("$course$/").removeprefix("top/")
            elif kind not in _PASSED_OVER:
                yield _question(element, kind, line, category)
        root.clear()
        lines.question_bytes = 0


def _events(lines: _Lines) -> Iterator[tuple[str, Element]]:
    yield from iterparse(lines, events=("start", "end"))


def _question(element: Element, kind: str, line: int, category: str) -> QuizQuestion | BadRow:
    id = (element.findtext("idnumber") or "").strip() or str(line)
    text = _plain(element.find("questiontext"), "html")
    title = _plain(element.find("name"))
    base = QuizQuestion(id, text or title, line=line, title=title, category=category)
    answers = element.findall("answer")
    try:
        if kind == "multichoice":
            return _choice(base, answers, (element.findtext("single") or "true").strip().lower() in ("true", "1"))
        if kind == "truefalse":
            return _truth(base, answers)
        if kind == "shortanswer":
            return _short(base, answers)
        if kind == "numerical":
            return _numeric(base, answers)
        if kind == "essay":
            return base
        raise ValueError(f"a {kind[:40] or 'nameless'} question cannot be answered; only multichoice, truefalse, "
                         "shortanswer, numerical and essay can")  # fmt: skip
    except ValueError as error:
        return BadRow(line, str(error))


def _choice(base: QuizQuestion, answers: list[Element], single: bool) -> QuizQuestion:
    texts = [_plain(answer) for answer in answers]
    for answer, text in zip(answers, texts, strict=True):
        refuse_picture(answer.findtext("text") or "", text)
    shown = [(answer, text) for answer, text in zip(answers, texts, strict=True) if text]
    choices = tuple(text for _, text in shown)
    full = tuple(place for place, (answer, _) in enumerate(shown) if _weight(answer) >= FULL)
    some = full if single else tuple(place for place, (answer, _) in enumerate(shown) if _weight(answer) > 0)
    if are_true_and_false(choices) and len(some) < 2:
        return replace(base, type="true_false", gold=verdict_of(choices[some[0]]) if some else None)
    gold = None if not some else some[0] if len(some) == 1 else some
    any_right = single and len(some) > 1
    return replace(base, type="multiple_choice", choices=choices, gold=gold, any_right=any_right, several=not single)


def _truth(base: QuizQuestion, answers: list[Element]) -> QuizQuestion:
    right = [_plain(answer).casefold() for answer in answers if _weight(answer) >= FULL]
    verdict = {"true": "supported", "false": "contradicted"}.get(right[0]) if right else None
    return replace(base, type="true_false", gold=verdict)


def _short(base: QuizQuestion, answers: list[Element]) -> QuizQuestion:
    texts = [text for answer in answers if _weight(answer) >= FULL and (text := _plain(answer)).strip("*")]
    kind: QuestionType = "fill_in" if has_blank(base.question) else "open"
    return replace(base, type=kind, gold=texts[0] if texts else None, accepted=tuple(texts[1:]))


def _numeric(base: QuizQuestion, answers: list[Element]) -> QuizQuestion:
    keys: list[tuple[str, Decimal]] = []
    for answer in answers:
        text, off = _plain(answer), (answer.findtext("tolerance") or "0").strip() or "0"
        if _weight(answer) < FULL or text == "*":
            continue
        tolerance = number_of(off)
        if bounds(text) is None or tolerance is None:
            raise ValueError(f"the answer {text[:40]!r} with tolerance {off[:40]!r} is not a number")
        keys.append((text, abs(tolerance)))
    if len(keys) == 1:
        return replace(base, type="numeric", gold=keys[0][0], tolerance=float(keys[0][1]))
    ranges = [widened(*key) for key in keys]
    return replace(base, type="numeric", gold=ranges[0] if ranges else None, accepted=tuple(ranges[1:]))


def _weight(answer: Element) -> float:
    fraction = (answer.get("fraction") or "0").strip()
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,20})?", fraction):
        raise ValueError(f"the fraction {fraction[:40]!r} is not a number")
    return float(fraction)


def _plain(element: Element | None, form: str = "") -> str:
    """Return the text of `<name>`, `<questiontext>` or `<answer>` as a reader sees it."""
    if element is None:
        return ""
    text = element.findtext("text") or element.text or ""
    form = element.get("format") or form
    if form == "html" or (form in ("", "moodle_auto_format") and looks_marked_up(text)):
        return plain_text(text)
    return " ".join(text.split())
