"""Arguments and records that the steps of training share."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from index.errors import DatasetError
from qa.training.card import ROWS, TRAINED

Data = Annotated[Path, typer.Argument(help="Folder with train.jsonl.gz and the eval_*.jsonl.gz files.")]
Work = Annotated[Path, typer.Option(help="Checkpoints and logs; an interrupted run resumes from here.")]
Folder = Annotated[Path, typer.Option(help="The weights folder.")]
JudgedData = Annotated[Path, typer.Argument(help="Folder with nli_train.jsonl, entailed_train.jsonl and eval_*.jsonl.")]
Best = Annotated[int, typer.Option("--limit", help="Use only so many of the best rows (0: all).")]
Skip = Annotated[int, typer.Option(help="Pass over so many of the best rows, which an earlier phase used.")]
Start = Annotated[Path, typer.Option(help="Go on from these full-precision weights, of `thin` or `distil`.")]
DevSets = Annotated[
    list[str] | None,
    typer.Option(
        "--dev", help="ARTICLE=QUESTIONS, repeatable; default: the built-in briefing's development questions."
    ),
]
DevItems = Annotated[
    list[str] | None,
    typer.Option("--dev", help="ARTICLE=ITEMS, repeatable; default: the built-in briefing's development items."),
]
DevPassages = Annotated[
    Path | None, typer.Option("--data", help="Folder of the reader data: measure on the written statements as well.")
]
JudgedLimit = Annotated[int, typer.Option("--limit", help="Use only so many rows of each set (0: all).")]
Share = Annotated[float, typer.Option(help="Share of all but the written rows that is used.")]
Written = Annotated[int, typer.Option(help="Read the rows of qa/training/written so many times.")]
WrittenSkip = Annotated[int, typer.Option(help="Pass over so many of the written rows, which an earlier phase used.")]
Made = Annotated[
    int, typer.Option(help="Make so many statements of the written questions, and of the written statements.")
]
Sentences = Annotated[
    int, typer.Option(help="Make so many more statements of sentences, as they stand and with a fact changed.")
]
Phases = Annotated[list[Path], typer.Argument(help="Full-precision weights of the phases.")]
Bf16 = Annotated[
    bool | None,
    typer.Option("--bf16/--fp32", help="Numbers of 16 bits in matrix products (default: where fast)."),
]
DEFAULT_WORK = Path("build/reader")
DEFAULT_LARGE_WORK = Path("build/large")
DEFAULT_LARGE_VERIFIER_WORK = Path("build/large-verifier")
DEFAULT_VERIFIER_WORK = Path("build/verifier")
FULL = "reader.pt"
VERIFIER = "verifier.pt"


def write_record(path: Path, record: Any) -> None:
    """Write a record as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def made_by(path: Path, step: str) -> Path:
    """Return a file that another step makes.

    Raises:
        DatasetError: it was not made.
    """
    if not path.is_file():
        raise DatasetError(
            f"no trained weights at {path}; run `python -m qa.training {step} --work {path.parent}` first"
        )
    return path


def dev_pairs(given: list[str] | None, article: Path, questions: str) -> list[tuple[Path, Path]]:
    """Return the pairs of ARTICLE=QUESTIONS, by default the one given."""
    pairs = [pair.split("=", 1) for pair in given or [f"{article}={questions}"]]
    return [(Path(one), Path(other)) for one, other in pairs]


def use_bf16(given: bool | None) -> bool:
    """Return what was given, by default whether the processor is fast at it."""
    from qa.training.run import has_bf16

    return has_bf16() if given is None else given


def joined_record(record: dict[str, Any], start: Path | None) -> dict[str, Any]:
    """Return the record of a run that went on from the weights `start`: its phases, and rows, after those before it.

    A verifier that went on from a reader begins a record of its own.
    """
    path = start.parent / TRAINED if start else None
    if path is None or not path.is_file():
        return record
    before = json.loads(path.read_text(encoding="utf-8"))
    if (ROWS in before) != (ROWS in record):
        return record
    phases = {"phases": before["phases"] + record["phases"]}
    return record | phases | ({ROWS: Counter(before[ROWS]) + Counter(record[ROWS])} if ROWS in before else {})
