"""Trains the small reader, on gold spans or on what the large reader says of them."""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import torch

from index.encoder import encoder_folder
from qa.tokens import PairTokenizer
from qa.training.card import ROWS, TRAINED
from qa.training.model import SpanModel
from qa.training.options import FULL, joined_record, write_record
from qa.training.rows import Row
from qa.training.run import Plan, Task, phase_record, train
from qa.training.span_task import span_model
from qa.training.windows import Window

Example = TypeVar("Example", bound=Window)


def small_tokenizer() -> PairTokenizer:
    """Return the tokenizer of the small reader, which cuts texts like the large one's."""
    return PairTokenizer(encoder_folder() / "tokenizer.json")


def train_small(
    task: Task[Example, SpanModel],
    windows: Sequence[Example],
    rows: Sequence[Row],
    work: Path,
    plan: Plan,
    start: Path | None = None,
) -> None:
    """Train on `windows`, made of `rows`; `work` gets the full-precision weights and the record of the run.

    `start` names full-precision weights to go on from. An interrupted run resumes from `work`.

    Raises:
        ModelError: `work` holds the checkpoint of another run.
    """
    began = time.perf_counter()
    model = train(task, windows, small_tokenizer(), span_model(encoder_folder(), start, plan.seed), work, plan)
    torch.save(model.state_dict(), work / FULL)
    unanswerable = sum(window.start < 0 for window in windows)
    phase = phase_record(plan, began, windows=len(windows), unanswerable=unanswerable)
    record = {"phases": [phase], ROWS: Counter(row.source for row in rows)}
    write_record(work / TRAINED, joined_record(record, start))
