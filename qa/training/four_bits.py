"""Weights of 4 bits: blocks of codes, each with a whole multiplier of its row's scale.

weight = scale * multiplier * code, so that scale and an 8-bit number, multiplier * code, are enough to multiply by.
Training sees the rounded weights and passes their gradient on to the full ones (straight-through estimator:
Bengio et al. 2013, arXiv 1308.3432; Jacob et al. 2018, arXiv 1712.05877).
"""

from typing import Any

import torch
from torch import Tensor, nn

BLOCK = 64
"""Weights of a row that share a multiplier."""
MOST = 7
"""Codes are in [-7, 7]."""
MULTIPLIERS = 15
"""Multipliers are in [1, 15], so that they have 4 bits themselves."""


def codes_of(weights: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
    """Return codes, (..., blocks, BLOCK), and multipliers, (..., blocks, 1), of `weights`, (..., blocks * BLOCK).

    `scale` is broadcast to (..., 1); what is returned are floats that hold whole numbers.
    """
    blocks = weights.reshape(*weights.shape[:-1], -1, BLOCK)
    step = scale.unsqueeze(-1)
    multipliers = blocks.abs().amax(-1, keepdim=True).div_(step * MOST).ceil_().clamp_(1, MULTIPLIERS)
    return blocks.div(multipliers * step).round_().clamp_(-MOST, MOST), multipliers


def row_scales(matrix: Tensor) -> Tensor:
    """Return the scale of each row of a matrix: (rows, 1)."""
    return (matrix.abs().amax(-1, keepdim=True) / (MOST * MULTIPLIERS)).clamp_(min=1e-12)


class Rounded(torch.autograd.Function):
    """Rounds weights to 4 bits; the gradient passes as if it did not."""

    @staticmethod
    def forward(_: Any, weights: Tensor, scale: Tensor) -> Tensor:
        """Return the rounded weights."""
        codes, multipliers = codes_of(weights, scale)
        return codes.mul_(multipliers * scale.unsqueeze(-1)).flatten(-2)

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Pass the gradient on."""
        return gradients[0], None


class Linear(nn.Linear):
    """Multiplies by the matrix as it is in 4 bits."""

    def forward(self, x: Tensor) -> Tensor:
        """Return products of shape (..., out) of inputs of shape (..., in)."""
        weight = self.weight
        rounded: Tensor = Rounded.apply(weight, row_scales(weight.detach()))  # type: ignore[no-untyped-call]
        return nn.functional.linear(x, rounded, self.bias)
