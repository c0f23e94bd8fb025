"""What is asked: anything that answers open questions about one article."""

from collections.abc import Sequence
from typing import Protocol

from index.article import Article
from qa.answer import Answer, Turn


class Asks(Protocol):
    """Answers questions about one article."""

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer or abstain."""
        ...
