"""Every figure of eval/results, computed again from its rows by other code, agrees to the last digit shown."""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.figures import shown
from eval.readme import RESULTS
from eval.record import Record
from eval.report import load_report

REPORTS = [path for path in sorted(RESULTS.glob("*.json")) if not path.name.startswith(("ablation", "stability"))]
MEASURED_ONCE = {"index_seconds", "peak_memory"}


def squad_words(text: str) -> list[str]:
    """The SQuAD 2.0 script's normalisation: lower case, punctuation, articles, white space."""
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def exact(said: str, gold: str) -> float:
    return float(squad_words(said) == squad_words(gold))


def overlap(said: str, gold: str) -> float:
    a, b = squad_words(said), squad_words(gold)
    if not a or not b:
        return float(a == b)
    same = sum((Counter(a) & Counter(b)).values())
    precision, recall = same / len(a), same / len(b)
    return 2 * precision * recall / (precision + recall) if same else 0.0


def best(score: Callable[[str, str], float], said: str | None, golds: Sequence[str]) -> float:
    kept = [gold for gold in golds if squad_words(gold)] or [""]
    return max(score(said or "", gold) for gold in kept)


def recall(record: Record, k: int) -> float:
    return len(set(record.ranking[:k]) & set(record.places)) / len(record.places)


def reciprocal(record: Record) -> float:
    return next((1 / rank for rank, place in enumerate(record.ranking, 1) if place in record.places), 0.0)


def half_right(record: Record) -> bool:
    return bool(record.golds) and record.guess is not None and best(overlap, record.guess, record.golds) >= 0.5


def risks_at_thresholds(records: Sequence[Record]) -> list[tuple[float, float, int]]:
    """(coverage, risk, questions of this confidence) at each confidence that occurs, from the highest."""
    points = []
    for threshold in sorted({r.confidence for r in records}, reverse=True):
        kept = [r for r in records if r.confidence >= threshold]
        wrong = sum(not half_right(r) for r in kept)
        equal = sum(r.confidence == threshold for r in kept)
        points.append((len(kept) / len(records), wrong / len(kept), equal))
    return points


def coverage(records: Sequence[Record], risk: float) -> float:
    return max((share for share, wrong, _ in risks_at_thresholds(records) if wrong <= risk), default=0.0)


def area(records: Sequence[Record]) -> float:
    """Mean risk over all coverages; between thresholds the errors of equal confidences come evenly."""
    total, before_count, before_wrong = 0.0, 0, 0.0
    for share, risk, equal in risks_at_thresholds(records):
        count = round(share * len(records))
        wrong = risk * count
        for step in range(1, equal + 1):
            total += (before_wrong + (wrong - before_wrong) * step / equal) / (before_count + step)
        before_count, before_wrong = count, wrong
    return total / len(records)


def calibration_error(records: Sequence[Record]) -> float:
    total = 0.0
    for low in range(10):
        inside = [r for r in records if low / 10 < r.confidence <= (low + 1) / 10 or (low == 0 == r.confidence)]
        if inside:
            right = sum(map(half_right, inside)) / len(inside)
            total += abs(right - sum(r.confidence for r in inside) / len(inside)) * len(inside) / len(records)
    return total


def recomputed(records: Sequence[Record]) -> dict[str, float]:
    has = [r for r in records if r.golds]
    no = [r for r in records if not r.golds]
    placed = [r for r in has if r.places]
    given = [r for r in has if r.given_em is not None]
    shares: dict[str, list[float]] = {
        "em": [best(exact, r.answer, r.golds) for r in records],
        "f1": [best(overlap, r.answer, r.golds) for r in records],
        "hasans_em": [best(exact, r.answer, r.golds) for r in has],
        "hasans_f1": [best(overlap, r.answer, r.golds) for r in has],
        "noans": [float(r.answer is None) for r in no],
        "guess_em": [best(exact, r.guess, r.golds) for r in has],
        "guess_f1": [best(overlap, r.guess, r.golds) for r in has],
        "given_em": [best(exact, r.given_answer, r.golds) for r in given],
        "given_f1": [best(overlap, r.given_answer, r.golds) for r in given],
        "place_right": [float(set(r.cited) <= set(r.places)) for r in placed if r.answer is not None],
        "answered": [float(r.answer is not None) for r in records],
        "answered_right": [float(half_right(r)) for r in records if r.answer is not None],
        "mrr": [reciprocal(r) for r in placed],
    }
    for k in (1, 3, 5, 10):
        shares[f"recall@{k}"] = [recall(r, k) for r in placed]
    seconds = sorted(r.seconds for r in records)
    return {key: sum(values) / len(values) for key, values in shares.items() if values} | {
        "auroc": float(roc_auc_score([bool(r.golds) for r in records], [r.confidence for r in records])),
        "aurc": area(records),
        "coverage@5": coverage(records, 0.05),
        "coverage@10": coverage(records, 0.10),
        "ece": calibration_error(records),
        "seconds_p50": float(np.median(seconds)),
        "seconds_p95": float(np.interp(0.95 * (len(seconds) - 1), range(len(seconds)), seconds)),
    }


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_every_figure_agrees_with_an_independent_computation(path: Path) -> None:
    report = load_report(path)
    if report.figure("accuracy"):
        accuracy = report.figure("accuracy")
        assert accuracy is not None
        assert accuracy.value == pytest.approx(
            np.mean([r.outcome in ("right", "refused rightly") for r in report.records])
        )
        return
    expected = recomputed(report.records)
    known = {figure.key: figure for figure in report.figures}
    assert known.keys() >= expected.keys()
    for key, value in expected.items():
        assert shown(value, known[key].unit) == known[key].shown(), key
        assert value == pytest.approx(known[key].value, abs=1e-9), key
    left = {"verbatim", "parts", "in_hits", "in_sentence", "right_and_placed", "given_guess_em", "given_guess_f1"}
    assert known.keys() - expected.keys() - MEASURED_ONCE <= left | {"given_noans", "given_all_em", "given_all_f1"}


def test_there_are_results_to_check() -> None:
    assert REPORTS
