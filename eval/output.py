"""Writes the files of evaluation; what cannot be written is said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DatasetError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translate errors of writing.

    Raises:
        DatasetError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise DatasetError(f"cannot write {path} ({error.strerror}); name another --report") from error


def write_text(path: Path, text: str) -> None:
    """Write a file in one step, its folder made if it is not there: an interruption leaves the old or the new one.

    Raises:
        DatasetError: it cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        beside.replace(path)
