"""Teaches the small reader the large one's start and end distributions (soft targets).

Source: Hinton et al. 2015 (arXiv 1503.02531). Both readers cut texts into the same word pieces, so that a token of one
stands beside a token of the other; their special tokens differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qa.passes import Logits
from qa.tokens import PairTokenizer, PairTokens, TokenBatch
from qa.training.labels import Targets, read_labels
from qa.training.model import SpanModel
from qa.training.rows import Row, read_rows
from qa.training.selection import selected_rows
from qa.training.span_task import SpanTask
from qa.training.windows import Window, build_windows

HARD_SHARE = 0.3
"""How much the gold spans count beside the teacher's distributions."""
NOT_READABLE = -1e4


@dataclass(frozen=True, slots=True)
class Labelled(Window):
    """A window with the teacher's logits: (1 + readable tokens, 2), that of "no answer" first."""

    targets: Targets


def rows_to_label(data: Path, seed: int, limit: int, written: int) -> list[Row]:
    """Return the rows that are labelled and learnt from: the best `limit` (0: all) and the written ones."""
    return selected_rows(list(read_rows(data / "train.jsonl.gz")), seed, limit, written=written)


def windows_to_label(rows: Sequence[Row], tokenizer: PairTokenizer, seed: int) -> list[Window]:
    """Return the windows of these rows; the same rows and seed give the same list."""
    return build_windows(rows, cache(tokenizer.starts), seed)


def labelled(windows: Sequence[Window], folder: Path) -> Iterator[Labelled]:
    """Yield the windows that have labels in `folder`, with them.

    Raises:
        DatasetError: the labels are of other windows.
    """
    for number, target in read_labels([window.id for window in windows], folder):
        window = windows[number]
        yield Labelled(window.id, window.question, window.passage, window.start, window.end, target)


def span_targets(_: int, tokens: PairTokens, logits: Logits) -> Targets:
    """Return the logits of "no answer" and of the readable tokens."""
    return np.concatenate([logits[:1], logits[tokens.readable]]).astype(np.float16)


class DistilTask:
    """Cross-entropy with the teacher's distributions, and with the gold spans at a share of HARD_SHARE."""

    def __init__(self) -> None:
        self._hard = SpanTask()

    def pair(self, example: Labelled) -> tuple[str, str]:
        """Return question and passage."""
        return example.question, example.passage

    def loss(self, model: SpanModel, tokens: TokenBatch, examples: Sequence[Labelled]) -> Tensor:
        """Return the mean loss of one batch."""
        logits = model(*(torch.from_numpy(a) for a in (tokens.input_ids, tokens.attention_mask, tokens.token_type_ids)))
        targets = torch.from_numpy(soft_targets(tokens, [example.targets for example in examples]))
        return HARD_SHARE * self._hard.loss_of(logits, tokens, examples) + (1 - HARD_SHARE) * soft_loss(logits, targets)


def soft_targets(tokens: TokenBatch, targets: Sequence[Targets]) -> NDArray[np.float32]:
    """Return the teacher's logits where the student has the same tokens: (batch, tokens, 2), else NOT_READABLE."""
    placed = np.full((*tokens.readable.shape, 2), NOT_READABLE, dtype=np.float32)
    for row, target in enumerate(targets):
        places = np.concatenate([[0], np.flatnonzero(tokens.readable[row])])[: len(target)]
        placed[row, places] = target[: len(places)]
    return placed


def soft_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy of starts and ends with the softmax of `targets`; both have shape (batch, tokens, 2)."""
    known = targets > NOT_READABLE / 2
    log = logits.float().masked_fill(~known, NOT_READABLE).log_softmax(1)
    return -(targets.softmax(1) * log).sum(1).mean()
