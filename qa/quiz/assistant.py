"""Answers quiz questions of every kind about one article, each with the passages that decide."""

import time
from collections.abc import Sequence
from dataclasses import replace

from index.article import Article
from qa.answer import Answer, Citation, QuizQuestion, Span, Turn
from qa.assistant import PARTS_JOIN, Assistant
from qa.citing import cite
from qa.conversation import understand
from qa.quiz.checking import as_asked
from qa.quiz.choosing import choose
from qa.quiz.judging import judge_statement
from qa.quiz.numbers import numbers_in
from qa.quiz.weights import QuizWeights
from qa.verifier import Judge


class QuizAssistant:
    """An assistant that also chooses among choices and judges statements."""

    def __init__(self, assistant: Assistant, judge: Judge, weights: QuizWeights) -> None:
        self._assistant = assistant
        self._judge = judge
        self._weights = weights

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        return self._assistant.article

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer an open question or abstain."""
        return self._assistant.ask(question, history)

    def answer(self, question: QuizQuestion) -> Answer:
        """Answer by kind: choose, judge, fill the blank, give the number, or answer as an open question."""
        if question.type == "multiple_choice":
            return self._choose(question)
        if question.type == "true_false":
            return self._judge_statement(question)
        answer = replace(self.ask(as_asked(question), question.history), question=question.question)
        return _with_number(answer) if question.type == "numeric" else answer

    def _choose(self, question: QuizQuestion) -> Answer:
        began = time.perf_counter()
        read = replace(question, question=_understood(question))
        chosen = choose(self._assistant, self._judge, self._weights, read)
        answer = self._cited(question, chosen.spans, chosen.confidence, began)
        places = chosen.places
        choice = places[0] if len(places) == 1 else places or None
        return replace(answer, choice=choice, understood_as=read.question)

    def _judge_statement(self, question: QuizQuestion) -> Answer:
        began = time.perf_counter()
        read = _understood(question)
        judged = judge_statement(self._assistant, self._judge, self._weights, read)
        answer = self._cited(question, (judged.span,) if judged.span else (), judged.confidence, began)
        return replace(answer, verdict=judged.verdict, understood_as=read)

    def _cited(self, question: QuizQuestion, spans: Sequence[Span], confidence: float, began: float) -> Answer:
        citations: tuple[Citation, ...] = tuple(cite(self.article, span) for span in spans)
        text = PARTS_JOIN.join(span.text for span in spans) or None
        seconds = time.perf_counter() - began
        return Answer(question.question, text, confidence, citations, (), (), self.article, seconds)


def _understood(question: QuizQuestion) -> str:
    """Return the question as it reads after its history; a sentence is never completed to a question."""
    read = understand(question.question, question.history)
    return question.question if read.endswith("?") and not question.question.endswith("?") else read


def _with_number(answer: Answer) -> Answer:
    """Return the first of the answer and its alternatives that has a number in it; the answer if none has."""
    if answer.text is None or numbers_in(answer.text):
        return answer
    for other in answer.alternatives:
        if numbers_in(other.text):
            return replace(answer, text=other.text, confidence=other.confidence, citations=other.citations)
    return answer
