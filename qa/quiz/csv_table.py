"""Reads CSV and TSV: `,` `;` tab or `|`, with or without a header, quoted cells that go over several lines."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qa.quiz.layout import header_layout
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import HEAD_BYTES, encoding_of, head, open_text
from qa.quiz.table import table_questions

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 50


def read_csv(path: Path) -> Rows:
    """Yield the questions of a CSV or TSV file; `line` is the first line of a row."""
    start = head(path)
    text = start.decode(encoding_of(start), errors="replace")
    return table_questions(_rows(path, delimiter_of(text, len(start) == HEAD_BYTES) or ","), delimited=True)


def delimiter_of(text: str, cut: bool = False, sure: bool = False) -> str | None:
    """Return what sets cells apart in the beginning of a table, None if nothing does.

    A delimiter that gives a header wins, then the one that gives most rows the same number of cells. With `cut`, the
    text breaks off inside its last line. With `sure`, text with commas and no header is no table.
    """
    lines = text.splitlines(keepends=True)
    if lines and lines[0].lower().startswith("sep="):
        return lines[0][4:5].strip("\r\n") or None
    lines = lines[:-1] if cut and len(lines) > 1 else lines
    best, found = (0.0, 0.0), None
    for delimiter in DELIMITERS:
        rows = _sample(lines, delimiter)
        if not rows:
            continue
        cells, same = Counter(map(len, rows)).most_common(1)[0]
        has_header = any(len(row) > 1 and header_layout(row) for row in rows[:10])
        if not has_header and (cells < 2 or (sure and (delimiter == "," or len(rows) < 2 or same < len(rows)))):
            continue
        if (float(has_header), same / len(rows)) > best:
            best, found = (float(has_header), same / len(rows)), delimiter
    return found


def _sample(lines: list[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # what was read up to there is sample enough
    return rows


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str] | BadRow]]:
    with open_text(path) as file:
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield line, BadRow(line, f"not a row of CSV ({error}); is a quotation mark left open?")
                continue
            if row is None:
                return
            if line == 1 and "".join(row).lower().startswith("sep=") and len(row) <= 2:
                continue
            yield line, row
