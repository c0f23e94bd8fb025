"""Answers many questions on a Ray cluster: the same function, held with its models by actors. Needs the extra `ray`.

Order is kept, and so is what is written: a run that was stopped goes on with `--resume` on any engine. When a node is
lost, Ray reads its questions again elsewhere; a question is written once, because only this process writes.
"""

import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.article import Article
from index.errors import ArticleQAError, ModelError
from qa.answer import QuizQuestion, Turn
from qa.contract import Record
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one
from qa.quiz.batching import answer_each

QUESTIONS_AT_ONCE = 32
"""Questions that an actor takes at once: a lost node loses the work of so many."""
WINDOW = 20_000
"""Questions that are given to the cluster together: what this process holds does not grow beyond them."""

OpenAssistant = Callable[[Article], AnswersQuiz]


@dataclass(frozen=True, slots=True)
class RayEngine:
    """Answers on the cluster at `address` ("": the one of $RAY_ADDRESS).

    `open_assistant` is called once in every actor and must be known to all nodes by import; it is given the article,
    so that the nodes need no file of this machine.
    """

    open_assistant: OpenAssistant
    address: str = ""
    questions_at_once: int = QUESTIONS_AT_ONCE

    def __call__(
        self, assistant: AnswersQuiz, questions: Iterable[QuizQuestion], answer: AnswerOne = answer_one
    ) -> Iterator[tuple[QuizQuestion, Record]]:
        """Yield every question with its record, in order.

        Raises:
            ModelError: Ray is not installed, no cluster is named, or it does not answer.
        """
        ray = _connected(self.address)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        rest = iter(questions)
        while window := list(itertools.islice(rest, WINDOW)):
            records = self._answered(ray, assistant.article, window, answer)
            yield from zip(window, records, strict=True)

    def _answered(self, ray: Any, article: Article, window: list[QuizQuestion], answer: AnswerOne) -> Iterator[Record]:
        rows = [{"question": packed(question)} for question in window]
        blocks = -(-len(rows) // self.questions_at_once)
        most = max(1, min(blocks, int(ray.cluster_resources().get("CPU", 1))))
        answered = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
            _Actor,
            fn_constructor_args=(self.open_assistant, article, answer),
            batch_size=self.questions_at_once,
            batch_format="numpy",
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
            num_cpus=1,
        )
        return (_result(row["record"]) for row in answered.iter_rows())


class _Actor:
    """Holds the assistant of one process of the cluster."""

    def __init__(self, open_assistant: OpenAssistant, article: Article, answer: AnswerOne) -> None:
        self._assistant = open_assistant(article)
        self._answer = answer

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        questions = [unpacked(question) for question in batch["question"]]
        records: list[str] = []
        try:
            records.extend(json.dumps(r) for _, r in answer_each(self._assistant, questions, self._answer))
        except ArticleQAError as error:
            # An error of the input is no failure of the node: it must not be tried again, and not lose its words.
            records += [json.dumps({"error": str(error)})] * (len(questions) - len(records))
        return {"record": np.array(records, dtype=object)}


def packed(question: QuizQuestion) -> str:
    """Return a question as JSON text, to be sent to a node."""
    return json.dumps(asdict(question))


def unpacked(text: str) -> QuizQuestion:
    """Return the question that `packed` was given."""
    fields: dict[str, Any] = json.loads(text)
    fields |= {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return QuizQuestion(**fields | {"history": tuple(Turn(**turn) for turn in fields["history"])})


def _result(text: str) -> Record:
    record: Record = json.loads(text)
    if "error" in record and "answer" not in record:
        raise ArticleQAError(record["error"])
    return record


def _connected(address: str) -> Any:
    """Return Ray's module, connected to a cluster.

    Raises:
        ModelError: it is not installed, no cluster is named, or it does not answer.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ModelError("the engine ray needs Ray: pip install 'article-qa[ray]'") from error
    if ray.is_initialized():
        return ray
    # Only a cluster that stands is used: to start one is to start Ray's own reports to its makers (docs/scale.md).
    found = address or os.environ.get("RAY_ADDRESS", "")
    if not found:
        raise ModelError("no Ray cluster is named; set RAY_ADDRESS to its HOST:PORT (docs/scale.md)")
    try:
        ray.init(address=found, log_to_driver=False, logging_level="error")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ModelError(f"no Ray cluster answers at {found} ({error}); check $RAY_ADDRESS") from error
    return ray
