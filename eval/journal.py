"""The records of a run while it goes on, one JSON object a line, so that an interrupted run can be resumed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from eval.asking import Progress
from eval.output import writing
from eval.record import Record, record_from
from index.errors import DatasetError

PART_NAME = "report.part.jsonl"
_FIELDS = {field.name for field in fields(Record)}


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


@dataclass(frozen=True, slots=True)
class Journal:
    """Where the records of a run are kept until its report is written; with `resume`, those that are there count."""

    path: Path
    resume: bool = False

    def remove(self) -> None:
        """Delete the file, once the report is written."""
        self.path.unlink(missing_ok=True)


def recorded(
    rows: Sequence[T], record: Callable[[T], Record], progress: Progress, journal: Journal | None, run: str
) -> list[Record]:
    """Return the record of every row; with a journal, each reaches the operating system before the next is asked.

    `run` names what the records depend on (dataset, article, settings, weights).

    Raises:
        DatasetError: the journal cannot be written, or what is resumed belongs to another run.
    """
    if journal is None:
        return _each(rows, record, progress, [], lambda kept: None)
    with writing(journal.path):
        journal.path.parent.mkdir(parents=True, exist_ok=True)
        file = journal.path.open("r+b" if journal.resume and journal.path.exists() else "w+b")
    with file:
        kept = _kept(journal.path, file, rows, run)
        if not kept:
            _append(journal.path, file, {"run": run})
        return _each(rows, record, progress, kept, lambda new: _append(journal.path, file, asdict(new)))


def _each(
    rows: Sequence[T],
    record: Callable[[T], Record],
    progress: Progress,
    kept: list[Record],
    keep: Callable[[Record], None],
) -> list[Record]:
    records = list(kept)
    for done in range(len(kept), len(rows)):
        progress(done, len(rows))
        records.append(record(rows[done]))
        keep(records[-1])
    progress(len(rows), len(rows))
    return records


def _kept(path: Path, file: BinaryIO, rows: Sequence[T], run: str) -> list[Record]:
    """Return the records of an earlier run of the same questions; what is torn or damaged after them is cut off."""
    head, kept, end = _row(file), [], 0
    if head is not None:
        if head != {"run": run}:
            raise DatasetError(
                f"{path} belongs to another run (dataset, article, settings or weights); evaluate without --resume"
            )
        end = file.tell()
        for row in rows:
            record = _row(file)
            if record is None or record.keys() != _FIELDS or record["id"] != row.id:
                break
            kept.append(record_from(record))
            end = file.tell()
    if not kept:
        end = 0
    file.seek(end)
    file.truncate()
    return kept


def _row(file: BinaryIO) -> dict[str, Any] | None:
    line = file.readline()
    try:
        row = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _append(path: Path, file: BinaryIO, row: dict[str, Any]) -> None:
    with writing(path):
        file.write((json.dumps(row) + "\n").encode())
        file.flush()
