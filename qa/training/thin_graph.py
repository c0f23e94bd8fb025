"""A thin model as an ONNX graph whose matrices are stored in 4 bits (`four_bits`).

They become numbers of 8 or 32 bits when the runtime loads the file and folds its constants, so that it multiplies as
fast as ever.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.graph import Graph, logits_model, stored_constants, stored_weights
from qa.large.mpnet import mpnet_encoder
from qa.training.four_bits import codes_of, row_scales
from qa.training.thin_encoder import HEAD_SIZE
from qa.training.thin_model import Thin

WORDS = "embeddings.word_embeddings.weight"


class FourBitGraph(Graph):
    """Stores matrices and word vectors in 4 bits, position vectors in 8, and the rest as it is."""

    opset = 21  # the first with numbers of 4 bits

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], word_scale: NDArray[np.float32]) -> None:
        super().__init__(weights, int8=True)
        self._word_scale = word_scale

    def linear(self, x: str, name: str, exact: bool = False) -> str:
        """Multiply by the matrix `name`.weight, of shape (out, in), and add `name`.bias; `exact`: in 32 bits."""
        if name == "head":
            return super().linear(x, name, exact=True)
        matrix = torch.from_numpy(self.weights[f"{name}.weight"])
        scales = row_scales(matrix)
        whole = self._whole(f"{name}.weight", matrix, scales)
        turned = self.node("Transpose", whole, perm=[1, 0])
        bias, scale = self.weight(f"{name}.bias"), self.constant(f"{name}.scales", scales.squeeze(1).numpy())
        if exact:
            widened = self.node("Mul", self.cast(turned, np.float32), scale)
            return self.node("Add", self.node("MatMul", x, widened), bias)
        zeros = self.cast(self.node("Mul", scale, self.constant("0.0", np.float32(0))), np.int8)
        return self.node("DynamicQuantizeMatMul", x, turned, scale, zeros, bias, domain="com.microsoft")

    def rows(self, name: str, numbers: str) -> str:
        """Look up rows of the table `name`: (texts, tokens, width)."""
        if name != WORDS:
            return super().rows(name, numbers)
        whole = self._whole(name, torch.from_numpy(self.weights[name]), torch.from_numpy(self._word_scale))
        scale = self.constant(f"{name}.scale", self._word_scale.reshape(()))
        return self.node("Mul", self.cast(self.node("Gather", whole, numbers), np.float32), scale)

    def _whole(self, name: str, matrix: Tensor, scale: Tensor) -> str:
        """Add multiplier * code of each weight, in 8 bits, in the shape of the matrix."""
        codes, multipliers = codes_of(matrix, scale)
        wide = [
            self.cast(self.packed(f"{name}.{kind}", values.numpy().astype(np.int8), signed), np.int32)
            for kind, values, signed in (("codes", codes, True), ("multipliers", multipliers, False))
        ]
        whole = self.cast(self.node("Mul", *wide), np.int8)
        return self.node("Flatten", whole, axis=1)


def export_thin(model: Thin, path: Path) -> None:
    """Write the model to `path`."""
    weights = {name.removeprefix("encoder."): value.numpy() for name, value in model.state_dict().items()}
    word_scale = weights.pop("embeddings.scale")
    graph = FourBitGraph(weights, word_scale)
    layers = sum(name.endswith(".attn.q.weight") for name in weights)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(logits_model(graph, mpnet_encoder(graph, layers, HEAD_SIZE)))


def widened(path: Path) -> dict[str, Tensor]:
    """Return the weights of a file that `export_thin` wrote, by their names in the model, as they are in 4 bits.

    Rounded again, some blocks get another multiplier.
    """
    stored = stored_constants(path)
    weights = stored_weights(path)
    for codes in [name for name in stored if name.endswith(".codes")]:
        name = codes.removesuffix(".codes")
        scale = (
            stored[f"{name}.scale"]
            if name == WORDS
            else stored[f"{name.removesuffix('.weight')}.scales"][:, None, None]
        )
        whole = stored[codes].astype(np.float32) * stored[f"{name}.multipliers"].astype(np.float32)
        weights[name] = (whole * scale).reshape(len(whole), -1)
    weights["embeddings.scale"] = stored[f"{WORDS}.scale"].reshape(1)
    own = ("head.", "pooler.")
    return {
        name if name.startswith(own) else f"encoder.{name}": torch.from_numpy(value.copy())
        for name, value in weights.items()
    }
