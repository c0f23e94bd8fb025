"""Bootstrap intervals and tests, seeded: the same numbers give the same interval.

Source: Efron & Tibshirani 1993, An introduction to the bootstrap, chapters 13 (percentile interval) and 16 (tests).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
STATISTIC_RESAMPLES = 1_000
_BLOCK_NUMBERS = 2_000_000

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """The 2.5 % and 97.5 % points of the resampled statistic."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Mean difference `after - before` with its 95 % interval and two-sided p-value, over `count` pairs."""

    difference: float
    interval: Interval
    p_value: float
    count: int


def mean_interval(values: Sequence[float], resamples: int = RESAMPLES, seed: int = 0) -> Interval | None:
    """Return the 95 % interval of the mean, questions drawn with replacement; None for no value."""
    if not len(values):
        return None
    return _interval(_resampled_means(np.asarray(values, dtype=np.float64), resamples, seed))


def statistic_interval(
    count: int,
    statistic: Callable[[Indices], float | None],
    resamples: int = STATISTIC_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """Return the 95 % interval of any statistic of `count` questions, given the indices drawn.

    Draws for which it is None (say, AUROC where one class is missing) are left out; None if all are.
    """
    rng = np.random.default_rng(seed)
    drawn = (statistic(rng.integers(0, count, size=count)) for _ in range(resamples if count else 0))
    values = [value for value in drawn if value is not None]
    return _interval(np.asarray(values)) if values else None


def paired_test(
    before: Sequence[float], after: Sequence[float], resamples: int = RESAMPLES, seed: int = 0
) -> PairedTest | None:
    """Compare two runs on the same questions, by resampling the questions' differences; None for no question.

    The p-value is the share of resampled mean differences, moved to mean 0 (the null hypothesis: no
    difference), that are at least as far from 0 as the measured one (Efron & Tibshirani 1993, section 16.4),
    with one added to count and total so that it is never 0.
    """
    if len(before) != len(after):
        raise ValueError("paired runs need the same questions")
    if not len(before):
        return None
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    observed = float(differences.mean())
    means = _resampled_means(differences, resamples, seed)
    extreme = int(np.sum(np.abs(means - observed) >= abs(observed) - 1e-12))
    return PairedTest(observed, _interval(means), (extreme + 1) / (resamples + 1), len(differences))


def _resampled_means(values: npt.NDArray[np.float64], resamples: int, seed: int) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    block = max(1, _BLOCK_NUMBERS // len(values))
    sizes = [min(block, resamples - done) for done in range(0, resamples, block)]
    # Blocks bound the memory: ten thousand draws of SQuAD's questions would be a gigabyte at once.
    return np.concatenate(
        [values[rng.integers(0, len(values), size=(size, len(values)))].mean(axis=1) for size in sizes]
    )


def _interval(values: npt.NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))
