"""The article and its parts: plain data with exact character offsets.

All offsets are characters of `Article.text`, half-open `[start, end)`. `end` is derived
from `start` and `text`, so the two cannot disagree.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

BlockKind = Literal[
    "title",
    "byline",
    "disclaimer",
    "caption",
    "heading",
    "paragraph",
    "author note",
    "footnote",
]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A citable block of the article.

    `number` counts the prose paragraphs from 1 and is None for every other kind, which is
    cited by its `kind` instead. `section` is the heading it stands under ("" before the first).
    """

    number: int | None
    start: int
    text: str
    section: str = ""
    kind: BlockKind = "paragraph"

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)

    @property
    def label(self) -> str:
        """How a citation names this block: `¶7`, or its kind for unnumbered blocks."""
        return self.kind if self.number is None else f"¶{self.number}"


@dataclass(frozen=True)
class Article:
    """A loaded article. `text` is canonical: never normalised after loading.

    `paragraphs` are all citable blocks in reading order (also bylines, notes and footnotes);
    headings and the title are not among them but stand in `headings`.
    """

    title: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    headings: tuple[Paragraph, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def paragraph_at(self, start: int, end: int) -> Paragraph | None:
        """Return the block that contains `[start, end)` whole, or None."""
        return next((p for p in self.paragraphs if p.start <= start and end <= p.end), None)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable passage: whole sentences of one block, numbered from 0."""

    number: int
    start: int
    text: str
    paragraph_numbers: tuple[int, ...]
    section: str = ""

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked chunk. `score` is the fused retrieval score (higher is better); `rank` is 1-based.

    `similarity` is the cosine of question and chunk vectors, in [-1, 1]; `sentences` are the
    sentences that touch the chunk, each `(start, end, cosine with the question)`.
    """

    chunk: Chunk
    score: float
    rank: int
    similarity: float = 0.0
    sentences: tuple[tuple[int, int, float], ...] = ()
