"""Puts a finished folder in the place of another, so that a whole one can be found there at every instant.

A new folder is filled beside its place under a hidden name, and locked by its writer until it stands. The lock dies
with the writer: what a killed process left is so told from what a living one is writing, without a clock.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OLD = ".old"
_OTHERS_WIN_AT_MOST = 100  # processes that put their folder into the same place in the same instant


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield a new folder to fill; when the block ends well it takes the place of `folder`, else it is removed.

    Raises:
        OSError: the disk refuses; then `folder` is as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    tidy(folder)
    beside, lock = _new_folder(folder)
    try:
        yield beside
        _write_through(beside)
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        os.close(lock)


def tidy(folder: Path) -> None:
    """Clear up what killed writers left beside `folder`; put back the old folder if the new one had not arrived."""
    ours = re.compile(rf"\.{re.escape(folder.name)}\.new-[a-z0-9_]{{8}}({re.escape(_OLD)})?")
    with suppress(OSError):
        for left in [path for path in folder.parent.iterdir() if ours.fullmatch(path.name)]:
            if not left.name.endswith(_OLD):
                _remove(left, wait=False)
            else:
                _settle(left, folder)


def identity(folder: Path) -> tuple[int, int] | None:
    """Return what differs as soon as `folder` was replaced; None if there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_ino, status.st_ctime_ns  # which moving it away and back changes, too


def _new_folder(folder: Path) -> tuple[Path, int]:
    while True:
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
        lock = _locked(beside, wait=True)
        if lock is not None and beside.exists():  # tidied away between the two lines above: once more
            return beside, lock
        if lock is not None:
            os.close(lock)


def _swap(beside: Path, folder: Path) -> None:
    """Move the old folder away and the new one in; until both is done, `tidy` can put the old one back."""
    old = beside.with_name(beside.name + _OLD)
    for _ in range(_OTHERS_WIN_AT_MOST):
        with suppress(FileNotFoundError):
            folder.replace(old)
        try:
            beside.replace(folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                with suppress(OSError):
                    old.replace(folder)
                raise
            _remove(old, wait=True)  # another process filled the place meanwhile
        else:
            _remove(old, wait=True)
            return
    raise OSError(errno.EBUSY, "many processes write there at once")


def _remove(left: Path, wait: bool) -> None:
    """Remove `left`; where others are at it, wait for them or let it stand."""
    lock = _locked(left, wait)
    if lock is not None:
        shutil.rmtree(left, ignore_errors=True)
        os.close(lock)


def _settle(old: Path, folder: Path) -> None:
    """Put `old` back if no folder stands, else remove it, unless others are at it: half of it must not be put back."""
    lock = _locked(old, wait=sys.platform == "win32")
    if lock is None:
        return
    with suppress(OSError):  # another process may have been quicker
        if not folder.exists():
            old.replace(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
    os.close(lock)


def _write_through(folder: Path) -> None:
    """Wait until all files are on the disk: a new name must not be there before its content after a power cut."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _locked(folder: Path, wait: bool) -> int | None:
    """Return a descriptor that holds the lock of `folder`; None if another one has it, or locks are not known here."""
    if sys.platform == "win32":
        # Folders cannot be locked there: a leftover of a killed process stays, and a new folder needs no lock.
        return os.open(os.devnull, os.O_RDONLY) if wait else None
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        if wait:
            return descriptor  # a file system without locks: leftovers stay
        os.close(descriptor)
        return None
    return descriptor
