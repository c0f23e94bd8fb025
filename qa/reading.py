"""What a reader is: a question read against passages gives spans of the article."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.article import Chunk
from qa.answer import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The best spans of one chunk, best first, never overlapping.

    `null_score` is the reader's score for "this passage does not say", on the scale of its own
    logits; each span's score is what it has above that.
    """

    chunk: Chunk
    spans: tuple[Span, ...]
    null_score: float


class Reader(Protocol):
    """Reads questions against chunks."""

    @property
    def name(self) -> str:
        """How the command line and reports call this reader."""
        ...

    def read(self, pairs: Sequence[tuple[str, Chunk]]) -> list[Reading]:
        """Return one reading for each (question, chunk), in order. A reading depends on its own pair only."""
        ...
