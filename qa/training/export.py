"""From trained weights to the file that ships: ONNX, quantised to int8."""

import shutil
import tempfile
import warnings
from pathlib import Path

import torch

from qa.training.model import SpanModel

OPSET = 18


def export(model: SpanModel, tokenizer_file: Path, folder: Path) -> None:
    """Write `reader.onnx` (int8, dynamic quantisation per channel) and `tokenizer.json` to `folder`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "reader.onnx"
        export_full(model, full)
        quantize_dynamic(full, folder / "reader.onnx", per_channel=True, weight_type=QuantType.QInt8)
    shutil.copyfile(tokenizer_file, folder / "tokenizer.json")


def export_full(model: SpanModel, path: Path) -> None:
    """Write the model in full precision; batch and token axes are free."""
    example = torch.ones((2, 16), dtype=torch.int64)
    # The fused attention exports to a graph that computes something else (correlation 0.44, decision 0003).
    model.encoder.set_attn_implementation("eager")  # type: ignore[operator]
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=512)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model.eval(),
            (example, example, torch.zeros_like(example)),
            dynamo=True,
            input_names=names,
            output_names=["logits"],
            dynamic_shapes=tuple(axes for _ in names),
            opset_version=OPSET,
            verbose=False,
        )
        program.save(str(path))
