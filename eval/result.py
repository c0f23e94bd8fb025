"""A finished evaluation: setup, figures, kinds, worst misses, and every record."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from eval.figures import Figure, mean_figure
from eval.record import Record, block_text
from eval.setup import Setup
from index.article import Article

WRONG_ANSWERS_SHOWN = 15
REFUSALS_SHOWN = 10
FEW_QUESTIONS = 5
EXAMPLE_CHARACTERS = 120
GOOD_OUTCOMES = ("right", "refused rightly")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question: its token F1 (an abstention scores as in SQuAD 2.0) and how its questions went."""

    name: str
    em: Figure
    f1: Figure
    outcomes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that went wrong, with the article's gold block and the one cited or best ranked."""

    id: str
    kind: str
    question: str
    outcome: str
    golds: tuple[str, ...]
    said: str | None
    confidence: float
    gold_places: tuple[str, ...]
    gold_text: str
    read_places: tuple[str, ...]
    read_text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows. `records` hold each question, so that every figure can be computed again."""

    setup: Setup
    figures: tuple[Figure, ...]
    kinds: tuple[Kind, ...]
    misses: tuple[Miss, ...]
    records: tuple[Record, ...]

    def figure(self, key: str) -> Figure | None:
        """Return the figure with this key, or None if this dataset has none such."""
        return next((figure for figure in self.figures if figure.key == key), None)


def kinds_of(records: Sequence[Record], seed: int = 0) -> tuple[Kind, ...]:
    """Return the kinds of questions, the worst (by token F1) first."""
    by_kind: dict[str, list[Record]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record)
    kinds = [
        Kind(
            name,
            mean_figure("em", "EM", name, [r.em for r in rows], seed),
            mean_figure("f1", "F1", name, [r.f1 for r in rows], seed),
            tuple(Counter(r.outcome for r in rows).most_common()),
        )
        for name, rows in by_kind.items()
    ]
    return tuple(sorted(kinds, key=lambda kind: (kind.f1.value or 0.0, -kind.f1.count, kind.name)))


def worst_misses(records: Sequence[Record], article: Article) -> tuple[Miss, ...]:
    """Return the most confident wrong answers, then the least confident refusals of answerable questions."""
    answered = [r for r in records if not r.abstained and not r.guess_right]
    refused = [r for r in records if r.abstained and r.answerable]
    answered.sort(key=lambda r: (-r.confidence, r.id))
    refused.sort(key=lambda r: (r.confidence, r.id))
    return tuple(_miss(r, article) for r in answered[:WRONG_ANSWERS_SHOWN] + refused[:REFUSALS_SHOWN])


def weaknesses(report: Report, most: int = 3) -> list[str]:
    """Say in words what the system is bad at: its worst kinds and how their questions went wrong.

    Kinds of fewer than five questions say little and are passed over, unless there are no others.
    """
    telling = [kind for kind in report.kinds if kind.f1.count >= FEW_QUESTIONS] or report.kinds
    quiz = report.figure("accuracy") is not None
    return [_weakness(kind, quiz, report.records) for kind in telling[:most] if (kind.f1.value or 0.0) < 1.0]


def losses(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Return how many questions went wrong in which way, the most frequent first."""
    return Counter[str](r.outcome for r in records if r.outcome not in GOOD_OUTCOMES).most_common()


def kind_words(name: str) -> str:
    """Return the name of a kind as people read it."""
    return name.replace("_", " ")


def _weakness(kind: Kind, quiz: bool, records: Sequence[Record]) -> str:
    score, figure = ("right", kind.em) if quiz else ("F1", kind.f1)
    wrong = ", ".join(f"{count} {outcome}" for outcome, count in kind.outcomes if outcome not in GOOD_OUTCOMES)
    questions = "1 question" if kind.f1.count == 1 else f"{kind.f1.count} questions"
    measured = f"{kind_words(kind.name)}: {score} {figure.shown()} ({figure.interval()}) on {questions}: {wrong}"
    worst = min((r for r in records if r.kind == kind.name), key=lambda r: (r.f1, -r.confidence, r.id), default=None)
    return f"{measured}; {_example(worst)}" if worst else measured


def _example(record: Record) -> str:
    said, gold = _quoted(record.answer), _quoted(record.golds[0] if record.golds else None)
    return f"for example {_quoted(record.question)}: {said} instead of {gold}"


def _quoted(text: str | None) -> str:
    return f"“{shorten(text, EXAMPLE_CHARACTERS, placeholder=' …')}”" if text else "no answer"


def _miss(record: Record, article: Article) -> Miss:
    read = record.cited or record.ranking[:1]
    return Miss(
        id=record.id,
        kind=record.kind,
        question=record.question,
        outcome=record.outcome,
        golds=record.golds,
        said=record.answer,
        confidence=record.confidence,
        gold_places=record.places,
        gold_text=block_text(article, record.places),
        read_places=read,
        read_text=block_text(article, read),
    )
