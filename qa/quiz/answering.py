"""Answers one question of a quiz as a record of the contract."""

from collections.abc import Callable
from typing import Protocol

from index.article import Article
from qa.answer import Answer, QuizQuestion
from qa.contract import Record, answer_record


class AnswersQuiz(Protocol):
    """Answers quiz questions about one article."""

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        ...

    def answer(self, question: QuizQuestion) -> Answer:
        """Answer a question of any kind, or abstain."""
        ...


AnswerOne = Callable[[AnswersQuiz, QuizQuestion], Record]


def answer_one(assistant: AnswersQuiz, question: QuizQuestion) -> Record:
    """Return the contract record of one question; `seconds` is null, so that the same questions give the same bytes."""
    answer = assistant.answer(question)
    return answer_record(answer, question.id, question.type) | {"seconds": None}
