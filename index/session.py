"""Opens models with onnxruntime. The only importer of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(model: bytes | str, supplied: Mapping[str, NDArray[Any]]) -> "InferenceSession":
    """Return a session of the model, a file or its content, that runs on one thread.

    `supplied` are the constants that the model only names (`index.graph.outside`); the runtime copies them.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in supplied.values()]
    options.add_external_initializers(list(supplied), values)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
