"""How long a reading takes, int8 by onnxruntime beside PyTorch in full precision, in one process."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

PASSAGES = 6
TOKENS = 128
ROUNDS = 15


def measure_speed(weights: Path) -> dict[str, float]:
    """Return the median milliseconds to read 6 passages of 128 tokens: `int8` and `fp32`.

    `int8` is the shipped way, one pass a passage, side by side on all cores (decision 0006); `fp32` gives each pass
    all cores. The two are timed in turn.
    """
    from qa.passes import PairModel, available_cores
    from qa.training.full_reader import FullModel

    ids = np.random.default_rng(1).integers(1000, 20_000, (PASSAGES, TOKENS))
    types = np.zeros_like(ids)
    types[:, 16:] = 1
    small, whole = PairModel("reader.onnx", weights, weights), FullModel(weights / "reader.onnx")
    with ThreadPoolExecutor(available_cores()) as pool:
        ways: dict[str, Callable[[], object]] = {
            "int8": lambda: list(pool.map(small.logits, ids, types)),
            "fp32": lambda: list(map(whole.logits, ids, types)),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for round_number in range(ROUNDS + 2):
            for name, way in ways.items():
                began = time.perf_counter()
                way()
                if round_number >= 2:  # the first two warm up
                    taken[name].append(1000 * (time.perf_counter() - began))
    return {name: round(statistics.median(times), 1) for name, times in taken.items()}
