"""Teaches a thin model what the large one makes of pairs: its choices (soft targets) and its states.

Sources: Hinton et al. 2015 (arXiv 1503.02531); Sun et al. 2019, "Patient Knowledge Distillation" (arXiv 1908.09355).
"""

from collections.abc import Sequence
from typing import Generic

import torch
from torch import Tensor

from qa.tokens import TokenBatch
from qa.training.label_task import Example, LabelTask, inputs_of
from qa.training.thin_model import Thin

HARD_SHARE = 0.3
"""How much the labels of the data count beside the teacher's shares."""
QUARTERS = (1, 2, 3)
"""After so many quarters of the layers states are to be the teacher's at every token; in the end, where the head sees
them."""


class DistilTask(Generic[Example]):
    """Cross-entropy with the teacher's shares and, at HARD_SHARE, the labels; and how far states are off its states."""

    def __init__(self, teacher: Thin, labels: LabelTask[Example]) -> None:
        """Learn from `teacher`, of as many layers and states as wide."""
        self._teacher = teacher
        self._labels = labels

    def pair(self, example: Example) -> tuple[str, str]:
        """Return the two texts that are read together."""
        return self._labels.pair(example)

    def loss(self, model: Thin, tokens: TokenBatch, examples: Sequence[Example]) -> Tensor:
        """Return the mean loss of one batch."""
        ids, mask, _ = inputs_of(tokens)
        readable = torch.from_numpy(tokens.readable)
        with torch.no_grad():
            told_states, told = self._teacher.read(ids, mask)
        states, logits = model.read(ids, mask)
        shares = model.choices(told, readable).softmax(-1)
        soft = -(shares * model.choices(logits, readable).log_softmax(-1)).sum(-1).mean()
        hard = self._labels.loss_of(logits, tokens, examples)
        used = mask.unsqueeze(-1)
        after = [quarter * len(states) // 4 - 1 for quarter in QUARTERS]
        off = [_off(states[layer] * used, told_states[layer] * used) for layer in after]
        off.append(_off(model.seen(states[-1] * used), model.seen(told_states[-1] * used)))
        return HARD_SHARE * hard + (1 - HARD_SHARE) * soft + torch.stack(off).mean()


def _off(states: Tensor, told: Tensor) -> Tensor:
    """Return the mean square of the difference as a share of that of what was told."""
    return (states - told).float().square().sum() / told.float().square().sum()
