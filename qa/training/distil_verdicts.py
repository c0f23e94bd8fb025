"""Teaches the thin verifier what the large one makes of statements: its verdicts (soft targets) and its states.

Sources: Hinton et al. 2015 (arXiv 1503.02531); Sun et al. 2019, "Patient Knowledge Distillation" (arXiv 1908.09355).
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from qa.tokens import TokenBatch
from qa.training.thin_model import ThinVerdictModel
from qa.training.verifier_model import verdict_loss
from qa.training.verifier_rows import Judged

HARD_SHARE = 0.3
"""How much the labels of the data count beside the teacher's shares."""
QUARTERS = (1, 2, 3)
"""After so many quarters of the layers states are to be the teacher's at every token; in the end, at the first one."""


class DistilVerdictTask:
    """Cross-entropy with the teacher's shares and, at HARD_SHARE, the labels; and how far states are off its states."""

    def __init__(self, teacher: ThinVerdictModel) -> None:
        """Learn from `teacher`, of as many layers and states as wide."""
        self._teacher = teacher

    def pair(self, example: Judged) -> tuple[str, str]:
        """Return statement and passage."""
        return example.statement, example.passage

    def loss(self, model: ThinVerdictModel, tokens: TokenBatch, examples: Sequence[Judged]) -> Tensor:
        """Return the mean loss of one batch."""
        inputs = torch.from_numpy(tokens.input_ids), torch.from_numpy(tokens.attention_mask)
        with torch.no_grad():
            told_states, told = self._teacher.judged(*inputs)
        states, logits = model.judged(*inputs)
        soft = -(told.float().softmax(-1) * logits.float().log_softmax(-1)).sum(-1).mean()
        hard = verdict_loss(logits, torch.tensor([example.label for example in examples]))
        readable = inputs[1].unsqueeze(-1)
        after = [quarter * len(states) // 4 - 1 for quarter in QUARTERS]
        off = [_off(states[layer] * readable, told_states[layer] * readable) for layer in after]
        off.append(_off(states[-1][:, 0], told_states[-1][:, 0]))
        return HARD_SHARE * hard + (1 - HARD_SHARE) * soft + torch.stack(off).mean()


def _off(states: Tensor, told: Tensor) -> Tensor:
    """Return the mean square of the difference as a share of that of what was told."""
    return (states - told).float().square().sum() / told.float().square().sum()
