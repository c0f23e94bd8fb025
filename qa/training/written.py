"""Questions and statements written for training, far from their passages' words or barely missing them (written/).

The passages are the reader data's and not part of the project: a row names its passage by a part of its sha256.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.errors import DatasetError
from qa.answer import VERDICTS
from qa.training.rows import Row
from qa.training.verifier_rows import Judged

FOLDER = Path(__file__).parent / "written"
QUESTIONS = "questions.jsonl"
STATEMENTS = "statements.jsonl"
DEV_STATEMENTS = "statements.dev.jsonl"
"""On passages of SQuAD's development part: to choose among verifiers by, never trained on."""
SOURCE = "written"
KEY_DIGITS = 16


def passage_key(passage: str) -> str:
    """Return what a row calls its passage: the first 16 hexadecimal digits of its sha256."""
    return hashlib.sha256(passage.encode()).hexdigest()[:KEY_DIGITS]


def written_rows(rows: Iterable[Row], folder: Path = FOLDER) -> list[Row]:
    """Return the written questions with their passages, taken from the reader data `rows`.

    Raises:
        DatasetError: a file is missing, its passage is not among `rows`, or an answer does not stand there.
    """
    made: list[Row] = []
    for place, record, passage in _records(folder / QUESTIONS, _passages(rows)):
        answer, start = str(record.get("answer", "")), int(record.get("start", 0))
        if passage[start : start + len(answer)] != answer:
            raise DatasetError(f"{place}: the answer does not stand at {start} of its passage")
        made.append(Row(place, SOURCE, passage, str(record["question"]), ((answer, start),) if answer else ()))
    return made


def written_statements(rows: Iterable[Row], folder: Path = FOLDER, name: str = STATEMENTS) -> list[Judged]:
    """Return the written statements of the file `name` with their passages, taken from the reader data `rows`.

    Raises:
        DatasetError: a file is missing, its passage is not among `rows`, or a verdict is none.
    """
    found = _records(folder / name, _passages(rows))
    return [
        Judged(SOURCE, str(record["statement"]), passage, VERDICTS.index(record["verdict"]))
        for _, record, passage in found
    ]


def _passages(rows: Iterable[Row]) -> dict[str, str]:
    return {passage_key(passage): passage for passage in {row.context for row in rows}}


def _records(path: Path, passages: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield place, record and passage of each line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DatasetError(f"{path} is missing; train from a checkout of the project") from error
    for number, line in enumerate(lines, start=1):
        record, place = json.loads(line), f"{path.name}:{number}"
        if record["passage"] not in passages:
            raise DatasetError(f"{place}: the reader data lacks the passage {record['passage']}; name the whole data")
        yield place, record, passages[record["passage"]]
