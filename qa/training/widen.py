"""From weights that ship back to weights that can be trained on: 8 bits are widened, what rounding lost stays lost."""

from pathlib import Path

import torch

from index.graph import stored_weights
from qa.training.model import PairModel


def widen(model: PairModel, shipped: Path, path: Path) -> None:
    """Write to `path` the full-precision weights of the model file `shipped`, which `model` is the network of."""
    encoder = {f"encoder.{name}" for name in model.encoder.state_dict()}
    stored = {name: torch.from_numpy(value.copy()) for name, value in stored_weights(shipped).items()}
    named = {f"encoder.{name}" if f"encoder.{name}" in encoder else name: value for name, value in stored.items()}
    model.load_state_dict(named)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
