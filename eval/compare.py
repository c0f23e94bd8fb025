"""Compares two reports question by question and says whether the difference is more than chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bootstrap import PairedTest, paired_test
from eval.markdown import escape, table
from eval.record import Record
from eval.report import load_report
from eval.result import Report
from index.errors import DatasetError

SIGNIFICANT = 0.05
Score = Callable[[Record], float]


@dataclass(frozen=True, slots=True)
class Tested:
    """One score of both runs with the paired test of its difference."""

    title: str
    before: float
    after: float
    test: PairedTest


@dataclass(frozen=True, slots=True)
class Change:
    """A question that the two runs answered differently; `gain` is the difference of token F1."""

    id: str
    kind: str
    question: str
    golds: tuple[str, ...]
    before: str | None
    after: str | None
    gain: float
    outcome_before: str
    outcome_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs. `notes` say what else differs; `verdict` is one sentence in words."""

    verdict: str
    notes: tuple[str, ...]
    tests: tuple[Tested, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    same_score: tuple[Change, ...]
    unchanged: int


def compare(before: Path, after: Path, seed: int = 0) -> Comparison:
    """Compare two `report.json` files.

    Raises:
        DatasetError: a file is no report, or the two have no question in common.
    """
    return compare_reports(load_report(before), load_report(after), seed)


def compare_reports(before: Report, after: Report, seed: int = 0) -> Comparison:
    """Compare two reports on the questions that both asked with the same gold answers.

    Raises:
        DatasetError: they have no question in common.
    """
    old = {record.id: record for record in before.records}
    pairs = [
        (old[new.id], new)
        for new in after.records
        if new.id in old and (old[new.id].question, old[new.id].golds) == (new.question, new.golds)
    ]
    if not pairs:
        raise DatasetError(
            f"the reports have no question in common ({before.setup.dataset}, {after.setup.dataset}); "
            "compare two runs on one dataset"
        )
    tests = _tests(pairs, seed)
    changes = [_change(a, b) for a, b in pairs if a.answer != b.answer]
    return Comparison(
        verdict=_verdict(tests[0]),
        notes=tuple(_notes(before, after, len(pairs))),
        tests=tuple(tests),
        better=tuple(sorted((c for c in changes if c.gain > 0), key=lambda c: (-c.gain, c.id))),
        worse=tuple(sorted((c for c in changes if c.gain < 0), key=lambda c: (c.gain, c.id))),
        same_score=tuple(c for c in changes if c.gain == 0),
        unchanged=len(pairs) - len(changes),
    )


def render_comparison(comparison: Comparison) -> str:
    """Return the comparison as Markdown."""
    rows = [
        [
            escape(t.title),
            f"{100 * t.before:.1f}",
            f"{100 * t.after:.1f}",
            f"{100 * t.test.difference:+.1f}",
            f"{100 * t.test.interval.low:+.1f} – {100 * t.test.interval.high:+.1f}",
            f"{t.test.p_value:.4f}",
            str(t.test.count),
        ]
        for t in comparison.tests
    ]
    parts = [
        "# Comparison of two runs",
        f"**{escape(comparison.verdict)}**",
        *([f"- {escape(note)}" for note in comparison.notes]),
        table(["", "before", "after", "difference", "95 % interval", "p", "n"], rows),
        "Differences are in percent points; intervals and two-sided p-values by paired bootstrap over questions. "
        "Only the first row decides the verdict; the others are not corrected for being many.",
        f"{comparison.unchanged} questions got the same answer.",
        *_change_section("Better", comparison.better),
        *_change_section("Worse", comparison.worse),
        *_change_section("Another answer, the same score", comparison.same_score),
    ]
    return "\n\n".join(parts) + "\n"


def _tests(pairs: Sequence[tuple[Record, Record]], seed: int) -> list[Tested]:
    scores: list[tuple[str, Score, Callable[[Record], bool]]] = [
        ("Token F1, all questions", lambda r: r.f1, lambda r: True),
        ("Exact match, all questions", lambda r: r.em, lambda r: True),
        ("Token F1, answerable", lambda r: r.f1, lambda r: r.answerable),
        ("Rightly refused, unanswerable", lambda r: r.em, lambda r: not r.answerable),
        ("Share answered", lambda r: float(not r.abstained), lambda r: True),
    ]
    tests = []
    for title, score, counted in scores:
        kept = [(score(a), score(b)) for a, b in pairs if counted(a)]
        old, new = [a for a, _ in kept], [b for _, b in kept]
        test = paired_test(old, new, seed=seed)
        if test:
            tests.append(Tested(title, sum(old) / len(old), sum(new) / len(new), test))
    return tests


def _verdict(tested: Tested) -> str:
    test = tested.test
    points = (
        f"{100 * test.difference:+.1f} points of F1 ({100 * test.interval.low:+.1f} to {100 * test.interval.high:+.1f}"
    )
    measured = f"{points}, p = {test.p_value:.4f}, {test.count} questions)"
    if test.p_value >= SIGNIFICANT:
        return f"No difference beyond chance: {measured}"
    return f"The second run is {'better' if test.difference > 0 else 'worse'}, more than by chance: {measured}"


def _notes(before: Report, after: Report, common: int) -> list[str]:
    notes = []
    left_out = len(before.records) + len(after.records) - 2 * common
    if left_out:
        notes.append(f"{left_out} questions stand in only one report, or with other gold; they are left out")
    old, new = before.setup, after.setup
    pairs: list[tuple[str, object, object]] = [
        ("dataset", old.dataset_sha256, new.dataset_sha256),
        ("article", old.article_fingerprint, new.article_fingerprint),
        ("machine", (old.cpu, old.cores), (new.cpu, new.cores)),
        ("weights", old.weights, new.weights),
        ("settings", old.settings, new.settings),
        ("libraries", old.libraries, new.libraries),
    ]
    different = [name for name, one, other in pairs if one != other]
    if different:
        notes.append(f"the runs differ in: {', '.join(different)}")
    return notes


def _change(before: Record, after: Record) -> Change:
    return Change(
        id=after.id,
        kind=after.kind,
        question=after.question,
        golds=after.golds,
        before=before.answer,
        after=after.answer,
        gain=after.f1 - before.f1,
        outcome_before=before.outcome,
        outcome_after=after.outcome,
    )


def _change_section(title: str, changes: Sequence[Change]) -> list[str]:
    if not changes:
        return []
    rows = [
        [
            escape(c.id),
            escape(c.question),
            escape(c.golds[0] if c.golds else "no answer"),
            escape(f"{c.before or 'no answer'} ({c.outcome_before})"),
            escape(f"{c.after or 'no answer'} ({c.outcome_after})"),
            f"{100 * c.gain:+.0f}",
        ]
        for c in changes
    ]
    return [f"## {title} ({len(changes)})", table(["id", "question", "gold", "before", "after", "F1"], rows)]
