"""Makes the small reader, a part of the large one, which it learns to read like."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch

from qa.training.card import ROWS
from qa.training.distil_thin import DistilTask
from qa.training.options import FULL, made_by
from qa.training.rows import Row, read_rows
from qa.training.run import Plan, phase_record, train
from qa.training.selection import selected_rows
from qa.training.span_task import SpanTask
from qa.training.thin_model import ThinSpanModel
from qa.training.thinning import Cut, thinned
from qa.training.whole_model import reader_in, thin_tokenizer
from qa.training.windows import Window, build_windows

SHOWN = 1_000
"""Windows by which is chosen what the small reader keeps."""
CUT = Cut(layers=24_000_000, words=768, tokens=512)
"""Fast enough to read six passages in 70 ms (decision 0015); in 4 bits 25 MB."""


def reader_rows(data: Path, seed: int, limit: int, written: int) -> list[Row]:
    """Return the rows that are learnt from: the best `limit` (0: all) and the written ones, `written` times."""
    return selected_rows(list(read_rows(data / "train.jsonl.gz")), seed, limit, written=written)


def reader_windows(rows: Sequence[Row], seed: int) -> list[Window]:
    """Return the windows of these rows; the same rows and seed give the same list."""
    return build_windows(rows, cache(thin_tokenizer().starts), seed)


def thin_reader(windows: Sequence[Window], work: Path, folder: Path, seed: int) -> None:
    """Write to `folder` the large reader with the adapters in `work`, thinned by what some of the windows show.

    Raises:
        DatasetError: `work` holds no adapters.
        ModelError: they are not a large reader's, or its base is not installed.
    """
    shown = random.Random(seed).sample(windows, min(SHOWN, len(windows)))
    pairs = [(window.question, window.passage) for window in shown]
    model = thinned(reader_in(work), thin_tokenizer(), pairs, CUT, seed)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / FULL)


def distil_reader(
    windows: Sequence[Window], rows: Sequence[Row], work: Path, start: Path, folder: Path, plan: Plan
) -> dict[str, Any]:
    """Teach the small reader of `start` what the large one in `work` makes of the windows; return the run's record.

    `windows` are made of `rows`. The weights go to `folder`, from which an interrupted run resumes.

    Raises:
        DatasetError: `start` is missing, or `work` holds no adapters.
        ModelError: `folder` holds the checkpoint of another run, or the adapters are not a large reader's.
    """
    weights = torch.load(made_by(start, "thin"), weights_only=True)
    teacher = reader_in(work)
    if plan.bf16:
        teacher.round_matrices()
    began = time.perf_counter()
    model = ThinSpanModel.of(weights)
    train(DistilTask(teacher, SpanTask()), windows, thin_tokenizer(), model, folder, plan)
    torch.save(model.state_dict(), folder / FULL)
    unanswerable = sum(window.start < 0 for window in windows)
    phase = phase_record(plan, began, windows=len(windows), unanswerable=unanswerable)
    return {"phases": [phase], ROWS: Counter(row.source for row in rows)}
