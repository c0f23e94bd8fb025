"""Citations: the block that holds a span, and the sentence around it."""

from index.article import Article
from index.sentences import sentence_spans
from qa.answer import Citation, Span


def cite(article: Article, span: Span) -> Citation:
    """Return the citation of `span`: the block that holds it whole and the sentence(s) around it.

    Raises:
        ValueError: the span lies in no block, or its text is not the article's (a bug of the reader).
    """
    block = article.paragraph_at(span.start, span.end)
    if block is None or article.text[span.start : span.end] != span.text:
        raise ValueError(f"span [{span.start}, {span.end}) is not the article's")
    start, end = span.start, span.end
    for first, last in sentence_spans(block.text):
        if block.start + first < span.end and block.start + last > span.start:
            start, end = min(start, block.start + first), max(end, block.start + last)
    return Citation(block, span.start, span.text, start, article.text[start:end])
