"""Makes the large models from their base and our adapters, once, in the user's cache.

W' = W + SCALE * B A for each adapted matrix W (Hu et al. 2021, LoRA, arXiv 2106.09685, section 4.1); then most of
them are rounded to 8 bits.
"""

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cache import cache_folder
from index.errors import ModelError
from index.graph import Graph, logits_model
from index.mapped_weights import mapped_weights
from index.replacing import replacing
from qa.large.base import FILES, join_base
from qa.large.mpnet import mpnet_encoder
from qa.weights import LARGE_VERIFIER_WEIGHTS, LARGE_WEIGHTS, checked_file, manifest, sound, write_manifest

log = logging.getLogger(__name__)

ADAPTER = "adapter.safetensors"
RANK = 32
SCALE = 2.0
"""By how much adapters count: alpha over rank, of the paper."""
_PREFIX = "encoder."
_HEAD = {"head.weight", "head.bias"}
_POOLER = {"pooler.weight", "pooler.bias"}  # of a verifier


def large_reader_folder() -> Path:
    """Return the folder of the large reader's model (145 MB); it is made on first use.

    Raises:
        ModelError: the base weights are not installed, files are damaged, or the cache cannot be written.
    """
    return _made("large reader", LARGE_WEIGHTS)


def large_verifier_folder() -> Path:
    """Return the folder of the large verifier's model (145 MB); it is made on first use.

    Raises:
        ModelError: as of `large_reader_folder`.
    """
    return _made("large verifier", LARGE_VERIFIER_WEIGHTS)


def _made(name: str, weights: Path) -> Path:
    adapter = checked_file(ADAPTER, weights)
    digest = manifest(weights)[ADAPTER]
    folder = cache_folder() / f"{name.replace(' ', '-')}-{digest[:8]}-{FILES['model.safetensors'][:8]}"
    if sound(folder):
        return folder
    log.warning("making the %s in %s; this is done once and takes half a minute", name, folder)
    try:
        with replacing(folder) as made:
            base = join_base(made / "base")
            write_model(base, adapter, made)
            shutil.rmtree(base)
    except OSError as error:
        raise ModelError(f"cannot make the {name} in {folder}: {error}; free 1.5 GB, or use --reader small") from error
    return folder


def write_model(base: Path, adapter: Path, folder: Path, int8: bool = True) -> None:
    """Write `reader.onnx` or, of a verifier's adapters, `verifier.onnx`, with `tokenizer.json` and manifest.

    Raises:
        ModelError: the adapters do not belong to the base.
    """
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    weights = merged(mapped_weights(base / "model.safetensors"), mapped_weights(adapter))
    graph = Graph(weights, int8)
    head_size = int(config["hidden_size"]) // int(config["num_attention_heads"])
    states = mpnet_encoder(graph, int(config["num_hidden_layers"]), head_size)
    model = logits_model(graph, states)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("verifier.onnx" if weights.keys() >= _POOLER else "reader.onnx")).write_bytes(model)
    shutil.copyfile(base / "tokenizer.json", folder / "tokenizer.json")
    write_manifest(folder)


def merged(
    base: Mapping[str, NDArray[np.float32]], adapter: Mapping[str, NDArray[np.float16]]
) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the base with the adapters in them, and the head (and, of a verifier, the pooler).

    Raises:
        ModelError: the adapters do not belong to the base.
    """
    weights = dict(base)
    learnt = {name.removeprefix(_PREFIX): value.astype(np.float32) for name, value in adapter.items()}
    for name in [name for name in learnt if ".lora_A." in name]:
        matrix = name.partition(".lora_A.")[0] + ".weight"
        down, up = learnt.pop(name), learnt.pop(name.replace(".lora_A.", ".lora_B."), None)
        if up is None or matrix not in base or base[matrix].shape != (up.shape[0], down.shape[1]):
            raise ModelError(f"the large model's adapters do not belong to its base ({matrix}); reinstall the package")
        weights[matrix] = base[matrix] + np.float32(SCALE) * (up @ down)
    if set(learnt) not in (_HEAD, _HEAD | _POOLER):
        raise ModelError("the large model's adapters do not belong to its base; reinstall the package")
    return weights | learnt
