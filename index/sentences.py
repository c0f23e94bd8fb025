"""Sentence boundaries as character spans (nupunkt: rules and tables, no data download)."""

import re
from functools import cache, lru_cache
from itertools import pairwise

# nupunkt takes some nouns for abbreviations ("the South. Third, ..."). A point after a word of four letters and
# more ends the sentence where a word follows that begins one and is no name.
_MISSED = re.compile(
    r"(?<=[a-z]{4}\.)\s+(?=(?:First|Second|Third|Fourth|Fifth|Finally|Next|The|This|That|These|Those|It|Its|In|On|At|But|And"
    r"|Or|So|He|She|His|Her|They|Their|We|If|For|As|Since|Until|When|While|After|Before|However|Meanwhile|Then|There"
    r"|What|Why|How|Who|Nor|Yet|Also|With|Some|Many|Most|Another|One|No|Not)\b)"
)


@lru_cache(maxsize=4096)  # the same paragraphs are cited again and again
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open span of each sentence of `text`, without surrounding white space.

    Every character that is not white space lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _splitter()(text):
        ends = [start + match.start() for match in _MISSED.finditer(text[start:end])]
        for first, last in pairwise((start, *ends, end)):
            piece = text[first:last]
            if stripped := piece.strip():
                first += len(piece) - len(piece.lstrip())
                spans.append((first, first + len(stripped)))
    return tuple(spans)


@cache
def _splitter():  # type: ignore[no-untyped-def]  # nupunkt's own signature is an overload set
    from nupunkt import sent_spans

    return sent_spans
