"""The article as HTML: numbered paragraphs and headings, with every character kept and escaped.

Offsets in `data-start` and `data-end` are characters (code points) of the article, half-open.
"""

import html
import re
from collections.abc import Iterable, Sequence

from index.article import Article, Paragraph

_LIST_LINE = re.compile(r"\n[ \t]*(?:[-*+•|>]|\d+[.)])[ \t]?")


def escaped(text: str) -> str:
    """Return `text` safe inside HTML text and quoted attributes, character for character.

    A carriage return is written as a reference because HTML parsers turn it into a line feed, which would
    shift offsets after a CRLF.
    """
    return html.escape(text, quote=True).replace("\r", "&#13;")


def one_line(text: str) -> str:
    """Return `text` with each run of white space as one space."""
    return " ".join(text.split())


def article_html(article: Article, marks: Iterable[tuple[int, int]] = ()) -> str:
    """Return the article as numbered paragraphs and headings; each of `marks` is a span to light up."""
    spans = sorted(marks)
    blocks = sorted((*article.headings, *article.paragraphs), key=lambda block: block.start)
    body = "\n".join(_block(block, spans) for block in blocks)
    title = (
        ""
        if any(block.kind == "title" for block in blocks)
        else f'<h1 class="block" dir="auto">{escaped(article.title)}</h1>\n'
    )
    return f'<div class="article-text">\n{title}{body}\n</div>'


def _block(block: Paragraph, spans: Sequence[tuple[int, int]]) -> str:
    text = f'<span class="text">{_marked(block, spans)}</span>'
    attributes = f'data-start="{block.start}" data-end="{block.end}"'
    if block.kind in ("title", "heading"):
        tag = "h1" if block.kind == "title" else "h2"
        return f'<{tag} class="block" dir="auto" {attributes}>{text}</{tag}>'
    lines = " lines" if _LIST_LINE.search(block.text) else ""
    if block.number is None:
        return (
            f'<div class="block aside{lines}" {attributes}><span class="number">{escaped(block.kind)}</span>'
            f'<p dir="auto">{text}</p></div>'
        )
    number = f'<span class="number" aria-label="Paragraph {block.number}">{block.number}</span>'
    return f'<div class="block{lines}" id="p{block.number}" {attributes}>{number}<p dir="auto">{text}</p></div>'


def _marked(block: Paragraph, spans: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        first, last = max(start - block.start, at), min(end - block.start, len(block.text))
        if first < last:
            pieces += [escaped(block.text[at:first]), f"<mark>{escaped(block.text[first:last])}</mark>"]
            at = last
    return "".join([*pieces, escaped(block.text[at:])])
