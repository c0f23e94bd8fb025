"""Reads the questions of SQuAD 1.1 and 2.0 files; their contexts are passed over, the article is asked."""

from pathlib import Path
from typing import Any

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.quiz.jsonl import question_id, read_json
from qa.quiz.rows import BadRow, Rows


def read_squad(path: Path) -> Rows:
    """Yield the questions of a SQuAD file; `line` is the number of the question in the file, from 1.

    Raises:
        QuizFileError: the file is not JSON, not of SQuAD's shape, or too large.
    """
    data = read_json(path)
    documents = data.get("data") if isinstance(data, dict) else None
    if not isinstance(documents, list):
        raise QuizFileError(f'{path} has no list under "data"; give a SQuAD file with data, paragraphs and qas')
    number = 0
    for document in documents:
        for paragraph in _list(document, "paragraphs"):
            for row in _list(paragraph, "qas"):
                number += 1
                try:
                    yield _question(row, number)
                except ValueError as error:
                    yield BadRow(number, f"question {number} of the file: {error}")


def _question(row: Any, number: int) -> QuizQuestion:
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise ValueError('no text under "question"')
    id = question_id(row, number)
    given = [answer.get("text") for answer in _list(row, "answers") if isinstance(answer, dict)]
    texts = tuple(dict.fromkeys(text for text in given if isinstance(text, str) and text.strip()))
    if row.get("is_impossible") is True:
        return QuizQuestion(id, row["question"], gold="", line=number)
    return QuizQuestion(id, row["question"], gold=texts[0] if texts else None, line=number, accepted=texts[1:])


def _list(value: Any, key: str) -> list[Any]:
    """Return the list under `key`, an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
