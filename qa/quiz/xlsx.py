"""Reads spreadsheets (xlsx): Kahoot's and Quizizz's templates, and any with a column "question"."""

import datetime
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import QuizFileError
from qa.quiz.layout import MAX_COLUMNS, header_layout
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import open_binary
from qa.quiz.table import MAX_HEADER_ROWS, table_questions

MAX_UNPACKED_BYTES = 100_000_000
MAX_PARTS = 2000
MAX_ROWS = 250_000  # more do not fit into the bytes allowed, unless they are empty
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold, or loses (ECMA-376, ST_Xstring)
# openpyxl has no errors of its own: a damaged workbook surfaces as whatever broke first inside it.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, KeyError, ValueError, TypeError),
    *(AttributeError, IndexError, NotImplementedError, RuntimeError, OverflowError, AssertionError),
)


def read_xlsx(path: Path) -> Rows:
    """Yield the questions of the first sheet that has a header, else of the first sheet; `line` is the row.

    Raises:
        QuizFileError: it is no workbook, damaged, or unpacks to more than `MAX_UNPACKED_BYTES`.
    """
    with open_binary(path) as file:
        _check_size(path, file)
        yield from table_questions(_guarded(path, file))


def _guarded(path: Path, file: BinaryIO) -> Iterator[tuple[int, list[str] | BadRow]]:
    try:
        yield from _rows(file)
    except _DAMAGED as error:
        raise QuizFileError(
            f"{path} is not a readable xlsx workbook ({type(error).__name__}); save it again as xlsx, or as CSV"
        ) from error


def _check_size(path: Path, file: BinaryIO) -> None:
    """Refuse an archive that is too large unpacked; zipfile never unpacks more of a part than it declares."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
                raise QuizFileError(
                    f"{path} unpacks to {size:,} bytes in {len(parts):,} parts, more than {MAX_UNPACKED_BYTES:,} in "
                    f"{MAX_PARTS:,}; save its questions as CSV"
                )
            if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
                raise QuizFileError(f"{path} is packed as no spreadsheet program does it; save it again as xlsx")
            markup = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            if any(_declares(archive, part) for part in markup):
                raise QuizFileError(f"{path} has an XML document type, which no workbook needs; save it again as xlsx")
    except _DAMAGED as error:
        raise QuizFileError(f"{path} is not a readable xlsx workbook ({error}); save it again as xlsx") from error
    file.seek(0)


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether a part may declare entities; UTF-16, in which they could hide, counts as well."""
    before = b""
    with archive.open(part) as file:
        while piece := file.read(65_536):
            text = before + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in piece:
                return True
            before = piece[-10:]
    return False


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str] | BadRow]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validation rules that openpyxl does not know
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    with closing(workbook):
        sheets = workbook.worksheets
        if not sheets:
            return
        chosen = next((sheet for sheet in sheets if _has_header(sheet)), sheets[0])
        yield from enumerate(_texts(chosen, MAX_ROWS), start=1)


def _has_header(sheet: Any) -> bool:
    return any(header_layout(row) for row in _texts(sheet, MAX_HEADER_ROWS))


def _texts(sheet: Any, rows: int) -> Iterator[list[str]]:
    """Yield the rows of a sheet as texts; its declared size is not trusted."""
    sheet.reset_dimensions()
    cells = iter(sheet.iter_rows(max_row=rows, max_col=MAX_COLUMNS, values_only=True))
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(cells, None)
        if row is None:
            return
        yield [_text(value) for value in row] if any(value is not None for value in row) else []


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return text.replace("\r\n", "\n").strip()
