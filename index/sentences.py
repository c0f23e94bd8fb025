"""Sentence boundaries as character spans (nupunkt: rules and tables, no data download)."""

from functools import cache


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open span of each sentence of `text`, without surrounding white space.

    Every character that is not white space lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _splitter()(text):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            start += len(piece) - len(piece.lstrip())
            spans.append((start, start + len(stripped)))
    return tuple(spans)


@cache
def _splitter():  # type: ignore[no-untyped-def]  # nupunkt's own signature is an overload set
    from nupunkt import sent_spans

    return sent_spans
