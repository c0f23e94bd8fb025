"""A BERT encoder as an ONNX graph of the runtime's fused operators.

Exporters write attention as a dozen small operators each, which at 60 tokens cost more than the multiplications do.
There is no attention mask: one text, or one pair of texts, is a pass of its own (decision 0001).
The vectors of a pass are rows of 32-bit floats; the operators are those of onnxruntime (domain com.microsoft).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

Weights = Mapping[str, NDArray[np.float32]]
OPSET = 20
IR_VERSION = 10
EPSILON = 1e-12
_MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and weights; a node is known by the name of its result."""

    opset = OPSET

    def __init__(self, weights: Weights, int8: bool = False, outside: bool = False) -> None:
        """Use `weights`, by their Hugging Face names; with `int8` matrices are stored and multiplied in 8 bits.

        With `outside` the model file only names its weights: whoever runs it supplies `supplied`.
        """
        self.weights = weights
        self.supplied: dict[str, NDArray[np.float32]] = {}
        self._int8 = int8
        self._outside = outside
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one result."""
        from onnx import helper

        result = f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [result], domain=domain, **attributes))
        return result

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        """Add a constant."""
        from onnx import numpy_helper

        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name)
        return name

    def packed(self, name: str, values: NDArray[np.int8], signed: bool) -> str:
        """Add whole numbers of 4 bits, in [-8, 7] if `signed`, else in [0, 15]; two to a byte, the first one low."""
        from onnx import TensorProto, helper

        flat = values.ravel().view(np.uint8) & np.uint8(15)
        flat = np.append(flat, np.zeros(flat.size % 2, np.uint8))
        kind = TensorProto.INT4 if signed else TensorProto.UINT4
        data = (flat[::2] | flat[1::2] << np.uint8(4)).astype(np.uint8).tobytes()
        self._constants[name] = helper.make_tensor(name, kind, list(values.shape), data, raw=True)
        return name

    def cast(self, x: str, kind: type[np.generic]) -> str:
        """Add a change to numbers of this kind."""
        from onnx import helper

        return self.node("Cast", x, to=helper.np_dtype_to_tensor_dtype(np.dtype(kind)))

    def weight(self, name: str) -> str:
        """Add a weight as it is."""
        if not self._outside:
            return self.constant(name, self.weights[name])
        value = self.supplied[name] = self.weights[name]
        self._constants[name] = outside(name, value)
        return name

    def linear(self, x: str, name: str, exact: bool = False) -> str:
        """Multiply by the matrix `name`.weight, of shape (out, in), and add `name`.bias; `exact`: never in 8 bits."""
        bias = self.weight(f"{name}.bias")
        if exact or not self._int8:
            product = self.node("FusedMatMul", x, self.weight(f"{name}.weight"), domain=_MICROSOFT, transB=1)
            return self.node("Add", product, bias)
        matrix = self.weights[f"{name}.weight"].T
        # Scales per column; the activations get one scale for the whole pass when it runs.
        scales = np.abs(matrix).max(axis=0) / np.float32(127)
        parts = (
            self.constant(f"{name}.int8", _rounded(matrix, scales)),
            self.constant(f"{name}.scales", scales),
            self.constant(f"{name}.zeros", np.zeros(scales.shape, dtype=np.int8)),
        )
        return self.node("DynamicQuantizeMatMul", x, *parts, bias, domain=_MICROSOFT)

    def rows(self, name: str, numbers: str) -> str:
        """Look up rows of the table `name`; with int8 they are stored in 8 bits with one scale."""
        if not self._int8:
            return self.node("Gather", self.weight(name), numbers)
        scale = np.abs(self.weights[name]).max() / np.float32(127)
        found = self.node("Gather", self.constant(f"{name}.int8", _rounded(self.weights[name], scale)), numbers)
        zero = self.constant(f"{name}.zero", np.int8(0))
        return self.node("DequantizeLinear", found, self.constant(f"{name}.scale", np.float32(scale)), zero)

    def norm(self, x: str, name: str, epsilon: float = EPSILON) -> str:
        """Layer normalisation (faster than the fused SkipLayerNormalization, which is not vectorised)."""
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.node("LayerNormalization", x, weight, bias, epsilon=epsilon)

    def model(self, result: str, name: str, shape: tuple[str | int, ...]) -> bytes:
        """Return the model file with inputs `input_ids` and `token_type_ids` and the result called `name`."""
        from onnx import TensorProto, helper

        inputs = [
            helper.make_tensor_value_info(each, TensorProto.INT64, ["texts", "tokens"])
            for each in ("input_ids", "token_type_ids")
        ]
        self._nodes.append(helper.make_node("Identity", [result], [name]))
        output = helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        graph = helper.make_graph(self._nodes, "encoder", inputs, [output], list(self._constants.values()))
        domains = [helper.make_opsetid("", self.opset), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION, producer_name="article-qa")
        return bytes(model.SerializeToString())


def outside(name: str, value: NDArray[Any]) -> "TensorProto":
    """Return a constant of this shape and kind that whoever runs the model supplies."""
    from onnx import StringStringEntryProto, TensorProto, helper

    place = {"location": "outside", "offset": "0", "length": str(value.nbytes)}
    return TensorProto(
        name=name,
        data_type=helper.np_dtype_to_tensor_dtype(value.dtype),
        dims=value.shape,
        data_location=TensorProto.EXTERNAL,
        external_data=[StringStringEntryProto(key=key, value=text) for key, text in place.items()],
    )


def encoder(graph: Graph, layers: int, heads: int) -> str:
    """Add the encoder of `layers` layers with `heads` attention heads; its result is (texts, tokens, hidden).

    Source: Vaswani et al. 2017 (arXiv 1706.03762) and Devlin et al. 2019 (arXiv 1810.04805).
    """
    x = _embeddings(graph)
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        parts = (graph.linear(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        attended = graph.node("MultiHeadAttention", *parts, domain=_MICROSOFT, num_heads=heads)
        attended = graph.linear(attended, f"{layer}.attention.output.dense")
        x = graph.norm(graph.node("Add", attended, x), f"{layer}.attention.output.LayerNorm")
        inner = graph.node("Gelu", graph.linear(x, f"{layer}.intermediate.dense"))
        outer = graph.linear(inner, f"{layer}.output.dense")
        x = graph.norm(graph.node("Add", outer, x), f"{layer}.output.LayerNorm")
    return x


def _embeddings(graph: Graph) -> str:
    tokens = graph.node("Shape", "input_ids", start=1, end=2)
    zero, one = (graph.constant(str(n), np.array(n, dtype=np.int64)) for n in (0, 1))
    places = graph.node("Range", zero, graph.node("Squeeze", tokens), one)
    word = graph.rows("embeddings.word_embeddings.weight", "input_ids")
    segment = graph.rows("embeddings.token_type_embeddings.weight", "token_type_ids")
    place = graph.rows("embeddings.position_embeddings.weight", places)
    return graph.norm(graph.node("Add", graph.node("Add", word, segment), place), "embeddings.LayerNorm")


def mean_vector(graph: Graph, states: str) -> str:
    """Add mean pooling over the tokens and scaling to unit length: (texts, hidden)."""
    axis = graph.constant("token axis", np.array([1], dtype=np.int64))
    mean = graph.node("ReduceMean", states, axis, keepdims=0)
    return graph.node("LpNormalization", mean, axis=-1, p=2)


def logits_model(graph: Graph, states: str) -> bytes:
    """Return the model file with a head, never in 8 bits, on the encoder's `states`; its result is `logits`.

    With a pooler among the weights a verifier's, on the first token: (texts, 3) (Devlin et al. 2019, section 4.1).
    Else a reader's, on every token: (texts, tokens, 2) (section 4.3).
    """
    if "pooler.weight" not in graph.weights:
        return graph.model(graph.linear(states, "head", exact=True), "logits", ("texts", "tokens", 2))
    first = graph.node("Gather", states, graph.constant("first", np.array(0, dtype=np.int64)), axis=1)
    pooled = graph.node("Tanh", graph.linear(first, "pooler", exact=True))
    return graph.model(graph.linear(pooled, "head", exact=True), "logits", ("texts", 3))


def stored_constants(path: Path) -> dict[str, NDArray[Any]]:
    """Return all constants of a model file by their names there."""
    import onnx
    from onnx import numpy_helper

    return {each.name: numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer}


def stored_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return tables and numbers of a model file that `Graph` wrote, by their names; no matrices in 8 or 4 bits."""
    stored = stored_constants(path)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, value in stored.items():
        if name.endswith(".int8"):
            full = name.removesuffix(".int8")
            weights[full] = value.astype(np.float32) * stored[f"{full}.scale"]
        elif name.endswith((".weight", ".bias")):
            weights[name] = value
    return weights


def _rounded(matrix: NDArray[np.float32], scale: NDArray[np.float32] | np.float32) -> NDArray[np.int8]:
    return np.clip(np.round(matrix / np.maximum(scale, np.float32(1e-12))), -127, 127).astype(np.int8)
