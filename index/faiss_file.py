"""Whether a file of vectors is one that this program writes.

FAISS trusts what a file says of itself, so nothing else is given to it. Everything in such a file follows from the
number of dimensions, of vectors and of lists: it is written down here as it must be, and compared.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

# Kind, dimensions, vectors, two that are not used, whether trained, metric (0: inner product).
_HEAD = struct.Struct("<4siqqqBi")
_NUMBER = struct.Struct("<Q")
_LISTS = struct.Struct("<QQ")  # how many, and how many are looked through
# Of inverted lists: no direct map; 16 bits a number (4), no ranges, dimensions, bytes a vector, nothing trained; bytes
# a vector, whether what differs from the centroid is stored; the kind of lists, how many, bytes a vector.
_CODES = struct.Struct("<BQiifQQQQB4sQQ")
_FORM = struct.Struct("<4sQ")


def is_flat(content: bytes) -> bool:
    """Whether a file is a flat index of finite numbers, and not empty."""
    if len(content) < _HEAD.size:
        return False
    _, dimensions, count, *_ = _HEAD.unpack_from(content)
    if dimensions < 1 or count < 1 or 4 * dimensions * count > len(content):
        return False
    start = _flat(dimensions, count)
    if not content.startswith(start) or len(content) != len(start) + 4 * dimensions * count:
        return False
    return bool(np.isfinite(np.frombuffer(content, dtype="<f4", offset=len(start))).all())


def is_store(path: Path) -> bool:
    """Whether a file is an index of numbered vectors: a flat one, or one with inverted lists of 16 bits a number."""
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            head = file.read(_HEAD.size)
            kind, dimensions, count, *_ = _HEAD.unpack(head)
            if dimensions < 1 or count < 0 or head != _head(kind, dimensions, count):
                return False
            if kind == b"IxM2":
                if not _passes_flat(file, size, dimensions, count):
                    return False
                (ids,) = _NUMBER.unpack(file.read(_NUMBER.size))
                return bool(ids == count and size == file.tell() + 8 * count)
            return kind == b"IwSq" and _are_lists(file, size, dimensions, count)
        except struct.error:  # it ends too early
            return False


def _are_lists(file: BinaryIO, size: int, dimensions: int, count: int) -> bool:
    lists, probed = _LISTS.unpack(file.read(_LISTS.size))
    if not 1 <= probed <= lists or not _passes_flat(file, size, dimensions, lists):
        return False
    code = 2 * dimensions
    codes = _CODES.pack(0, 0, 4, 0, 0.0, dimensions, code, 0, code, 1, b"ilar", lists, code)
    if file.read(len(codes)) != codes:
        return False
    form, entries = _FORM.unpack(file.read(_FORM.size))
    if entries > 2 * lists:
        return False
    stated = np.frombuffer(file.read(8 * entries), dtype="<u8")
    if form == b"full":  # the size of each list
        sizes, is_whole = stated, entries == lists
    else:  # the numbers and sizes of those that are not empty
        numbers, sizes = stated[::2].tolist(), stated[1::2]
        is_whole = (
            form == b"sprs" and entries % 2 == 0 and numbers == sorted({*numbers}) and max(numbers, default=0) < lists
        )
    return is_whole and sum(sizes.tolist()) == count and size == file.tell() + (code + 8) * count


def _passes_flat(file: BinaryIO, size: int, dimensions: int, count: int) -> bool:
    """Move `file` past the flat index that must follow; False if it is none, or does not fit."""
    if 4 * dimensions * count > size:
        return False
    start = _flat(dimensions, count)
    found = file.read(len(start))
    file.seek(4 * dimensions * count, os.SEEK_CUR)
    return found == start


def _flat(dimensions: int, count: int) -> bytes:
    return _head(b"IxFI", dimensions, count) + _NUMBER.pack(dimensions * count)


def _head(kind: bytes, dimensions: int, count: int) -> bytes:
    return _HEAD.pack(kind, dimensions, count, 1 << 20, 1 << 20, 1, 0)
