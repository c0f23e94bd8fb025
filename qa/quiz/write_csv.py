"""Writes answers as CSV for a spreadsheet; cells that would be formulas are made text."""

import csv
import re
from collections.abc import Iterator
from typing import TextIO

from qa.quiz.answers import Answered
from qa.quiz.scoring import outcome_of
from qa.quiz.wording import VERDICT_WORDS, choices_text, key_text, labels

COLUMNS = (
    "id",
    "type",
    "question",
    "answer",
    "choice",
    "verdict",
    "confidence",
    "paragraphs",
    "quotes",
    "key",
    "result",
)
# Where a cell begins: also behind `;`, tab or a line end inside, at which a spreadsheet set to another country's
# separator cuts the line, quoted or not. Quotation marks are dropped there.
_FORMULA = re.compile(r'(^|[;\t\r\n]"*)(?=[=+\-@])|^(?=[\t\r])')


def write_csv(answered: Iterator[Answered], out: TextIO) -> int:
    """Write one row for each question, after a header and the byte order mark that a spreadsheet knows UTF-8 by."""
    out.write("\ufeff")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for question, record in answered:
        row = (
            question.id,
            question.type,
            question.question,
            record["answer"] or "",
            choices_text(question, record["choice"]),
            VERDICT_WORDS.get(record["verdict"], ""),
            str(record["confidence"]),
            "; ".join(labels(record)),
            " | ".join(citation["quote"] for citation in record["citations"]),
            key_text(question),
            outcome_of(question, record) or "",
        )
        rows.writerow([safe_cell(cell) for cell in row])
    return 0


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: where one could begin, an apostrophe stands before it."""
    return _FORMULA.sub(r"\1'", text)
