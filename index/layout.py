"""Cut plain text into blocks: runs of lines between blank lines, each with its exact place."""

import re
from dataclasses import dataclass

from index.article import BlockKind
from index.cues import ends_sentence, is_byline, is_disclaimer, is_short_line

_LINE_BREAK = re.compile(r"\r\n?|\n")
_RULE = re.compile(r"\s*([-*_=])(?:[ \t]*\1){2,}\s*")
_UNDERLINE = re.compile(r"\s*(=+|-+)\s*")
# Wider than any hard wrap: such a line is a paragraph of its own even without a blank line after it.
_WIDEST_WRAP = 160
_SHORT_OF_WIDTH = 0.7

Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole lines, `article.text[start : start + len(text)] == text`, before its kind is told.

    `level` is the rank of a marked heading, 0 for everything else. `fixed` is set where the markup leaves no doubt
    about the kind, `after_rule` where a horizontal rule stands anywhere before the block.
    """

    start: int
    text: str
    level: int = 0
    fixed: BlockKind | None = None
    after_rule: bool = False


def lines_of(text: str) -> list[Line]:
    """Return the half-open span of every line, without its line break."""
    spans: list[Line] = []
    start = 0
    for match in _LINE_BREAK.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return spans


def trimmed(text: str, start: int, end: int) -> Line:
    """Return `[start, end)` without the white space at both ends."""
    piece = text[start:end].rstrip()
    return start + len(piece) - len(piece.lstrip()), start + len(piece)


def marked_heading(text: str, line: Line) -> tuple[Line, int] | None:
    """Return the span of the words of a `## heading ##` line and its level, or None for any other line."""
    content = text[slice(*line)]
    body = content.strip()
    rest = body.lstrip("#")
    level = len(body) - len(rest)
    indent = len(content) - len(content.lstrip())
    if not 1 <= level <= 6 or indent > 3 or rest[:1] not in ("", " ", "\t"):
        return None
    words = rest.strip()
    unclosed = words.rstrip("#")
    if unclosed[-1:] in ("", " ", "\t"):
        words = unclosed.rstrip()
    start = line[0] + indent + level + len(rest) - len(rest.lstrip())
    return (start, start + len(words)), level


def split_plain(text: str) -> tuple[Block, ...]:
    """Cut plain text into blocks; `#` headings, underlined headings and rules are understood too."""
    lines = lines_of(text)
    cut = _Cutter(text, lines)
    for line in lines:
        content = text[slice(*line)]
        heading = marked_heading(text, line)
        if not content.strip():
            cut.close()
        elif heading:
            cut.close()
            cut.add(*heading[0], level=heading[1])
        elif cut.underlined_by(content):
            cut.add(*cut.pending.pop(), level=1 if "=" in content else 2)
        elif _RULE.fullmatch(content):
            cut.close()
            cut.after_rule = True
        else:
            cut.pending.append(line)
    cut.close()
    return tuple(cut.blocks)


class _Cutter:
    """Collects lines until a block is complete."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.pending: list[Line] = []
        self.after_rule = False
        filled = [line for line in lines if text[slice(*line)].strip()]
        first, last = (lines.index(filled[0]), lines.index(filled[-1])) if filled else (0, 0)
        self.has_blank_lines = last - first + 1 > len(filled)
        self.is_wrapped = not self.has_blank_lines and _is_wrapped([text[slice(*line)] for line in filled])
        self.width = max((end - start for start, end in filled), default=0)

    def add(self, start: int, end: int, level: int = 0) -> None:
        """Append the block `[start, end)` unless it is blank."""
        start, end = trimmed(self.text, start, end)
        if start < end:
            self.blocks.append(Block(start, self.text[start:end], level, after_rule=self.after_rule))

    def underlined_by(self, content: str) -> bool:
        """Whether `content` underlines the one short line before it."""
        if len(self.pending) != 1 or not _UNDERLINE.fullmatch(content) or len(content.strip()) < 3:
            return False
        return is_short_line(self.text[slice(*self.pending[0])].strip())

    def close(self) -> None:
        """Turn the pending lines into blocks."""
        opening = not self.blocks
        start = 0
        for i in range(1, len(self.pending) + 1):
            if i == len(self.pending) or self._parts(self.pending[i - 1], self.pending[i], opening and i == 1):
                self.add(self.pending[start][0], self.pending[i - 1][1])
                start = i
        self.pending.clear()

    def _parts(self, above: Line, below: Line, opens_text: bool) -> bool:
        """Whether two neighbouring lines belong to different blocks."""
        upper, lower = self.text[slice(*above)].strip(), self.text[slice(*below)].strip()
        if not self.has_blank_lines and not self.is_wrapped:
            return True
        if self.is_wrapped:
            return len(upper) < _SHORT_OF_WIDTH * self.width and not lower[:1].islower()
        if is_byline(upper) or (is_byline(lower) and opens_text) or is_disclaimer(lower):
            return True
        if len(upper) > _WIDEST_WRAP:
            return ends_sentence(upper)
        is_heading_above = above == self.pending[0] and is_short_line(upper)
        return is_heading_above and len(lower) > _WIDEST_WRAP and not lower[:1].islower()


def _is_wrapped(contents: list[str]) -> bool:
    """Whether lines are cut at a width: many then go on in lower case."""
    continued = sum(content.lstrip()[:1].islower() for content in contents[1:])
    return len(contents) > 1 and continued >= 0.4 * (len(contents) - 1)
