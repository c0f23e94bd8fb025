"""Training rows from the SQuAD-style JSON Lines files (gzipped) of the reader data."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Row:
    """A question on a passage. `answers` are (text, start) pairs, exact; empty: unanswerable."""

    id: str
    source: str
    context: str
    question: str
    answers: tuple[tuple[str, int], ...]

    @property
    def span(self) -> tuple[int, int] | None:
        """The span most annotators gave (first one on ties), or None if unanswerable."""
        if not self.answers:
            return None
        (text, start), _ = Counter(self.answers).most_common(1)[0]
        return start, start + len(text)


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of one gzipped file.

    Raises:
        DatasetError: the file is missing, or a row is not in the format or its span not exact.
    """
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; name the folder that holds the reader data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = _row(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise DatasetError(f"{path}:{number}: not a row of reader data ({error})") from error
            yield row


def _row(record: dict[str, object]) -> Row:
    context = str(record["context"])
    answers = tuple((str(a["text"]), int(a["answer_start"])) for a in record["answers"])  # type: ignore[attr-defined]
    for text, start in answers:
        if context[start : start + len(text)] != text:
            raise ValueError(f"answer {text!r} does not stand at {start}")
    return Row(str(record["id"]), str(record["source"]), context, str(record["question"]), answers)
