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
from qa.training.card import ROWS
from qa.training.large_model import LargeSpanModel, SomeAdapted, read_adapter, save_adapter
from qa.training.rows import Row
from qa.training.run import Plan, phase_record, train
from qa.training.selection import selected_rows
from qa.training.span_task import SpanTask
from qa.training.windows import build_windows


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
    skip: int = 0,
    written: int = 0,
    written_skip: int = 0,
    start: Path | None = None,
    on_step: Callable[[int], None] = lambda step: None,
) -> dict[str, Any]:
    """Train on the selected rows (`selected_rows`), save the adapter in `folder`, and return the record of the run.

    `start` is an adapter to go on from. `on_step` is told each step before it is taken.

    Raises:
        ModelError: `folder` holds the checkpoint of another run.
    """
    tokenizer = PairTokenizer(base / "tokenizer.json")
    used = selected_rows(rows, plan.seed, limit, skip, written, written_skip)
    windows = build_windows(used, cache(tokenizer.starts), plan.seed)
    began = time.perf_counter()
    model = adapted_model(LargeSpanModel, base, plan, start)
    train(SpanTask(), windows, tokenizer, model, folder, plan, on_step)
    save_adapter(model, folder / ADAPTER)
    unanswerable = sum(window.start < 0 for window in windows)
    phase = phase_record(plan, began, windows=len(windows), unanswerable=unanswerable)
    return {"phases": [phase], ROWS: Counter(row.source for row in used)}


def adapted_model(kind: type[SomeAdapted], base: Path, plan: LargePlan, start: Path | None) -> SomeAdapted:
    """Return the large model to train, of this kind, with new adapters or those of `start`."""
    torch.manual_seed(plan.seed)
    model = kind.from_folder(base, plan.rank)
    if start is not None:
        model.start_from(read_adapter(start))
    if plan.bf16:
        model.round_frozen()
    return model
