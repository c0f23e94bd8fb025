"""Answers one question of a quiz: the one place where the kinds of questions part."""

from collections.abc import Callable, Sequence
from typing import Protocol

from index.article import Article
from qa.answer import Answer, QuizQuestion, Turn
from qa.contract import Record, answer_record


class Asks(Protocol):
    """Answers questions about one article."""

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer or abstain."""
        ...


AnswerOne = Callable[[Asks, QuizQuestion], Record]


def answer_one(assistant: Asks, question: QuizQuestion) -> Record:
    """Return the contract record of one question; `seconds` is null, so that the same questions give the same bytes.

    Every kind is asked as an open question: `choice` and `verdict` are null.
    """
    answer = assistant.ask(question.question, question.history)
    return answer_record(answer, question.id, question.type) | {"seconds": None}
