"""How far confidence can be trusted: selective answering and calibration. Pure functions, each with its source."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
ECE_BINS = 10


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Risks at the coverages 1/n, 2/n … 1 when questions are answered in order of falling confidence.

    `thresholds` are the indices where the next question has another confidence: only there can a threshold cut.
    """

    risks: Numbers
    thresholds: npt.NDArray[np.int64]

    @property
    def coverages(self) -> Numbers:
        """The coverages, in (0, 1], one for each risk."""
        return np.arange(1, len(self.risks) + 1) / max(len(self.risks), 1)


def auroc(positive: npt.ArrayLike, confidences: npt.ArrayLike) -> float | None:
    """Return the chance that a positive question has a higher confidence than a negative one, in [0, 1]; a tie is half.

    Source: Fawcett 2006, An introduction to ROC analysis, section 7 (the Mann–Whitney statistic). None if a class is
    missing. Counted here, not by scikit-learn, which takes a hundred times as long for each resample of the bootstrap.
    """
    classes, sure = np.asarray(positive, dtype=np.bool_), np.asarray(confidences, dtype=np.float64)
    above, below = sure[classes], np.sort(sure[~classes])
    if not len(above) or not len(below):
        return None
    beaten = np.searchsorted(below, above, side="left") + np.searchsorted(below, above, side="right")
    return float(beaten.sum() / (2 * len(above) * len(below)))


def risk_coverage(confidences: npt.ArrayLike, wrong: npt.ArrayLike) -> RiskCoverage:
    """Return the risk–coverage curve; risk is the share of wrong ones among those answered, in [0, 1].

    Source: Geifman & El-Yaniv 2017, Selective classification for deep neural networks (arXiv 1705.08500).
    Questions of one confidence cannot be told apart: the wrong ones are spread evenly over them (the
    mean over all orders), so that the curve does not depend on the order of the file.
    """
    sure, errors = np.asarray(confidences, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    if sure.shape != errors.shape:
        raise ValueError("one confidence is needed for each question")
    _, group = np.unique(-sure, return_inverse=True)
    sizes = np.bincount(group)
    shares = np.bincount(group, weights=errors) / sizes if len(sizes) else np.zeros(0)
    spread = np.repeat(shares, sizes)
    risks = np.cumsum(spread) / np.arange(1, len(spread) + 1)
    return RiskCoverage(risks, np.cumsum(sizes) - 1)


def aurc(curve: RiskCoverage) -> float | None:
    """Return the area under the risk–coverage curve: the mean of its risks, in [0, 1], lower is better.

    Source: Geifman, Uziel, El-Yaniv 2019, Bias-reduced uncertainty estimation (arXiv 1805.08206). None for no question.
    """
    return float(np.mean(curve.risks)) if len(curve.risks) else None


def coverage_at_risk(curve: RiskCoverage, risk: float) -> float | None:
    """Return the largest coverage that a confidence threshold reaches with at most `risk`, in [0, 1]; 0 if none does.

    Source: Geifman & El-Yaniv 2017, section 5, measured on these questions (no guarantee for others).
    """
    if not len(curve.risks):
        return None
    within = curve.thresholds[curve.risks[curve.thresholds] <= risk + 1e-12]
    return float(curve.coverages[within[-1]]) if len(within) else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence is in (low, high]: how many, their mean confidence and the share that was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: npt.ArrayLike, right: npt.ArrayLike, bins: int = ECE_BINS) -> tuple[Bin, ...]:
    """Return the non-empty ones of `bins` bins of equal width over [0, 1]; a confidence of 0 is in the first.

    Source: Guo et al. 2017, On calibration of modern neural networks (arXiv 1706.04599), section 2.
    """
    sure, good = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=np.float64)
    edges = np.arange(bins + 1) / bins
    at = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    counts = np.bincount(at, minlength=bins)
    sums, goods = np.bincount(at, sure, bins), np.bincount(at, good, bins)
    return tuple(
        Bin(float(edges[i]), float(edges[i + 1]), int(n), float(sums[i] / n), float(goods[i] / n))
        for i, n in enumerate(counts)
        if n
    )


def expected_calibration_error(confidences: npt.ArrayLike, right: npt.ArrayLike, bins: int = ECE_BINS) -> float | None:
    """Return the mean distance of confidence and accuracy over the bins, weighted by their counts, in [0, 1].

    Source: Guo et al. 2017 (arXiv 1706.04599), equation 5. None for no question.
    """
    filled = reliability(confidences, right, bins)
    total = sum(b.count for b in filled)
    return sum(b.count * abs(b.accuracy - b.confidence) for b in filled) / total if total else None


def percentile(values: npt.ArrayLike, percent: float) -> float | None:
    """Return the percentile with linear interpolation between the two nearest values; None for none.

    Source: Hyndman & Fan 1996, definition 7 (numpy's default).
    """
    numbers = np.asarray(values, dtype=np.float64)
    return float(np.percentile(numbers, percent)) if len(numbers) else None
