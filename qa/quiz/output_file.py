"""The output's place: one run at a time writes there, and what stands there is replaced when the new file is whole."""

import glob
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from index.errors import QuizFileError


def part_path(output: Path) -> Path:
    """Return the file beside the output that answers are written to as they come."""
    return output.with_name(output.name + ".part")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translate errors of writing a file.

    Raises:
        QuizFileError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and not path.parent.is_dir()
        remedy = f"make the folder {path.parent}" if missing else "free some space"
        raise QuizFileError(f"cannot write {path} ({error.strerror}); {remedy} or name another --output") from error


def is_no_file(path: Path) -> bool:
    """Return whether something stands at `path` that a file must not replace: a link, pipe, device or folder."""
    return os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode)


def is_within(path: Path, source: Path) -> bool:
    """Return whether `path` is the file `source` or lies in the folder `source`, by whatever name."""
    place = Path(os.path.realpath(path))
    with suppress(OSError):  # there is no source
        return any(above.exists() and above.samefile(source) for above in (place, *place.parents))
    return False


@contextmanager
def only_run(output: Path) -> Iterator[None]:
    """Let no other run write to `output` meanwhile; the lock dies with its process.

    Raises:
        QuizFileError: another run does, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    held = output.with_name(f".{output.name}.lock")
    lock = FileLock(held)
    with writing(output):
        output.parent.stat()  # first, since locking would make a folder that is missing
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise QuizFileError(
                f"another run is writing {output}; wait for its end, or name another --output"
            ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            if not held.stat().st_size:  # as we made it; removed while it is held, since later it may be another's
                held.unlink()
        lock.release()


def check_place(output: Path) -> None:
    """Check that a file could be put in the place of `output`, which is left as it is.

    Raises:
        QuizFileError: it could not, or another run is doing so.
    """
    with only_run(output), writing(output):
        beside = _beside(output)
        beside.open("x").close()
        beside.unlink()


@contextmanager
def new_file(output: Path) -> Iterator[TextIO]:
    """Yield a file that takes the place of `output` once it is whole and on the disk; call it inside `only_run`."""
    for left in output.parent.glob(f".{glob.escape(output.name)}.new-{'[0-9a-f]' * 8}"):
        left.unlink()  # of a killed run: nobody else gives such names, and the living hold the lock
    beside = _beside(output)
    out = beside.open("x", encoding="utf-8", newline="\n")
    try:
        with out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)


def _beside(output: Path) -> Path:
    return output.with_name(f".{output.name}.new-{secrets.token_hex(4)}")
