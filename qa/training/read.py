"""Makes the small reader, a part of the large one, which it learns to read like."""

import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from qa.training.card import ROWS
from qa.training.options import FULL
from qa.training.rows import Row, read_rows
from qa.training.run import Plan, phase_record
from qa.training.selection import selected_rows
from qa.training.span_task import SpanTask
from qa.training.thin_model import ThinSpanModel
from qa.training.thin_steps import Recipe, distil
from qa.training.thinning import Cut
from qa.training.whole_model import reader_in, thin_tokenizer
from qa.training.windows import Window, build_windows

CUT = Cut(layers=24_000_000, words=768, tokens=512)
"""Fast enough to read six passages in 70 ms (decision 0015); in 4 bits 25 MB."""
READER = Recipe(ThinSpanModel, reader_in, SpanTask(), shown=1_000, cut=CUT, file=FULL)


def reader_rows(data: Path, seed: int, limit: int, written: int, skip: int = 0, written_skip: int = 0) -> list[Row]:
    """Return the rows that are learnt from (`selected_rows`)."""
    return selected_rows(list(read_rows(data / "train.jsonl.gz")), seed, limit, skip, written, written_skip)


def reader_windows(rows: Sequence[Row], seed: int) -> list[Window]:
    """Return the windows of these rows; the same rows and seed give the same list."""
    return build_windows(rows, cache(thin_tokenizer().starts), seed)


def distil_reader(rows: Sequence[Row], work: Path, start: Path, folder: Path, plan: Plan) -> dict[str, Any]:
    """Teach the small reader windows of `rows` (`thin_steps.distil`); return the run's record."""
    windows = reader_windows(rows, plan.seed)
    began = time.perf_counter()
    distil(READER, windows, work, start, folder, plan)
    unanswerable = sum(window.start < 0 for window in windows)
    phase = phase_record(plan, began, windows=len(windows), unanswerable=unanswerable)
    return {"phases": [phase], ROWS: Counter(row.source for row in rows)}
