"""From trained weights to the files that ship: ONNX graphs of fused operators, in 8 bits."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.graph import Graph, encoder, logits_model
from qa.training.model import PairModel, SpanModel


def export(model: SpanModel, tokenizer_file: Path, folder: Path) -> None:
    """Write `reader.onnx` (int8) and `tokenizer.json` to `folder`."""
    export_model(model, folder / "reader.onnx")
    shutil.copyfile(tokenizer_file, folder / "tokenizer.json")


def export_model(model: SpanModel, path: Path, int8: bool = True) -> None:
    """Write the model as ONNX: the matrices of the encoder in 8 bits (or as they are), the small head as it is."""
    config: Any = model.encoder.config
    graph = Graph(weights_of(model), int8)
    states = encoder(graph, int(config.num_hidden_layers), int(config.num_attention_heads))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(logits_model(graph, states))


def weights_of(model: PairModel) -> dict[str, NDArray[np.float32]]:
    """Return all weights; those of the encoder by their names in its own file."""
    return {name.removeprefix("encoder."): value.numpy() for name, value in model.state_dict().items()}
