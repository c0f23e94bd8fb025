"""Many questions side by side: the answers of one by one, in order, each question once."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from small_quiz import QuickAssistant

from index.errors import QuestionError
from qa.answer import Answer, QuizQuestion
from qa.assistant import Assistant
from qa.contract import Record
from qa.opening import Opener
from qa.quiz.answering import AnswersQuiz, answer_one
from qa.quiz.batching import answer_each


def numbered(count: int) -> list[QuizQuestion]:
    return [QuizQuestion(str(n), f"Who built tower {n}?", line=n) for n in range(count)]


def test_the_order_is_kept_when_early_questions_take_longest() -> None:
    def slow_at_first(_: AnswersQuiz, question: QuizQuestion) -> Record:
        time.sleep(0.05 if int(question.id) % 7 == 0 else 0)
        return {"id": question.id, "answer": question.question}

    asked = numbered(40)
    answered = list(answer_each(QuickAssistant(), asked, slow_at_first))
    assert [question for question, _ in answered] == asked
    assert [(record["id"], record["answer"]) for _, record in answered] == [(q.id, q.question) for q in asked]


def test_a_question_met_again_is_not_asked_again_but_keeps_its_id() -> None:
    assistant = QuickAssistant()
    asked = [QuizQuestion(str(n), f"Who built tower {n % 3}?", line=n) for n in range(30)]
    records = [record for _, record in answer_each(assistant, asked)]
    assert sorted(assistant.asked) == sorted({question.question for question in asked})
    assert records == [answer_one(assistant, question) for question in asked]
    choices = [QuizQuestion("1", "Who?", choices=("A",)), QuizQuestion("2", "Who?", choices=("B",))]
    assistant.asked.clear()
    list(answer_each(assistant, choices))
    assert len(assistant.asked) == 2, "other choices make another question"


def test_an_error_comes_in_its_place_after_the_answers_before_it() -> None:
    def fails(_: AnswersQuiz, question: QuizQuestion) -> Record:
        if question.id == "5":
            raise QuestionError("five")
        return {"id": question.id}

    answers, got = answer_each(QuickAssistant(), numbered(60), fails), []
    with pytest.raises(QuestionError, match="five"):
        got.extend(record["id"] for _, record in iter(lambda: next(answers), None))
    assert got == [] or got == ["0", "1", "2", "3", "4"]
    assert not [t for t in threading.enumerate() if t.name.startswith("question")]


def test_questions_are_taken_only_a_little_ahead() -> None:
    taken: list[str] = []

    def questions() -> Iterator[QuizQuestion]:
        for question in numbered(10_000):
            taken.append(question.id)
            yield question

    answers = answer_each(QuickAssistant(), questions())
    next(answers)
    assert len(taken) < 1000
    answers.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("question")]


class OpenQuestions:
    """Answers every question as an open one, with the real models."""

    def __init__(self, assistant: Assistant) -> None:
        self.article = assistant.article
        self._assistant = assistant

    def answer(self, question: QuizQuestion) -> Answer:
        return self._assistant.ask(question.question, question.history)


@pytest.mark.model
def test_side_by_side_gives_the_bytes_of_one_by_one() -> None:
    texts = ("Who visited Pyongyang in June 2024?", "How many troops?", "What is the population of Poland?", "Why?")
    asked = [QuizQuestion(f"{n}", f"{text}{'!' * (n // 4)}") for n, text in enumerate(texts * 4)]
    side_by_side = [json.dumps(record) for _, record in answer_each(OpenQuestions(Opener().builtin()), asked)]
    alone = OpenQuestions(Opener().builtin())
    assert side_by_side == [json.dumps(answer_one(alone, question)) for question in asked]
