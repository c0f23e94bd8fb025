"""Keeps the memory of freed tensors in the process."""

import ctypes

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # mallopt(3)
_MOST = 2**31 - 1


def keep_freed_memory() -> None:
    """Let the C library use freed memory again instead of giving it back to the system; does nothing without glibc.

    By default each large tensor is mapped anew, and its pages are zeroed: on a virtual machine half of the time.
    """
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    if adjust is not None:
        adjust(_MMAP_MAX, 0)
        adjust(_TRIM_THRESHOLD, _MOST)
