"""Questions that ask for several things, and the passages that count them out.

A passage counts when sentences of one block begin with First, Second, ... in order. A list inside
one sentence ("A, B and C") needs none of this: it is one span.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Paragraph
from index.sentences import sentence_spans
from qa.answer import Span

_COUNTS = {
    word: number
    for number, words in enumerate(
        ("two both couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2
    )
    for word in words.split()
}
_ASKS = re.compile(
    r"^(?:what|which)\s+(?:are|were)\s+(?:the|all|some)\b"
    r"|^(?:please\s+)?(?:list|name|enumerate|give)\b"
    r"|\b(?:what|which|for|in|the|name|list)\s+(?:\w+\s+)?(?:two|both|three|four|five|six|seven|eight|nine|ten|[2-9]|10)\s+(?:\w+\s+)?\w+s\b"
    r"|^(?:what|which)\s+(?:\w+\s+)?(?:reasons|ways|steps|things|factors|conditions|points|arguments|measures|goals|aims)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(" + "|".join(_COUNTS) + r"|[2-9]|10)\b", re.IGNORECASE)
_ORDINALS = (
    r"first(?:ly)?|one(?: is)?|for one(?: thing)?|to begin with",
    r"second(?:ly)?|two|another|for another",
    r"third(?:ly)?|three",
    r"fourth(?:ly)?|four",
    r"fifth(?:ly)?",
    r"sixth(?:ly)?",
    r"seventh(?:ly)?",
)
_LAST = r"finally|lastly|last"
_MARKERS = tuple(
    re.compile(rf"^(?:and |but |then )?(?:the )?(?:{words}{'' if rank == 0 else '|' + _LAST})\b[,:]?\s+", re.IGNORECASE)
    for rank, words in enumerate(_ORDINALS)
)


@dataclass(frozen=True, slots=True)
class Series:
    """The counted-out parts of one block, in order, each without its ordinal and final point."""

    block: Paragraph
    parts: tuple[Span, ...]


def asked_count(question: str) -> int | None:
    """Return how many things `question` asks for: 0 for several of no given number, None for one thing."""
    if not _ASKS.search(question):
        return None
    number = _NUMBER.search(question)
    if number is None:
        return 0
    word = number[1].lower()
    return int(word) if word.isdigit() else _COUNTS[word]


def series_in(article: Article, block: Paragraph) -> Series | None:
    """Return the series of `block`, or None if it does not count at least to two.

    Where the block counts more than once, it is the first longest run.
    """
    runs: list[list[Span]] = [[]]
    for start, end in sentence_spans(block.text):
        sentence = block.text[start:end]
        rank = len(runs[-1])
        first, here = _MARKERS[0].match(sentence), _MARKERS[rank].match(sentence) if rank < len(_MARKERS) else None
        marker = here or first
        if marker is None:
            continue
        if marker is first and runs[-1]:
            runs.append([])
        runs[-1].append(_part(article, block.start + start + marker.end(), block.start + end))
    longest = max(runs, key=len)
    return Series(block, tuple(longest)) if len(longest) >= 2 else None


def find_series(article: Article, blocks: Sequence[Paragraph], count: int) -> Series | None:
    """Return the series of the first of `blocks` that has one, of `count` parts if `count` is not 0."""
    for block in blocks:
        series = series_in(article, block)
        if series is not None and count in (0, len(series.parts)):
            return series
    return None


def _part(article: Article, start: int, end: int) -> Span:
    text = article.text[start:end].rstrip(" \n.;,")
    return Span(start, text, 0.0)
