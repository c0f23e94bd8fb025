"""The figures of a report: every one with its 95 % interval and the number of questions behind it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bootstrap import Indices, Interval, mean_interval, statistic_interval
from eval.metrics import RECALL_DEPTHS, ranking_scores
from eval.record import Record
from eval.selective import (
    aurc,
    auroc,
    coverage_at_risk,
    expected_calibration_error,
    percentile,
    risk_coverage,
)

PERCENT, SECONDS, MEGABYTES = "%", "s", "MB"
Statistic = Callable[[Indices], float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number. `key` is stable (for programs), `title` is for people.

    With unit `%` values are shares in [0, 1] that are shown times 100. `low` and `high` bound the
    95 % bootstrap interval; None where there is nothing to resample.
    """

    key: str
    title: str
    group: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    count: int

    def shown(self) -> str:
        """Return the value as reports show it: one decimal for shares, milliseconds for seconds."""
        return shown(self.value, self.unit)

    def interval(self) -> str:
        """Return the interval as reports show it, "" for none."""
        if self.low is None or self.high is None:
            return ""
        return f"{shown(self.low, self.unit)} – {shown(self.high, self.unit)}"


def shown(value: float | None, unit: str) -> str:
    """Return a number with its unit as reports show it; a dash for None."""
    if value is None:
        return "–"
    if unit == PERCENT:
        return f"{100 * value:.1f}"
    return f"{1000 * value:.0f} ms" if unit == SECONDS else f"{value:,.0f} {unit}"


def mean_figure(key: str, title: str, group: str, values: Sequence[float], seed: int = 0) -> Figure:
    """Return the mean of shares with its interval."""
    mean = sum(values) / len(values) if values else None
    return _figure(key, title, group, PERCENT, mean, mean_interval(values, seed=seed), len(values))


def plain_figure(key: str, title: str, group: str, unit: str, value: float | None, count: int) -> Figure:
    """Return a figure that is measured once, without interval."""
    return _figure(key, title, group, unit, value, None, count)


def figures_of(records: Sequence[Record], seed: int = 0) -> tuple[Figure, ...]:
    """Return all figures that follow from the records of questions."""
    return (
        *_answer_figures(records, seed),
        *_citation_figures(records, seed),
        *_retrieval_figures(records, seed),
        *_ceiling_figures(records, seed),
        *_abstention_figures(records, seed),
        *time_figures(records, seed),
    )


def _answer_figures(records: Sequence[Record], seed: int) -> list[Figure]:
    has = [r for r in records if r.answerable]
    no = [r for r in records if not r.answerable]
    group = "Answers (abstention counts as SQuAD 2.0 does)"
    rows: list[tuple[str, str, list[float]]] = [
        ("em", "Exact match, all questions", [r.em for r in records]),
        ("f1", "Token F1, all questions", [r.f1 for r in records]),
        ("hasans_em", "Exact match, answerable (HasAns)", [r.em for r in has]),
        ("hasans_f1", "Token F1, answerable (HasAns)", [r.f1 for r in has]),
        ("noans", "Rightly refused, unanswerable (NoAns)", [r.em for r in no]),
        ("in_sentence", "Answer in the cited sentence, answerable", _known(r.in_sentence for r in has)),
        ("parts", "Parts of enumerations found", _known(r.parts for r in has)),
    ]
    return [mean_figure(key, title, group, values, seed) for key, title, values in rows if values]


def _citation_figures(records: Sequence[Record], seed: int) -> list[Figure]:
    placed = [r for r in records if r.answerable and r.places]
    group = "Citations"
    rows: list[tuple[str, str, list[float]]] = [
        ("verbatim", "Cited characters are the article's, of those answered", _known(r.verbatim for r in records)),
        ("place_right", "Gold paragraph cited, of answerable ones answered", _known(r.place_right for r in placed)),
        (
            "right_and_placed",
            "Right answer and gold paragraph cited, answerable",
            [float(r.guess_right and bool(r.place_right)) for r in placed],
        ),
    ]
    return [mean_figure(key, title, group, values, seed) for key, title, values in rows if values]


def _retrieval_figures(records: Sequence[Record], seed: int) -> list[Figure]:
    placed = [r for r in records if r.answerable and r.places]
    if not placed:
        return []
    scores = ranking_scores({r.id: r.ranking for r in placed}, {r.id: frozenset(r.places) for r in placed})
    group = "Retrieval (gold paragraphs among the distinct paragraphs of the hits)"
    recalls = [
        mean_figure(f"recall@{k}", f"recall@{k}", group, [scores[r.id].recall[at] for r in placed], seed)
        for at, k in enumerate(RECALL_DEPTHS)
    ]
    return [*recalls, mean_figure("mrr", "MRR", group, [scores[r.id].reciprocal_rank for r in placed], seed)]


