"""How long a reading takes, int8 by onnxruntime beside PyTorch in full precision, in one process."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

PASSAGES = 6
TOKENS = 128
ROUNDS = 15


def measure_speed(weights: Path, full: Path) -> dict[str, float]:
    """Return the median milliseconds to read 6 passages of 128 tokens: `int8`, `fp32`, and `batched`.

    `int8` is the shipped way, one pass a passage (decision 0001); the two are timed in turn.
    """
    from qa.span_reader import SpanReader
    from qa.training.full_reader import FullReader

    ids = np.random.default_rng(1).integers(1000, 20_000, (PASSAGES, TOKENS))
    mask, types = np.ones_like(ids), np.zeros_like(ids)
    types[:, 16:] = 1
    small, whole = SpanReader(weights), FullReader(full)

    def one_by_one() -> None:
        for row in range(PASSAGES):
            small.logits(ids[row : row + 1], mask[row : row + 1], types[row : row + 1])

    ways: dict[str, Callable[[], object]] = {
        "int8": one_by_one,
        "batched": lambda: small.logits(ids, mask, types),
        "fp32": lambda: whole.logits(ids, mask, types),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(ROUNDS + 2):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            if round_number >= 2:  # the first two warm up
                taken[name].append(1000 * (time.perf_counter() - began))
    return {name: round(statistics.median(times), 1) for name, times in taken.items()}
