"""Learning from the labels of examples, whatever the head."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

import torch
from torch import Tensor

from qa.tokens import TokenBatch
from qa.training.model import PairModel

Example = TypeVar("Example")


class LabelTask(ABC, Generic[Example]):
    """What is learnt from labels: a `qa.training.run.Task` whose loss depends on the model's logits alone."""

    @abstractmethod
    def pair(self, example: Example) -> tuple[str, str]:
        """Return the two texts that are read together."""

    @abstractmethod
    def loss_of(self, logits: Tensor, tokens: TokenBatch, examples: Sequence[Example]) -> Tensor:
        """Return the mean loss of a batch with these logits."""

    def loss(self, model: PairModel, tokens: TokenBatch, examples: Sequence[Example]) -> Tensor:
        """Return the mean loss of one batch."""
        return self.loss_of(model(*inputs_of(tokens)), tokens, examples)


def inputs_of(tokens: TokenBatch) -> tuple[Tensor, Tensor, Tensor]:
    """Return what a model reads, each (pairs, tokens): input ids, attention mask and token types."""
    ids, mask, types = map(torch.from_numpy, (tokens.input_ids, tokens.attention_mask, tokens.token_type_ids))
    return ids, mask, types
