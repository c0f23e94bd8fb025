"""What evaluation needs of an assistant, so that tests and ablations can pass their own."""

from collections.abc import Callable, Sequence
from typing import Protocol

from index.article import Article, Hit
from qa.answer import Answer, Turn


class Asks(Protocol):
    """Answers questions about one article."""

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = (), within: frozenset[int] | None = None) -> Answer:
        """Answer or abstain; with `within`, only the paragraphs of those numbers are read."""
        ...


BuildAssistant = Callable[[Article], Asks]
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Report no progress."""


def place_of(article: Article, hit: Hit) -> str:
    """Return the label of the block that a hit stands in (`¶7`, `footnote`), or "" if it crosses blocks."""
    if len(hit.chunk.paragraph_numbers) == 1:  # needs no search, which counts in articles of a thousand paragraphs
        return f"¶{hit.chunk.paragraph_numbers[0]}"
    block = article.paragraph_at(hit.chunk.start, hit.chunk.end)
    return block.label if block else ""


def ranking(answer: Answer) -> tuple[str, ...]:
    """Return the distinct blocks of an answer's hits, in the order in which they first came."""
    ordered = sorted(answer.hits, key=lambda hit: hit.rank)
    return tuple(dict.fromkeys(place for hit in ordered if (place := place_of(answer.article, hit))))


def best_guess(answer: Answer) -> str | None:
    """Return what the assistant would say if it never abstained: its answer, else its best alternative."""
    if answer.text is not None:
        return answer.text
    return answer.alternatives[0].text if answer.alternatives else None
