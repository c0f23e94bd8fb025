"""What both large models are exported by; `step` is the one that makes their adapters."""

from pathlib import Path

import torch

from qa.large.base import large_base_folder
from qa.large.merging import ADAPTER
from qa.training.large_model import SomeAdapted, load_adapter, save_adapter
from qa.training.options import made_by
from qa.weights import write_manifest


def export_adapter(kind: type[SomeAdapted], step: str, work: Path, weights: Path) -> None:
    """Write the adapters and the head in `work` to `weights` in 16 bits, with their manifest.

    Raises:
        DatasetError: `step` was not run.
    """
    model = load_adapter(large_base_folder(), made_by(work / ADAPTER, step), kind)
    save_adapter(model, weights / ADAPTER, torch.float16)
    write_manifest(weights)
