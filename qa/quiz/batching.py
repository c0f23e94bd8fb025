"""Answers many questions side by side, in order: while one is searched, others are read.

The passes of all questions in work share the cores (`qa.passes`), so that no core waits for a single question's
search or citation. A question that was just answered is not read again.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.passes import available_cores
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one

Engine = Callable[[AnswersQuiz, Iterable[QuizQuestion], AnswerOne], Iterator[tuple[QuizQuestion, Record]]]
"""What answers many questions and yields them with their records, in order."""

MAX_REMEMBERED = 2048
"""How many answers are remembered, each about 10 KB."""
_AHEAD = 4  # questions in work for each core: enough that one which needs many passes does not hold up the rest


def answer_each(
    assistant: AnswersQuiz, questions: Iterable[QuizQuestion], answer: AnswerOne = answer_one
) -> Iterator[tuple[QuizQuestion, Record]]:
    """Yield every question with its record, in order; the records are those that `answer` gives one by one.

    Memory does not grow with the number of questions. An error is raised in the place of its question.
    """
    cores = available_cores()
    pool = ThreadPoolExecutor(2 * cores, thread_name_prefix="question")
    known: OrderedDict[QuizQuestion, Future[Record]] = OrderedDict()
    waiting: deque[tuple[QuizQuestion, Future[Record]]] = deque()
    try:
        for question in questions:
            same = replace(question, id="", line=0)
            future = known.pop(same, None) or pool.submit(answer, assistant, question)
            known[same] = future
            if len(known) > MAX_REMEMBERED:
                known.popitem(last=False)
            waiting.append((question, future))
            if len(waiting) > _AHEAD * cores:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _done(question: QuizQuestion, future: "Future[Record]") -> tuple[QuizQuestion, Record]:
    return question, future.result() | {"id": question.id}
