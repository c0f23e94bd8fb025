"""Reads safetensors files by mapping them into memory (format: huggingface/safetensors, README, "Format")."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = {"F32": "<f4", "F16": "<f2"}


def mapped_weights(path: Path) -> Mapping[str, NDArray[Any]]:
    """Return the floats of a safetensors file (32 or 16 bits) by name, mapped from the disk; others are left out.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no such file.
    """
    content = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int(content[:8].view("<u8")[0])
    header = json.loads(content[8:start].tobytes())
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and (kind := _KINDS.get(entry["dtype"])):
            first, last = entry["data_offsets"]
            found[name] = content[start + first : start + last].view(kind).reshape(entry["shape"])
    return found
