"""The mean of two models, which keeps most of what either is good at.

Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (arXiv 2109.01903), with both weighing the same.
"""

from pathlib import Path

import torch


def average(one: Path, other: Path, path: Path) -> None:
    """Write to `path` the mean of two files of full-precision weights of one architecture.

    Raises:
        KeyError: a weight of `one` is not in `other`.
    """
    first, second = (torch.load(file, weights_only=True) for file in (one, other))
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: (value + second[name]) / 2 for name, value in first.items()}, path)
