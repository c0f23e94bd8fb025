"""The article, its chunks and its sentences as JSON values, and back: every number and text is checked.

A record is what an index folder holds. Whoever made the folder, the values read from it keep the invariants of
`index.article`: offsets inside the text, kinds that are known, numbers that are numbers.
"""

from typing import Any, get_args

from index.article import Article, BlockKind, Chunk, Paragraph

_KINDS = get_args(BlockKind)


def article_record(article: Article) -> dict[str, Any]:
    """Return an article as a JSON object."""
    return {
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "paragraphs": [_block_record(block) for block in article.paragraphs],
        "headings": [_block_record(block) for block in article.headings],
    }


def chunk_records(chunks: tuple[Chunk, ...]) -> list[dict[str, Any]]:
    """Return chunks as JSON objects, without their texts."""
    return [
        {"start": c.start, "length": len(c.text), "paragraphs": c.paragraph_numbers, "section": c.section}
        for c in chunks
    ]


def article_of(record: Any) -> Article:
    """Return the article of a record.

    Raises:
        ValueError, KeyError, TypeError: it is not what `article_record` returns.
    """
    text = _text(record["text"])
    paragraphs, headings = (tuple(_block(r, text) for r in record[key]) for key in ("paragraphs", "headings"))
    return Article(_text(record["title"]), text, paragraphs, _text(record["source"]), headings)


def chunks_of(records: Any, article: Article) -> tuple[Chunk, ...]:
    """Return the chunks of records.

    Raises:
        ValueError, KeyError, TypeError: they are not what `chunk_records` returns for a chunk of this article.
    """
    chunks: list[Chunk] = []
    for record in records:
        start, words = _piece(record, article.text)
        numbers = tuple(_count(number) for number in record["paragraphs"])
        chunks.append(Chunk(len(chunks), start, words, numbers, _text(record["section"])))
    return tuple(chunks)


def spans_of(records: Any, article: Article) -> tuple[tuple[int, int], ...]:
    """Return half-open places in the article, in order.

    Raises:
        ValueError, TypeError: they are not pairs of such places.
    """
    spans = tuple((_count(start), _count(end)) for start, end in records)
    for before, after in zip((0, *(end for _, end in spans)), spans, strict=False):
        if not before <= after[0] < after[1] <= len(article.text):
            raise ValueError("a sentence stands outside the text or out of order")
    return spans


def _block_record(block: Paragraph) -> dict[str, Any]:
    return {
        "number": block.number,
        "start": block.start,
        "length": len(block.text),
        "section": block.section,
        "kind": block.kind,
    }


def _block(record: Any, text: str) -> Paragraph:
    start, words = _piece(record, text)
    number = record["number"]
    if record["kind"] not in _KINDS:
        raise ValueError("a block of an unknown kind")
    return Paragraph(None if number is None else _count(number), start, words, _text(record["section"]), record["kind"])


def _piece(record: Any, text: str) -> tuple[int, str]:
    start, length = _count(record["start"]), _count(record["length"])
    if length == 0 or start + length > len(text):
        raise ValueError("a place outside the text")
    return start, text[start : start + length]


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a number was expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text was expected")
    return value
