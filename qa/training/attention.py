"""Attention in plain matrix products, for training in 16 bits.

PyTorch's fused attention computes its gradient three times as slowly in 16 bits as these do, on processors.
"""

from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

PLAIN = "plain"
"""What transformers' models call it: `attn_implementation=PLAIN`."""


def attend(
    _: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    **__: Any,
) -> tuple[Tensor, None]:
    """Return what each token takes of the others, (batch, tokens, heads, size), of inputs (batch, heads, tokens, size).

    Autocast would widen what softmax reads and returns; its sums are of 32 bits in any case.
    """
    with torch.autocast("cpu", enabled=False):
        scores = (query * scaling) @ key.transpose(2, 3)
        if attention_mask is not None:
            scores = scores + attention_mask.to(scores.dtype)
        return (scores.softmax(-1) @ value).transpose(1, 2).contiguous(), None


AttentionInterface.register(PLAIN, attend)
AttentionMaskInterface.register(PLAIN, eager_mask)
