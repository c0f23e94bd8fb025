"""Reads CSV and TSV: `,` `;` tab or `|`, with or without a header, quoted cells that go over several lines."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qa.quiz.layout import header_layout
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import HEAD_BYTES, MAX_LINE_CHARACTERS, encoding_of, head, numbered_lines
from qa.quiz.table import table_questions

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 50
SWALLOWED_ROWS = 3  # so many lines of a cell that are all as wide as the table are rows; fewer may be by chance


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
    width, line = 0, 1
    rest = (text + "\n" for _, text in numbered_lines(path))
    while True:
        taken: list[str] = []
        try:
            row = next(csv.reader(_of_one_row(rest, taken), delimiter=delimiter), None)
            if row is None:
                return
            if len(taken) > 1:
                _check_lines(taken, delimiter, width)
            if line > 1 or len(row) > 2 or not "".join(row).lower().startswith("sep="):
                width = width or len(row)
                yield line, row
        except csv.Error as error:
            lines = sum(map(bool, taken))
            over = f" but {lines:,} lines" if lines > 1 else ""
            yield line, BadRow(line, f"not a row of CSV{over} ({error}); is a quotation mark left open?")
        line += sum(map(bool, taken))


def _of_one_row(rest: Iterator[str], taken: list[str]) -> Iterator[str]:
    """Hand lines on and note them in `taken`; the end of the file counts as one more, empty, which a row never needs.

    Raises:
        csv.Error: they have more than `MAX_LINE_CHARACTERS` together.
    """
    characters = 0
    for line in rest:
        taken.append(line)
        characters += len(line)
        if characters > MAX_LINE_CHARACTERS:
            raise csv.Error(f"more than {MAX_LINE_CHARACTERS:,} characters")
        yield line
    taken.append("")


def _check_lines(lines: list[str], delimiter: str, width: int) -> None:
    """Check that a row of several lines is meant as one: a forgotten quotation mark swallows the rows up to the next.

    Raises:
        csv.Error: a quotation mark is open at the end, one closes in the middle of a cell, or what is inside are rows.
    """
    for _ in csv.reader(lines, delimiter=delimiter, strict=True):
        pass
    inside = [len(row) for row in csv.reader(lines[1:-1], delimiter=delimiter, quoting=csv.QUOTE_NONE)]
    if len(inside) >= SWALLOWED_ROWS and width > 1 and set(inside) == {width}:
        raise csv.Error("the lines inside a cell are rows themselves")
