"""Reads a file of quiz questions of any format, row by row; tells the format from content and name."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.quiz.aiken import read_aiken
from qa.quiz.checking import checked
from qa.quiz.csv_table import delimiter_of, read_csv
from qa.quiz.gift import read_gift
from qa.quiz.jsonl import LIST, read_jsonl
from qa.quiz.moodle_xml import read_moodle_xml
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import HEAD_BYTES, encoding_of, head
from qa.quiz.squad import read_squad
from qa.quiz.text import is_list, read_text
from qa.quiz.xlsx import read_xlsx

QuizFormat = Literal["text", "csv", "jsonl", "squad", "gift", "aiken", "moodle-xml", "xlsx"]
QUIZ_FORMATS: tuple[QuizFormat, ...] = get_args(QuizFormat)
READERS: dict[QuizFormat, Callable[[Path], Rows]] = {
    "text": read_text,
    "csv": read_csv,
    "jsonl": read_jsonl,
    "squad": read_squad,
    "gift": read_gift,
    "aiken": read_aiken,
    "moodle-xml": read_moodle_xml,
    "xlsx": read_xlsx,
}
_NAMES: dict[str, QuizFormat] = {
    **dict.fromkeys((".csv", ".tsv", ".tab"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    ".gift": "gift",
    ".aiken": "aiken",
    ".xml": "moodle-xml",
}
_OTHER_FILES = {
    b"%PDF": "a PDF; copy its questions into a text file",
    b"\xd0\xcf\x11\xe0": "an old Office file; save it as xlsx or CSV",
    b"\x1f\x8b": "compressed; unpack it first",
}
_SQUAD = re.compile(r'\{\s*(?:"version"\s*:\s*"[^"]*"\s*,\s*)?"data"\s*:\s*\[')
_A, _B, _ANY = (rf"(?:{letter}[.)]|\({letter}\))" for letter in ("A", "B", "[A-Z]"))
_AIKEN = re.compile(  # a question, then A and B (questions under a heading are no choices); or its key
    rf"^[ \t]*(?!{_ANY})\S[^\n]*(?:\?[ \t]*\n\s*{_A}[^\n]*|\n\s*{_A}[^\n]*[^\n?\s][ \t]*)\n\s*{_B}"
    r"|^[ \t]*ANSWER[ \t]*:[ \t]*[A-Z][ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_GIFT_LINE = re.compile(r"^[ \t]*(?:::[^\n]+?::|\$CATEGORY:)", re.MULTILINE)
_GIFT_ANSWERS = re.compile(r"(?<!\\)\{\s*(?:\}|[=~#]|(?:TRUE|FALSE|T|F)\s*(?:#[^{}]{0,500})?\})")


def read_rows(path: Path, form: QuizFormat | None = None) -> Rows:
    """Yield every question of a file that can be asked, and every row that cannot, in order.

    Ids are unique: one that stands there already is numbered.

    Raises:
        QuizFileError: the file as a whole cannot be read.
    """
    form = form or quiz_format(path)
    with closing(_SeenIds()) as seen:
        for row in READERS[form](path):
            yield row if isinstance(row, BadRow) else _checked(row, seen)


def read_questions(path: Path, form: QuizFormat | None = None) -> Iterator[QuizQuestion]:
    """Yield the questions of a file that can be asked; bad rows are passed over.

    Raises:
        QuizFileError: the file as a whole cannot be read.
    """
    return (row for row in read_rows(path, form) if isinstance(row, QuizQuestion))


def quiz_format(path: Path) -> QuizFormat:
    """Return the format of a file: what its content shows, else what its name says, else text.

    Raises:
        QuizFileError: it cannot be read, or is of a kind that is not read.
    """
    start = head(path)
    for mark, what in _OTHER_FILES.items():
        if start.startswith(mark):
            raise QuizFileError(f"{path} is {what}")
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    text = start.decode(encoding_of(start), errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise QuizFileError(f"{path} is no text, and no format that is known; give questions as text, CSV or xlsx")
    if not text.strip():
        raise QuizFileError(f'{path} has no questions; write one a line, as text or {{"id": "1", "question": "..."}}')
    named = _NAMES.get(path.suffix.lower())
    return _json_or_xml(text.lstrip(), named) or named or _by_content(text, len(start) == HEAD_BYTES)


def _json_or_xml(text: str, named: QuizFormat | None) -> QuizFormat | None:
    if text.startswith(("<?xml", "<quiz", "<!DOCTYPE", "<!--")):
        return "moodle-xml"
    if LIST.match(text) and named != "gift":
        return "jsonl"
    if not text.startswith("{") or named == "gift":
        return None
    try:
        row = json.loads(text.split("\n", 1)[0])
    except (ValueError, RecursionError):
        row = None
    squad = _SQUAD.match(text) or (isinstance(row, dict) and isinstance(row.get("data"), list))
    return "squad" if squad else "jsonl"


def _by_content(text: str, cut: bool) -> QuizFormat:
    if _GIFT_LINE.search(text) or _GIFT_ANSWERS.search(text):
        return "gift"
    if _AIKEN.search(text):
        return "aiken"
    if is_list(text.rpartition("\n")[0] if cut else text):
        return "text"
    return "csv" if delimiter_of(text, cut, sure=True) else "text"


def _checked(question: QuizQuestion, seen: "_SeenIds") -> QuizQuestion | BadRow:
    try:
        good = checked(question)
    except ValueError as error:
        return BadRow(question.line, str(error))
    return replace(good, id=seen.unique(good.id))


class _SeenIds:
    """The ids read so far, kept in a temporary file so that memory does not grow with them.

    A web server goes on with a file in another thread than it began, but never in two at once.
    """

    def __init__(self) -> None:
        self._ids = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._ids.execute("PRAGMA journal_mode = OFF")
        self._ids.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, times INTEGER DEFAULT 1) WITHOUT ROWID")

    def unique(self, id: str) -> str:
        """Note an id and return it; one that stands there already under a new name: `1-2`, `1-3` …

        It depends on the ids before it only: questions may be added at the end of a file that is resumed.
        """
        name = id
        while not self._add(name):
            self._ids.execute("UPDATE ids SET times = times + 1 WHERE id = ?", (id,))
            ((times,),) = self._ids.execute("SELECT times FROM ids WHERE id = ?", (id,))
            name = f"{id}-{times}"
        return name

    def _add(self, id: str) -> bool:
        return self._ids.execute("INSERT OR IGNORE INTO ids (id) VALUES (?)", (id,)).rowcount == 1

    def close(self) -> None:
        """Drop the temporary file."""
        self._ids.close()
