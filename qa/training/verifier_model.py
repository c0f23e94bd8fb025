"""The verifier: an encoder with three logits on [CLS], for supported, contradicted and not stated.

Source: Devlin et al. 2019, BERT (arXiv 1810.04805), section 4.1 (sentence pairs).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from qa.tokens import TokenBatch
from qa.training.label_task import LabelTask
from qa.training.model import PairModel
from qa.training.verifier_rows import NOT_SUPPORTED, Judged


class VerdictModel(PairModel):
    """Reads statement and passage together; returns logits of shape (batch, 3)."""

    def __init__(self, encoder: nn.Module, hidden_size: int) -> None:
        super().__init__(encoder)
        self.pooler = nn.Linear(hidden_size, hidden_size)
        self.head = nn.Linear(hidden_size, 3)

    def seen(self, states: Tensor) -> Tensor:
        """Return the first of each text: (batch, hidden)."""
        return states[:, 0]

    def logits(self, states: Tensor) -> Tensor:
        """Return one logit for each verdict: (batch, 3)."""
        logits: Tensor = self.head(torch.tanh(self.pooler(self.seen(states))))
        return logits

    def choices(self, logits: Tensor, readable: Tensor) -> Tensor:
        """Return the logits: each text is one choice."""
        return logits.float()


class VerdictTask(LabelTask[Judged]):
    """Cross-entropy of the label; "not supported" is satisfied by contradicted and not stated alike."""

    def pair(self, example: Judged) -> tuple[str, str]:
        """Return statement and passage."""
        return example.statement, example.passage

    def loss_of(self, logits: Tensor, tokens: TokenBatch, examples: Sequence[Judged]) -> Tensor:
        """Return the mean loss of a batch with these logits, (batch, 3)."""
        return verdict_loss(logits, torch.tensor([example.label for example in examples]))


def verdict_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean negative log likelihood; shapes (batch, 3) and (batch,), labels as in `verifier_rows.LABELS`."""
    log = logits.float().log_softmax(-1)
    not_supported = log[:, 1:].logsumexp(-1)
    exact = log.gather(1, labels.clamp(max=2).unsqueeze(1)).squeeze(1)
    return -torch.where(labels == NOT_SUPPORTED, not_supported, exact).mean()
