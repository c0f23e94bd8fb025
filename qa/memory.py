"""What the C library does with memory that was freed."""

import ctypes
import sys
from typing import Any

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # mallopt(3)
_MOST = 2**31 - 1


def give_back_memory() -> None:
    """Return what is free to the system; does nothing without glibc. Loading a model leaves some 80 MB."""
    trim = _in_libc("malloc_trim")
    if trim is not None:
        trim(0)


def keep_freed_memory() -> None:
    """Let the C library use freed memory again instead of giving it back to the system; does nothing without glibc.

    By default each large tensor is mapped anew, and its pages are zeroed: on a virtual machine half of the time.
    """
    adjust = _in_libc("mallopt")
    if adjust is not None:
        adjust(_MMAP_MAX, 0)
        adjust(_TRIM_THRESHOLD, _MOST)


def _in_libc(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
