"""The formats of the output, and how the output's name tells which."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, TextIO, get_args

from qa.quiz.answers import Answered
from qa.quiz.write_aiken import write_aiken
from qa.quiz.write_csv import write_csv
from qa.quiz.write_gift import write_gift
from qa.quiz.write_html import write_html
from qa.quiz.write_jsonl import write_jsonl
from qa.quiz.write_markdown import write_markdown

OutputFormat = Literal["jsonl", "csv", "markdown", "html", "gift", "aiken"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)
# Each writes all answers and returns how many questions its format could not hold.
WRITERS: dict[OutputFormat, Callable[[Iterator[Answered], TextIO], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "markdown": write_markdown,
    "html": write_html,
    "gift": write_gift,
    "aiken": write_aiken,
}
_NAMES: dict[str, OutputFormat] = {
    ".csv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".gift": "gift",
    ".aiken": "aiken",
}


def output_format(path: Path) -> OutputFormat:
    """Return the format that the output's name tells; JSON Lines for any other name."""
    return _NAMES.get(path.suffix.lower(), "jsonl")
