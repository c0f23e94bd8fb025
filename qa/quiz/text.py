"""Reads plain text: one question a line, or numbered questions that may go over several lines."""

import re
from itertools import pairwise
from pathlib import Path

from qa.answer import QuizQuestion
from qa.quiz.keys import has_blank
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import encoding_of, head, numbered_lines

MAX_QUESTION_LINES = 100
_NUMBERED = re.compile(r"\s*(?:Q(?:uestion)?\.?\s{0,3})?(\d{1,6})\s{0,3}[.):]\s+(\S.*)", re.IGNORECASE)
_BULLET = re.compile(r"[-*•]\s+(?=\S)")


def read_text(path: Path) -> Rows:
    """Yield the questions of a text file; blank lines are passed over.

    The file counts as numbered when its numbered lines count up (`1.`, `2)`, `Q3:`): lines without a number then
    go on with the question above.
    """
    start = head(path)
    numbered = is_numbered(start.decode(encoding_of(start), errors="replace"))
    first, lines = 0, list[str]()
    for number, line in numbered_lines(path):
        found = _NUMBERED.fullmatch(line) if numbered else None
        if not line.strip():
            continue
        if lines and numbered and not found:
            lines.append(line.strip()) if len(lines) <= MAX_QUESTION_LINES else None
            continue
        if lines:
            yield _question(first, lines)
        bare = line.strip()
        bullet = _BULLET.match(bare)
        first, lines = number, [found[2].strip() if found else bare[bullet.end() :] if bullet else bare]
    if lines:
        yield _question(first, lines)


def is_numbered(text: str) -> bool:
    """Return whether the lines of `text` number questions: the first that is not blank is, and the numbers count up."""
    lines = [line for line in text.split("\n") if line.strip()]
    found = [_NUMBERED.fullmatch(line.rstrip("\r")) for line in lines]
    numbers = [int(match[1]) for match in found if match]
    if not lines or found[0] is None:
        return False
    return len(lines) == 1 or any(later == earlier + 1 for earlier, later in pairwise(numbers))


def _question(line: int, lines: list[str]) -> QuizQuestion | BadRow:
    if len(lines) > MAX_QUESTION_LINES:
        return BadRow(line, f"longer than {MAX_QUESTION_LINES} lines; number every question, or none")
    text = " ".join(lines)
    return QuizQuestion(str(line), text, "fill_in" if has_blank(text) else "open", line=line)
