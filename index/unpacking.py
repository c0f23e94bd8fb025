"""Widens the 4-bit numbers of a model file before the runtime sees them, which would take 32 bits on the way."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.graph import outside

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

Whole = NDArray[np.int8]


def unpacked(path: Path) -> tuple[bytes | str, dict[str, Whole]]:
    """Return the model with numbers of 8 bits instead of 4, and these numbers, which the runtime is to be supplied.

    What the graph makes of 4-bit numbers alone (`index.graph.Graph.packed`), their products and their turned tables, is
    computed; its values must fit in 8 bits. Of a file without such numbers the path is returned.
    """
    import onnx

    model = onnx.load(path)
    graph = model.graph
    whole = {each.name: values for each in graph.initializer if (values := _four_bits(each)) is not None}
    if not whole:
        return str(path), {}
    packed = set(whole)
    kept = [node for node in graph.node if not _computed(node, whole)]
    needed = {name for node in kept for name in node.input} & set(whole)
    supplied = {name: np.ascontiguousarray(whole[name]) for name in sorted(needed)}
    constants = [each for each in graph.initializer if each.name not in packed]
    constants += [outside(name, values) for name, values in supplied.items()]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(constants)
    return bytes(model.SerializeToString()), supplied


def _four_bits(constant: "TensorProto") -> Whole | None:
    """Return numbers of 4 bits in 8 bits each; None of other constants."""
    from onnx import TensorProto

    if constant.data_type not in (TensorProto.INT4, TensorProto.UINT4):
        return None
    pairs = np.frombuffer(constant.raw_data, np.uint8)
    values = np.stack((pairs & 15, pairs >> 4), axis=1).ravel().view(np.int8)
    if constant.data_type == TensorProto.INT4:
        values = (values ^ 8) - np.int8(8)  # two's complement of 4 bits
    shape = tuple(constant.dims)
    return values[: int(np.prod(shape))].reshape(shape)


def _computed(node: "NodeProto", whole: dict[str, Any]) -> bool:
    """Whether the node's result is a matter of known whole numbers; if so, it is added to them."""
    from onnx import TensorProto

    if not all(name in whole for name in node.input):
        return False
    given = [whole[name] for name in node.input]
    if node.op_type == "Cast" and node.attribute[0].i in (TensorProto.INT32, TensorProto.INT8):
        result = given[0]
    elif node.op_type == "Mul":
        result = given[0] * given[1]
    elif node.op_type == "Flatten":
        result = given[0].reshape(len(given[0]), -1)
    elif node.op_type == "Transpose":
        result = given[0].T
    else:
        return False
    whole[node.output[0]] = result
    return True
