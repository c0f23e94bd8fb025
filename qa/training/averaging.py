"""The mean of models of several phases, which keeps most of what each is good at.

Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (arXiv 2109.01903) and "Model soups" (arXiv
2203.05482), with all weighing the same.
"""

from collections.abc import Sequence
from pathlib import Path

import torch


def average(files: Sequence[Path], path: Path) -> None:
    """Write to `path` the mean of one or more files of full-precision weights of one architecture.

    Raises:
        KeyError: a weight of the first is not in another.
    """
    first, *rest = (torch.load(file, weights_only=True) for file in files)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: sum((w[name] for w in rest), value) / len(files) for name, value in first.items()}, path)