def _ceiling_figures(records: Sequence[Record], seed: int) -> list[Figure]:
    """Where the answerable questions are lost: by abstaining, by retrieval, or in the reader."""
    has = [r for r in records if r.answerable]
    given_no = _known(r.given_em for r in records if not r.answerable)
    all_em, all_f1 = _known(r.given_em for r in records), _known(r.given_f1 for r in records)
    group = "Ceilings (answerable questions, where nothing else is said): which part loses"
    rows: list[tuple[str, str, list[float]]] = [
        ("guess_em", "If it never abstained, exact match", [r.guess_em for r in has]),
        ("guess_f1", "If it never abstained, token F1", [r.guess_f1 for r in has]),
        ("given_em", "Gold paragraph given, exact match", _known(r.given_em for r in has)),
        ("given_f1", "Gold paragraph given, token F1", _known(r.given_f1 for r in has)),
        (
            "given_guess_em",
            "Gold paragraph given, never abstaining, exact match",
            _known(r.given_guess_em for r in has),
        ),
        ("given_guess_f1", "Gold paragraph given, never abstaining, token F1", _known(r.given_guess_f1 for r in has)),
        ("in_hits", "Best possible with the hits: a gold answer stands in them", _known(r.in_hits for r in has)),
        ("given_noans", "Gold paragraph given, rightly refused (NoAns)", given_no),
        # What papers on SQuAD 2.0 report: answerable and unanswerable together.
        ("given_all_em", "Gold paragraph given, all questions, exact match", all_em if given_no else []),
        ("given_all_f1", "Gold paragraph given, all questions, token F1", all_f1 if given_no else []),
    ]
    return [mean_figure(key, title, group, values, seed) for key, title, values in rows if values]


def _abstention_figures(records: Sequence[Record], seed: int) -> list[Figure]:
    sure = np.array([r.confidence for r in records])
    right = np.array([r.guess_right for r in records], dtype=np.bool_)
    answerable = np.array([r.answerable for r in records], dtype=np.bool_)
    answered = [float(r.guess_right) for r in records if not r.abstained]
    group = "Abstention and confidence (right: token F1 with a gold of at least 0.5)"

    def at_risk(risk: float) -> Statistic:
        return lambda drawn: coverage_at_risk(risk_coverage(sure[drawn], ~right[drawn]), risk)

    statistics: tuple[tuple[str, str, Statistic], ...] = (
        (
            "auroc",
            "AUROC, confidence of answerable against unanswerable",
            lambda drawn: auroc(answerable[drawn], sure[drawn]),
        ),
        ("aurc", "AURC (lower is better)", lambda drawn: aurc(risk_coverage(sure[drawn], ~right[drawn]))),
        ("coverage@5", "Coverage at 5 % risk", at_risk(0.05)),
        ("coverage@10", "Coverage at 10 % risk", at_risk(0.10)),
        (
            "ece",
            "Expected calibration error, 10 bins (lower is better)",
            lambda drawn: expected_calibration_error(sure[drawn], right[drawn]),
        ),
    )
    return [
        mean_figure("answered", "Share answered", group, [float(not r.abstained) for r in records], seed),
        *([mean_figure("answered_right", "Right, of those answered", group, answered, seed)] if answered else []),
        *(_statistic(key, title, group, PERCENT, len(records), f, seed) for key, title, f in statistics),
    ]


def time_figures(records: Sequence[Record], seed: int = 0) -> list[Figure]:
    """Return the middle and the slow end of the seconds that a question takes."""
    seconds = np.array([r.seconds for r in records])

    def at(percent: int) -> Statistic:
        return lambda drawn: percentile(seconds[drawn], percent)

    return [
        _statistic(f"seconds_p{p}", f"Time of a question, p{p}", "Cost", SECONDS, len(seconds), at(p), seed)
        for p in (50, 95)
    ]


def _known(values: Iterable[float | bool | None]) -> list[float]:
    return [float(value) for value in values if value is not None]


def _statistic(key: str, title: str, group: str, unit: str, count: int, statistic: Statistic, seed: int) -> Figure:
    value = statistic(np.arange(count))
    interval = statistic_interval(count, statistic, seed=seed) if value is not None else None
    return _figure(key, title, group, unit, value, interval, count)


def _figure(
    key: str, title: str, group: str, unit: str, value: float | None, interval: Interval | None, count: int
) -> Figure:
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Figure(key, title, group, unit, value, low, high, count)
