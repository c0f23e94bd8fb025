"""What both large models are exported by, and opened by as teachers; `step` is the one that makes their adapters."""

from pathlib import Path

import torch

from qa.large.base import large_base_folder
from qa.large.merging import ADAPTER
from qa.tokens import PairTokenizer
from qa.training.large_model import SomeAdapted, load_adapter, save_adapter
from qa.training.memory import keep_freed_memory
from qa.training.options import made_by
from qa.training.teacher import Teacher
from qa.weights import write_manifest


def export_adapter(kind: type[SomeAdapted], step: str, work: Path, weights: Path) -> None:
    """Write the adapters and the head in `work` to `weights` in 16 bits, with their manifest.

    Raises:
        DatasetError: `step` was not run.
    """
    model = load_adapter(large_base_folder(), made_by(work / ADAPTER, step), kind)
    save_adapter(model, weights / ADAPTER, torch.float16)
    write_manifest(weights)


def open_teacher(kind: type[SomeAdapted], step: str, work: Path, bf16: bool) -> Teacher:
    """Return the model with the adapters in `work`, ready to label.

    Raises:
        DatasetError: `step` was not run.
    """
    keep_freed_memory()
    base = large_base_folder()
    network = load_adapter(base, made_by(work / ADAPTER, step), kind)
    network.merge_adapters(bf16)
    return Teacher(network, PairTokenizer(base / "tokenizer.json"), bf16)
