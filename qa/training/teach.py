"""Trains the large reader, which is also the small one's teacher, on the best rows."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from qa.large.merging import ADAPTER, RANK
from qa.tokens import PairTokenizer
from qa.training.large_model import LargeSpanModel, save_adapter
from qa.training.rows import Row
from qa.training.run import Plan, phase_record, train
from qa.training.span_task import SpanTask
from qa.training.windows import best_rows, build_windows


@dataclass(frozen=True, slots=True)
class LargePlan(Plan):
    """The plan of a large reader's run; adapters bear a higher rate than whole matrices."""

    learning_rate: float = 5e-4
    tokens_per_batch: int = 2048
    checkpoint_steps: int = 50
    rank: int = RANK


def teach(
    rows: list[Row],
    base: Path,
    folder: Path,
    plan: LargePlan,
    limit: int = 0,
    on_step: Callable[[int], None] = lambda step: None,
) -> dict[str, Any]:
    """Train on the best `limit` rows (0: all), save the adapter in `folder`, and return the record of the run.

    `on_step` is told each step before it is taken.

    Raises:
        ModelError: `folder` holds the checkpoint of another run.
    """
    tokenizer = PairTokenizer(base / "tokenizer.json")
    used = best_rows(rows, plan.seed)[: limit or None]
    windows = build_windows(used, cache(tokenizer.starts), plan.seed)
    began = time.perf_counter()
    torch.manual_seed(plan.seed)
    model = train(SpanTask(), windows, tokenizer, LargeSpanModel.from_folder(base, plan.rank), folder, plan, on_step)
    save_adapter(model, folder / ADAPTER)
    unanswerable = sum(window.start < 0 for window in windows)
    record = phase_record(plan, began, windows=len(windows), unanswerable=unanswerable)
    return record | {"rows read by source": Counter(row.source for row in used)}
