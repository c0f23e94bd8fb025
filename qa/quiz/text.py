"""Reads plain text: one question a line, or numbered questions that may go over several lines."""

import re
from collections.abc import Iterable
from itertools import chain, pairwise
from pathlib import Path

from qa.answer import QuizQuestion
from qa.quiz.keys import has_blank
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import head_lines, numbered_lines

MAX_QUESTION_LINES = 100
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
    go on with the question above.
    """
    numbered = is_numbered(head_lines(path))
    first, lines = 0, list[str]()
    for number, line in numbered_lines(path):
        found = NUMBERED.fullmatch(line) if numbered else None
        if not line.strip():
            continue
        if lines and numbered and not found:
            lines.append(line.strip()) if len(lines) <= MAX_QUESTION_LINES else None
            continue
        if lines:
            yield _question(first, lines)
        bare = line.strip()
        bullet = _BULLET.match(bare)
        first, lines = number, [found["text"].strip() if found else bare[bullet.end() :] if bullet else bare]
    if lines:
        yield _question(first, lines)


def is_numbered(lines: Iterable[str]) -> bool:
    """Return whether `lines` number questions: the first that is not blank is, and the numbers count up."""
    found = (NUMBERED.fullmatch(line.rstrip("\r\n")) for line in lines if line.strip())
    first = next(found, None)
    if first is None:
        return False
    rest = next(found, first)
    numbers = (int(match["number"]) for match in chain((first, rest), found) if match)
    return rest is first or any(later == earlier + 1 for earlier, later in pairwise(numbers))


def is_list(text: str) -> bool:
    """Return whether every line is a list mark, a tab and one text: a list copied from a word processor, no table."""
    lines = (found[0] for found in re.finditer(r"[^\n]+", text))
    return all(_LISTED.fullmatch(line) for line in lines if line.strip())


def _question(line: int, lines: list[str]) -> QuizQuestion | BadRow:
    if len(lines) > MAX_QUESTION_LINES:
        return BadRow(line, f"longer than {MAX_QUESTION_LINES} lines; number every question, or none")
    text = " ".join(lines)
    return QuizQuestion(str(line), text, "fill_in" if has_blank(text) else "open", line=line)
