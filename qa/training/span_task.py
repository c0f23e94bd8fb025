"""Learning to read: windows with the span that answers."""

from collections.abc import Sequence

import numpy as np
import torch

from qa.tokens import TokenBatch
from qa.training.label_task import LabelTask
from qa.training.model import span_choices
from qa.training.windows import Window


class SpanTask(LabelTask[Window]):
    """Cross-entropy of the gold start and end of each window."""

    def pair(self, example: Window) -> tuple[str, str]:
        """Return question and passage."""
        return example.question, example.passage

    def loss_of(self, logits: torch.Tensor, tokens: TokenBatch, examples: Sequence[Window]) -> torch.Tensor:
        """Return the mean loss of a batch with these logits, (batch, tokens, 2)."""
        choices = span_choices(logits, torch.from_numpy(tokens.readable))
        gold = np.stack(gold_tokens(tokens, examples), axis=1).reshape(-1)
        return torch.nn.functional.cross_entropy(choices, torch.from_numpy(gold))


def gold_tokens(tokens: TokenBatch, windows: Sequence[Window]) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last token, each (windows,), that overlap the gold span; 0 (no answer) where it was cut off."""
    starts = np.zeros(len(windows), dtype=np.int64)
    ends = np.zeros(len(windows), dtype=np.int64)
    for row, window in enumerate(windows):
        if window.start >= 0:
            spans = tokens.offsets[row]
            inside = tokens.readable[row] & (spans[:, 0] < window.end) & (spans[:, 1] > window.start)
            found = np.flatnonzero(inside)
            if found.size:
                starts[row], ends[row] = found[0], found[-1]
    return starts, ends
