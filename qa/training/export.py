"""From trained weights to the files that ship: ONNX, quantised to int8."""

import shutil
import tempfile
import warnings
from pathlib import Path

import torch

from index.errors import ModelError
from qa.training.model import PairModel, SpanModel

OPSET = 18


def export(model: SpanModel, tokenizer_file: Path, folder: Path) -> None:
    """Write `reader.onnx` (int8) and `tokenizer.json` to `folder`."""
    export_int8(model, folder / "reader.onnx")
    shutil.copyfile(tokenizer_file, folder / "tokenizer.json")


def export_int8(model: PairModel, path: Path) -> None:
    """Write the model as int8 ONNX."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        export_full(model, full)
        quantise(full, path)


def quantise(full: Path, path: Path) -> None:
    """Write the full-precision ONNX model `full` as int8 (dynamic, per channel)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(full, path, per_channel=True, weight_type=QuantType.QInt8)


def export_full(model: PairModel, path: Path) -> None:
    """Write the model in full precision; batch and token axes are free."""
    # Three tensors of their own: one passed twice would be exported as one input.
    ids, mask, types = (torch.ones((2, 16), dtype=torch.int64) for _ in range(3))
    mask[0, 8:] = 0
    types[:, :8] = 0
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=512)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model.eval(),
            (ids, mask, types),
            dynamo=True,
            input_names=names,
            output_names=["logits"],
            dynamic_shapes=tuple(axes for _ in names),
            opset_version=OPSET,
            verbose=False,
        )
    if program is None:
        raise ModelError("the exporter gave no ONNX program; is onnxscript installed?")
    program.save(str(path))
