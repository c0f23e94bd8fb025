"""Encodes questions by onnxruntime from the weights file of a sentence-transformers model, without importing PyTorch.

The file is mapped into memory and used where it lies: nothing is converted and nothing is kept beside it.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.graph import EPSILON, Graph, encoder, mean_vector
from index.mapped_weights import mapped_weights
from index.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MAX_WORD_PIECES = 256
_CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "layer_norm_eps": EPSILON,
}
_MODULES = ["Transformer", "Pooling", "Normalize"]


class QuestionEncoder:
    """A BERT with mean pooling and vectors of unit length, from its folder; loads on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, question: str) -> NDArray[np.float32]:
        """Return the unit vector of one question, shape (dimensions,).

        Raises:
            ValueError: the folder holds a model of another kind.
            OSError: a file of it is missing.
        """
        session = self._session  # first: it says whether the model is of this kind
        tokens = self._tokenizer.encode(question)
        inputs = {"input_ids": np.array([tokens.ids]), "token_type_ids": np.array([tokens.type_ids])}
        vector: NDArray[np.float32] = session.run(["vector"], inputs)[0][0]
        return vector

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_WORD_PIECES)
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        config = _config(self._folder)
        weights = mapped_weights(self._folder / "model.safetensors")
        graph = Graph(weights, outside=True)
        states = encoder(graph, int(config["num_hidden_layers"]), int(config["num_attention_heads"]))
        model = graph.model(mean_vector(graph, states), "vector", ("texts", config["hidden_size"]))
        # One thread: a question is too short to share, and its vector stays the same everywhere.
        return open_session(model, graph.supplied)


def _config(folder: Path) -> dict[str, int]:
    """Return the model's configuration.

    Raises:
        ValueError: it is not a BERT with mean pooling and normalised vectors.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    modes = {mode for mode, chosen in pooling.items() if mode.startswith("pooling_mode") and chosen is True}
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    known = {name: config.get(name) for name in _CONFIG} == _CONFIG
    if not known or kinds != _MODULES or modes != {"pooling_mode_mean_tokens"}:
        raise ValueError(f"{folder} holds no BERT with mean pooling and normalised vectors")
    return {name: int(config[name]) for name in ("num_hidden_layers", "num_attention_heads", "hidden_size")}
