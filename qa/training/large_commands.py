"""Rebuild the large reader's adapters, the teacher of the small one: train, export, measure, write the card."""

from pathlib import Path
from typing import Annotated

import typer

from qa.large.base import large_base_folder
from qa.large.merging import ADAPTER, RANK, large_reader_folder
from qa.training.card import MEASURED, TRAINED
from qa.training.options import (
    DEFAULT_LARGE_WORK,
    Bf16,
    Data,
    Folder,
    Skip,
    Work,
    Written,
    WrittenSkip,
    joined_record,
    use_bf16,
    write_record,
)
from qa.weights import LARGE_WEIGHTS, write_manifest

MADE_BY = "large train"
"""The step that makes the adapters."""
app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def train(
    data: Data,
    work: Work = DEFAULT_LARGE_WORK,
    seed: int = 1,
    epochs: int = 1,
    learning_rate: float = 5e-4,
    rank: Annotated[int, typer.Option(help="Rank of the adapters; their size grows with it.")] = RANK,
    limit: Annotated[int, typer.Option(help="Use only so many of the best rows (0: all).")] = 13_300,
    skip: Skip = 0,
    start: Annotated[Path | None, typer.Option(help="Go on from this adapter, for another phase.")] = None,
    written: Written = 0,
    written_skip: WrittenSkip = 0,
    bf16: Bf16 = None,
) -> None:
    """Train adapters and head on all-mpnet-base-v2, with checkpoints."""
    from qa.training.rows import read_rows
    from qa.training.teach import LargePlan
    from qa.training.teach import teach as run

    rows = list(read_rows(data / "train.jsonl.gz"))
    plan = LargePlan(seed=seed, epochs=epochs, learning_rate=learning_rate, rank=rank, bf16=use_bf16(bf16))
    record = run(rows, large_base_folder(), work, plan, limit, skip, written, written_skip, start)
    write_record(work / TRAINED, joined_record(record, start))


@app.command()
def export(work: Work = DEFAULT_LARGE_WORK, weights: Folder = LARGE_WEIGHTS) -> None:
    """Write the adapters and the head in 16 bits, and their manifest."""
    from qa.training.large_model import LargeSpanModel
    from qa.training.large_steps import export_adapter

    export_adapter(LargeSpanModel, MADE_BY, work, weights)


@app.command()
def measure(
    data: Data,
    work: Work = DEFAULT_LARGE_WORK,
    sets: Annotated[str, typer.Option(help="Which eval sets, comma-separated.")] = "xquad",
    full: Annotated[str, typer.Option(help="Those of them that full precision is measured on too.")] = "xquad",
) -> None:
    """Measure EM and F1, gold passage given, of the model as it is used and of the one in full precision."""
    import tempfile

    from qa.large.merging import write_model
    from qa.span_reader import SpanReader
    from qa.training.measure import measure_sets

    with tempfile.TemporaryDirectory() as scratch:
        write_model(large_base_folder(), LARGE_WEIGHTS / ADAPTER, Path(scratch), int8=False)
        readers = {"int8": SpanReader(large_reader_folder()), "fp32": SpanReader(Path(scratch))}
        scores = measure_sets(readers, data, sets.split(","), full.split(","))
    write_record(work / MEASURED, {"scores": scores})


@app.command("card")
def write_card(work: Work = DEFAULT_LARGE_WORK, weights: Folder = LARGE_WEIGHTS) -> None:
    """Write MODEL_CARD.md from the records of the other steps."""
    from qa.training.card import large_card

    (weights / "MODEL_CARD.md").write_text(large_card(work, weights), encoding="utf-8")
    write_manifest(weights)


def everything(data: Path, first: Path, second: Path) -> None:
    """Train in two phases, each in its folder, export and measure."""
    train(data, first)
    train(data, second, seed=5, learning_rate=3e-4, limit=12_000, start=first / ADAPTER, written=1)
    export(second)
    measure(data, second)
