"""Reads plain text: one question a line, or numbered questions that may go over several lines."""

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from qa.answer import QuizQuestion
from qa.quiz.keys import has_blank
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import head_lines, numbered_lines

MAX_QUESTION_LINES = 100
MAX_HEADING_LINES = 5
# `1.`, `(1)`, `Q1:`, or `Q1` and a tab.
_NUMBER = r"(Q(?:uestion)?\.?\s{0,3})?\(?(?P<number>\d{1,6})(?:\s{0,3}[.):]|(?(1)(?=\t)|(?!)))"
_LETTER = "(?:[a-z]|[ivx]{2,5})"
_SIGN = "[-*•·▪●○◦–—\uf0b7]"  # the last is the bullet of Word's symbol font
NUMBERED = re.compile(rf"\s*{_NUMBER}\s+(?P<text>\S.*)", re.IGNORECASE)
_BULLET = re.compile(rf"(?:{_SIGN}|\(?{_LETTER}\))\s+(?=\S)|(?:{_NUMBER}|o|[a-z]\.)\t\s*(?=\S)", re.IGNORECASE)
_LISTED = re.compile(rf"\s*(?:{_NUMBER}|{_SIGN}|o|\(?{_LETTER}[.)])[ ]?\t[^\t]*", re.IGNORECASE)


def read_text(path: Path) -> Rows:
    """Yield the questions of a text file; blank lines are passed over.

    The file counts as numbered when its numbered lines count up (`1.`, `2)`, `Q3:`): lines without a number then
    go on with the question above, and those before the first are its heading.
    """
    numbered = is_numbered(line.strip() for line in head_lines(path))
    first, lines = 0, list[str]()
    for number, line in numbered_lines(path):
        found = NUMBERED.fullmatch(line) if numbered else None
        if not line.strip():
            continue
        if numbered and not found:
            lines.append(line.strip()) if 0 < len(lines) <= MAX_QUESTION_LINES else None
            continue
        if lines:
            yield _question(first, lines)
        bare = line.strip()
        bullet = _BULLET.match(bare)
        first, lines = number, [found["text"].strip() if found else bare[bullet.end() :] if bullet else bare]
    if lines:
        yield _question(first, lines)


def is_numbered(lines: Iterable[str]) -> bool:
    """Return whether stripped `lines` number questions: the numbers count up, and begin at once or after a heading.

    A heading is a few lines that ask nothing. One line alone may be numbered too, under a heading only as 1.
    """
    kept = [line for line in lines if line]
    found = [NUMBERED.fullmatch(line) for line in kept]
    first = next((place for place, match in enumerate(found) if match), len(kept))
    if first == len(kept) or first > MAX_HEADING_LINES or any(line.endswith("?") for line in kept[:first]):
        return False
    numbers = [int(match["number"]) for match in found if match]
    alone = first == len(kept) - 1 and (first == 0 or numbers == [1])
    return alone or any(later == earlier + 1 for earlier, later in pairwise(numbers))


def is_list(text: str) -> bool:
    """Return whether every line is a list mark, a tab and one text: a list copied from a word processor, no table."""
    lines = (found[0] for found in re.finditer(r"[^\n]+", text))
    return all(_LISTED.fullmatch(line) for line in lines if line.strip())


def _question(line: int, lines: list[str]) -> QuizQuestion | BadRow:
    if len(lines) > MAX_QUESTION_LINES:
        return BadRow(line, f"longer than {MAX_QUESTION_LINES} lines; number every question, or none")
    text = " ".join(lines)
    return QuizQuestion(str(line), text, "fill_in" if has_blank(text) else "open", line=line)
