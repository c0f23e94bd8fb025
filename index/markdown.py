"""Cut Markdown into blocks by the CommonMark grammar, each with its exact place in the source."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.layout import Block, Line, lines_of, marked_heading, trimmed

_BREAK = r"(?:\r\n?|\n)"
_FRONT_MATTER = re.compile(
    rf"---[ \t]*{_BREAK}[A-Za-z_][\w-]*:[^\r\n]*{_BREAK}"
    rf"(?:(?!---)(?:[A-Za-z_][\w-]*:|[ \t#-]|(?=[\r\n]))[^\r\n]*{_BREAK})*+---[ \t]*(?:{_BREAK}|\Z)"
)
# Possessive quantifiers: a crafted file must not make the matcher try every way to cut it.
_PICTURE = re.compile(
    r"(?:\s*+(?:!\[[^\]]*+\](?:\([^)]*+\)|\[[^\]]*+\])|<!--(?:(?!-->).)*+-->|<(?!!--)[^>]*+>))++\s*+", re.S
)
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<words>[^*_\n\r]+)\1")
_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")


def split_markdown(text: str) -> tuple[Block, ...]:
    """Cut Markdown into headings, paragraphs, whole lists, quotes, tables and fences, in the order of the source.

    A heading's text is without its marks; everything else is the exact source lines. Front matter and pictures
    become captions. Lines the grammar consumes silently (link definitions) are kept as blocks too.
    """
    offset = _front_matter_length(text)
    lines = [(start + offset, end + offset) for start, end in lines_of(text[offset:])]
    collector = _Collector(text, lines)
    if offset:
        inner = lines_of(text[:offset].rstrip())
        collector.add(inner[1][0], inner[-2][1], Block(0, "", fixed="caption"))
    reached = 0
    for token in _PARSER.parse(text[offset:]):
        if token.level or token.nesting < 0 or token.map is None:
            continue
        first, last = token.map[0], min(token.map[1], len(lines))
        collector.add_lines(reached, first)
        collector.add_token(token, first, last)
        reached = last
    collector.add_lines(reached, len(lines))
    return tuple(collector.blocks)


def _front_matter_length(text: str) -> int:
    match = _FRONT_MATTER.match(text)
    return match.end() if match else 0


class _Collector:
    """Gathers blocks from line ranges of the source."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self.text = text
        self.lines = lines
        self.blocks: list[Block] = []
        self.after_rule = False

    def add(self, start: int, end: int, like: Block) -> None:
        """Append `[start, end)` with the traits of `like`, unless it is blank."""
        inner_start, inner_end = trimmed(self.text, start, end)
        if inner_start >= inner_end:
            return
        block = Block(inner_start, self.text[inner_start:inner_end], like.level, like.fixed, self.after_rule)
        self.blocks.append(block)

    def add_lines(self, first: int, last: int) -> None:
        """Append every line of `[first, last)` as its own block."""
        for line in self.lines[first:last]:
            self.add(*line, Block(0, ""))

    def add_token(self, token: Token, first: int, last: int) -> None:
        """Append the block of one top-level token, which spans the lines `[first, last)`."""
        start, end = self.lines[first][0], self.lines[last - 1][1]
        if token.type == "hr":
            self.after_rule = True
        elif token.type == "heading_open":
            self._add_heading(int(token.tag[1:]), first, last)
        elif token.type == "paragraph_open":
            self._add_paragraph(*trimmed(self.text, start, end))
        elif token.type == "ordered_list_open":
            self.add(start, end, Block(0, ""))
        else:
            is_markup = token.type == "html_block" and _PICTURE.fullmatch(self.text, start, end)
            self.add(start, end, Block(0, "", fixed="caption" if is_markup else "paragraph"))

    def _add_heading(self, level: int, first: int, last: int) -> None:
        marked = marked_heading(self.text, self.lines[first]) if last - first == 1 else None
        span = marked[0] if marked else (self.lines[first][0], self.lines[last - 2][1])
        self.add(*span, Block(0, "", level))

    def _add_paragraph(self, start: int, end: int) -> None:
        bold = _BOLD_LINE.fullmatch(self.text, start, end)
        if bold and not bold["words"].rstrip().endswith((".", "!", ":", ",", ";")):
            self.add(*bold.span("words"), Block(0, "", level=6))
        else:
            self.add(start, end, Block(0, "", fixed="caption" if _PICTURE.fullmatch(self.text, start, end) else None))
