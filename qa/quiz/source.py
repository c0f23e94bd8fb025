"""Opens question files: text with or without byte order mark, in lines of bounded length."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from index.errors import QuizFileError

MAX_LINE_CHARACTERS = 1_000_000
HEAD_BYTES = 65_536
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def head(path: Path) -> bytes:
    """Return the first 64 KB of a file.

    Raises:
        QuizFileError: it cannot be opened.
    """
    with open_binary(path) as file:
        return file.read(HEAD_BYTES)


def encoding_of(start: bytes) -> str:
    """Return the encoding that a byte order mark names, by default UTF-8."""
    return "utf-16" if start.startswith(_UTF16_MARKS) else "utf-8-sig"


def head_lines(path: Path) -> Iterator[str]:
    """Yield the lines of the first 64 KB of a text file; what is not text in them is replaced.

    Raises:
        QuizFileError: it cannot be opened.
    """
    start = head(path)
    yield from TextIOWrapper(BytesIO(start), encoding_of(start), errors="replace", newline=None)


@contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes.

    Raises:
        QuizFileError: it is missing, cannot be read, or is none: a pipe gives its questions only once.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # asked before it is opened, which would wait for a pipe's writer
            raise QuizFileError(f"{path} is a pipe, device or folder; questions are read twice, so save them to a file")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise QuizFileError(f"{path}: no such file; give a file of questions") from error
    except OSError as error:
        raise QuizFileError(f"{path} cannot be read ({error.strerror}); give a file of questions") from error


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    r"""Open a text file; every line end is read as `\n`, a byte order mark is passed over.

    Raises:
        QuizFileError: it is missing, cannot be read, or what is read from it inside the context is not UTF-8.
    """
    encoding = encoding_of(head(path)[:2])
    try:
        with path.open(encoding=encoding, newline=None) as file:
            yield file
    except UnicodeError as error:
        raise QuizFileError(
            f"{path} cannot be read as UTF-8 text ({error}); save it as UTF-8 (in a spreadsheet: CSV UTF-8)"
        ) from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (1-based number, line without its end); longer ones are cut at `MAX_LINE_CHARACTERS`.

    Raises:
        QuizFileError: the file is missing or not UTF-8.
    """
    with open_text(path) as file:
        number = 0
        while line := file.readline(MAX_LINE_CHARACTERS):
            number += 1
            yield number, line.removesuffix("\n")
            while line and not line.endswith("\n"):
                line = file.readline(MAX_LINE_CHARACTERS)
