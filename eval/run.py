"""Asks every question of a dataset and makes the report."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.asking import Asks, BuildAssistant, Progress, silent
from eval.dataset import Dataset, Item, check_places, load_items
from eval.figures import MEGABYTES, SECONDS, Figure, figures_of, plain_figure
from eval.formats import dataset_format
from eval.journal import Journal, recorded
from eval.quiz_dataset import QuizDataset, load_quiz
from eval.quiz_record import make_quiz_record, quiz_figures
from eval.record import Record, make_record
from eval.result import Report, kinds_of, worst_misses
from eval.setup import describe_setup, peak_megabytes
from eval.squad import load_squad
from index.article import Article
from qa.answer import QuizQuestion
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a run is made and described.

    `weights` maps model files to their sha256, `seed` is the bootstrap's, `journal` keeps the records while they come.
    """

    weights: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    index_seconds: float | None = None
    ceilings: bool = True
    progress: Progress = silent
    seed: int = 0
    journal: Journal | None = None


def evaluate_file(
    path: Path,
    open_assistant: Callable[[], Asks],
    build_assistant: BuildAssistant,
    open_quiz: Callable[[], AnswersQuiz],
    conditions: Conditions | None = None,
    sample: int | None = None,
) -> Report:
    """Evaluate a dataset file of any format: ours, SQuAD (which brings its own article), or a quiz with keys.

    `sample` draws that many questions. Models load only after the file was found good.

    Raises:
        DatasetError: the file cannot be read, or its gold does not fit the article.
    """
    chosen = conditions or Conditions()
    dataset = _load(path)
    if sample is not None:
        dataset = dataset.sample(sample, chosen.seed)
    began = time.perf_counter()
    if isinstance(dataset, QuizDataset):
        quiz = open_quiz()
        return evaluate_quiz(quiz, dataset, replace(chosen, index_seconds=time.perf_counter() - began))
    assistant = build_assistant(dataset.article) if dataset.article else open_assistant()
    return evaluate(assistant, dataset, replace(chosen, index_seconds=time.perf_counter() - began))


def evaluate(assistant: Asks, dataset: Dataset, conditions: Conditions | None = None) -> Report:
    """Ask every question and score the answers.

    With `ceilings`, questions with gold paragraphs are asked a second time with only these given (untimed).
    The first question is asked once before, so that no time includes loading.

    Raises:
        DatasetError: the gold is not in the assistant's article.
    """
    chosen = conditions or Conditions()
    check_places(dataset, assistant.article)
    if dataset.items:
        assistant.ask(dataset.items[0].question, dataset.items[0].history)
    run = _identity(dataset, assistant.article, chosen)
    records = recorded(
        dataset.items, lambda item: _ask(assistant, item, chosen.ceilings), chosen.progress, chosen.journal, run
    )
    return _report(assistant.article, dataset, records, figures_of(records, chosen.seed), chosen)


def evaluate_quiz(
    assistant: AnswersQuiz,
    dataset: QuizDataset,
    conditions: Conditions | None = None,
    answer_quiz: AnswerOne = answer_one,
) -> Report:
    """Answer every quiz question and score the choices and verdicts against the keys."""
    chosen = conditions or Conditions()

    def answer(question: QuizQuestion) -> Record:
        began = time.perf_counter()
        answered = answer_quiz(assistant, question)
        return make_quiz_record(question, answered, assistant.article, time.perf_counter() - began)

    if dataset.questions:
        answer_quiz(assistant, dataset.questions[0])
    run = _identity(dataset, assistant.article, chosen)
    records = recorded(dataset.questions, answer, chosen.progress, chosen.journal, run)
    return _report(assistant.article, dataset, records, quiz_figures(dataset.questions, records, chosen.seed), chosen)


def _load(path: Path) -> Dataset | QuizDataset:
    form = dataset_format(path)
    if form == "squad":
        return load_squad(path)
    return load_quiz(path) if form == "quiz" else load_items(path)


def _identity(dataset: Dataset | QuizDataset, article: Article, chosen: Conditions) -> str:
    """Name all that the records of a run depend on: a journal of another run must not be resumed."""
    parts = (dataset.name, dataset.sha256, article.fingerprint, str(chosen.ceilings))
    return json.dumps([*parts, sorted(chosen.weights.items()), sorted(chosen.settings.items())])


def _ask(assistant: Asks, item: Item, ceilings: bool) -> Record:
    began = time.perf_counter()
    answer = assistant.ask(item.question, item.history)
    seconds = time.perf_counter() - began
    # Blocks without a number cannot be asked for, so a footnote's question has no ceiling.
    askable = ceilings and item.paragraphs and item.label is None
    given = assistant.ask(item.question, item.history, frozenset(item.paragraphs)) if askable else None
    return make_record(item, answer, given, seconds)


def _report(
    article: Article,
    dataset: Dataset | QuizDataset,
    records: Sequence[Record],
    figures: Sequence[Figure],
    chosen: Conditions,
) -> Report:
    return Report(
        describe_setup(dataset.name, dataset.sha256, len(records), article, chosen.weights, chosen.settings),
        (*figures, *_run_figures(chosen.index_seconds)),
        kinds_of(records, chosen.seed),
        worst_misses(records, article),
        tuple(records),
    )


def _run_figures(index_seconds: float | None) -> list[Figure]:
    """Return what is measured once: opening the article, and the memory."""
    rows = [
        ("index_seconds", "Opening the article (models and index)", SECONDS, index_seconds),
        ("peak_memory", "Peak memory of the process", MEGABYTES, peak_megabytes()),
    ]
    return [plain_figure(key, title, "Cost", unit, value, 1) for key, title, unit, value in rows if value is not None]
