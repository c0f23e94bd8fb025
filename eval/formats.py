"""Tells which format a dataset file is in, by its content."""

import json
from pathlib import Path
from typing import Literal

from eval.rows import read_file

Format = Literal["questions", "quiz", "squad"]


def dataset_format(path: Path) -> Format:
    """Return the format of a dataset file; what cannot be told apart is read as our questions.

    Raises:
        DatasetError: the file cannot be read.
    """
    text = read_file(path).text
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, dict) and "data" in whole:
        return "squad"
    first = next((line for line in text.split("\n") if line.strip()), "")
    try:
        row = json.loads(first)
    except json.JSONDecodeError:
        return "questions"
    return (
        "quiz" if isinstance(row, dict) and "answers" not in row and ("type" in row or "gold" in row) else "questions"
    )
