"""Reads spreadsheets (xlsx): Kahoot's and Quizizz's templates, and any with a column "question"."""

import datetime
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
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
MAX_FORMAT_CHARACTERS = 255  # as in Excel
MAX_DECIMALS = 10
MAX_SHOWN = 1e15  # a cell shows no more than 15 digits
_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h)[^\[\]]*\]')  # in a number format; `[h]` are hours beyond a day
_DECIMALS = re.compile(r"\.([0#?]+)")
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
    cells = iter(sheet.iter_rows(max_row=rows, max_col=MAX_COLUMNS))
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(cells, None)
        if row is None:
            return
        yield [_text(cell) for cell in row] if any(cell.value is not None for cell in row) else []


def _text(cell: Any) -> str:
    """Return a cell as text: percentages and times as they are shown, dates as `1874-05-01`, other numbers whole."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MAX_SHOWN:
        return _number(value, _format(cell))
    if isinstance(value, datetime.datetime):
        day, time = value.date().isoformat(), value.time()
        return f"{day} {_clock(_since_midnight(time), _format(cell))}" if time != datetime.time() else day
    if isinstance(value, datetime.time):
        return _clock(_since_midnight(value), _format(cell))
    if isinstance(value, datetime.timedelta) and value >= datetime.timedelta():
        return _clock(int(value.total_seconds()), _format(cell))
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return text.replace("\r\n", "\n").strip()


def _format(cell: Any) -> str:
    """Return the first part of a cell's number format, for numbers from 0, in small letters and without literals."""
    try:
        form = str(cell.number_format)[:MAX_FORMAT_CHARACTERS]
    except IndexError:  # a style that the workbook does not have
        return ""
    return _LITERAL.sub("", form.casefold()).partition(";")[0]


def _number(value: float, form: str) -> str:
    """Return a number as text; in percent with the digits that are shown, without zeros at their end (`12.5%`)."""
    if "%" not in form:
        return str(int(value)) if value == int(value) else str(value)
    decimals = _DECIMALS.search(form)
    places = min(len(decimals[1]), MAX_DECIMALS) if decimals else 0
    shown = (Decimal(str(value)) * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{shown.normalize():f}%"


def _since_midnight(time: datetime.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second


def _clock(seconds: int, form: str) -> str:
    """Return the seconds since midnight as they are shown: `9:30`, `9:30 PM`, `09:30:00`."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    half = (" AM", " PM")[hours >= 12] if "am/pm" in form else ""
    hours = (hours - 1) % 12 + 1 if half else hours
    width = 1 if "h" in form and "hh" not in form else 2
    rest = "" if "h" in form and "s" not in form else f":{seconds:02}"
    return f"{hours:0{width}}:{minutes:02}{rest}{half}"
