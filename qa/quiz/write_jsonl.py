"""Writes answers as JSON Lines: the records of the contract (docs/json-contract.md)."""

import json
from collections.abc import Iterator
from typing import TextIO

from qa.quiz.answers import Answered


def write_jsonl(answered: Iterator[Answered], out: TextIO) -> int:
    """Write one JSON object a line."""
    for _, record in answered:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return 0
