"""Tells which format a dataset file is in, by its content."""

import json
from pathlib import Path
from typing import Literal

from eval.rows import read_file
from index.errors import DatasetError, QuizFileError
from qa.quiz.reading import quiz_format

Format = Literal["questions", "quiz", "squad"]


def dataset_format(path: Path) -> Format:
    """Return the format of a dataset file; JSON Lines that cannot be told apart are read as our questions.

    Raises:
        DatasetError: the file cannot be read, or is of a kind that is not read.
    """
    read_file(path, binary=True)  # says what is missing in the words of a dataset
    try:
        form = quiz_format(path)
    except QuizFileError as error:
        raise DatasetError(str(error)) from error
    if form in ("jsonl", "squad"):
        return _json_format(read_file(path).text)
    return "quiz"


def _json_format(text: str) -> Format:
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and "data" in whole:
        return "squad"
    first = next((line for line in text.split("\n") if line.strip()), "")
    try:
        row = json.loads(first)
    except ValueError:
        return "questions"
    keyed = isinstance(row, dict) and "answers" not in row and ("type" in row or "gold" in row)
    return "quiz" if keyed else "questions"
