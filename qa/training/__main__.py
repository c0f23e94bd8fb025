"""Rebuild the reader's weights from the data, one step at a time or all at once.

    python -m qa.training all DATA          both readers from nothing; takes hours
    python -m qa.training calibrate         only learn the confidence and the threshold again
    python -m qa.training large train DATA  train the large reader's adapters; `large` has more steps
    python -m qa.training distil DATA --labels DIR --start FULL       go on with the large reader as the teacher
    python -m qa.training large-verifier train DATA JUDGED --start ADAPTER    train the large verifier; and more
    python -m qa.training verifier thin DATA JUDGED    cut the one that ships out of it; `verifier` has more steps

DATA is a folder with train.jsonl.gz and eval_*.jsonl.gz. Every step resumes or can be repeated.
"""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from index.encoder import encoder_folder
from index.errors import ArticleQAError
from qa.training import large_commands, large_verifier_commands, verifier_commands
from qa.training.card import MEASURED, model_card
from qa.training.options import (
    DEFAULT_WORK,
    FULL,
    LABELS,
    Bf16,
    Data,
    DevSets,
    Folder,
    LabelLimit,
    LabelSeed,
    Phases,
    Work,
    Written,
    dev_pairs,
    made_by,
    use_bf16,
    write_record,
)
from qa.weights import WEIGHTS, write_manifest

SEED = 3
DISTILLED = 10_000
"""Seed and number of the best rows that the large reader labels for the small one in `all`."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=__doc__.replace("\n", "\n\n", 1),
)
app.add_typer(large_commands.app, name="large")
app.add_typer(verifier_commands.app, name="verifier")
app.add_typer(large_verifier_commands.app, name="large-verifier")


@app.command()
def train(
    data: Data,
    work: Work = DEFAULT_WORK,
    seed: int = 1,
    epochs: int = 1,
    learning_rate: float = 2e-4,
    limit: Annotated[int, typer.Option(help="Use only so many rows (0: all), for a trial.")] = 0,
    start: Annotated[
        Path | None, typer.Option(help="Go on from these full-precision weights, for another epoch.")
    ] = None,
    bf16: Bf16 = None,
) -> None:
    """Build the windows, train with checkpoints, and save the full-precision weights."""
    from qa.training.rows import read_rows
    from qa.training.run import Plan
    from qa.training.small import small_tokenizer, train_small
    from qa.training.span_task import SpanTask
    from qa.training.windows import build_windows

    rows = list(read_rows(data / "train.jsonl.gz"))[: limit or None]
    windows = build_windows(rows, cache(small_tokenizer().starts), seed)
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    train_small(SpanTask(), windows, rows, work, plan, start)


@app.command()
def distil(
    data: Data,
    labels: Annotated[Path, typer.Option(help="The folder that `large label` wrote.")],
    start: Annotated[Path, typer.Option(help="Go on from these full-precision weights.")],
    work: Work = DEFAULT_WORK,
    seed: LabelSeed = 3,
    limit: LabelLimit = 0,
    written: Written = 0,
    epochs: int = 1,
    learning_rate: float = 1.2e-4,
    bf16: Bf16 = None,
) -> None:
    """Go on training on the large reader's start and end logits (`large label`)."""
    from qa.training.distil import DistilTask, labelled, rows_to_label, windows_to_label
    from qa.training.run import Plan
    from qa.training.small import small_tokenizer, train_small

    rows = rows_to_label(data, seed, limit, written)
    windows = list(labelled(windows_to_label(rows, small_tokenizer(), seed), labels))
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    train_small(DistilTask(), windows, rows, work, plan, start)


@app.command()
def export(work: Work = DEFAULT_WORK, weights: Folder = WEIGHTS) -> None:
    """Write the int8 ONNX weights, the tokenizer and the manifest."""
    import torch

    from qa.training.export import export as write
    from qa.training.model import SpanModel

    model = SpanModel.from_folder(encoder_folder())
    model.load_state_dict(torch.load(made_by(work / FULL, "train"), weights_only=True))
    write(model, encoder_folder() / "tokenizer.json", weights)
    write_manifest(weights)


@app.command()
def widen(weights: Folder = WEIGHTS, work: Work = DEFAULT_WORK) -> None:
    """Write full-precision weights from the 8-bit ones in WEIGHTS, to train on where the former are gone."""
    from qa.training.model import SpanModel
    from qa.training.widen import widen as write

    write(SpanModel.from_folder(encoder_folder()), weights / "reader.onnx", work / FULL)


@app.command()
def average(files: Phases, work: Work = DEFAULT_WORK) -> None:
    """Write the mean of the weights of several phases: what the last learnt without what it forgot."""
    from qa.training.averaging import average as write

    write(files, work / FULL)


@app.command()
def measure(
    data: Data,
    work: Work = DEFAULT_WORK,
    weights: Folder = WEIGHTS,
    sets: Annotated[str, typer.Option(help="Which eval sets, comma-separated.")] = "xquad,squad_dev",
    full: Annotated[str, typer.Option(help="Those of them that full precision is measured on too.")] = "xquad",
) -> None:
    """Measure EM and F1, gold passage given, and speed, of the weights and of the full-precision ones in WORK."""
    from qa.reading import Reader
    from qa.span_reader import SpanReader
    from qa.training.full_reader import FullReader
    from qa.training.measure import measure_sets
    from qa.training.speed import measure_speed

    readers: dict[str, Reader] = {"int8": SpanReader(weights), "fp32": FullReader(work / FULL)}
    scores = measure_sets(readers, data, sets.split(","), full.split(","))
    write_record(work / MEASURED, {"scores": scores, "speed": measure_speed(weights, work / FULL)})


@app.command()
def calibrate(
    dev: DevSets = None,
    reader: Annotated[str, typer.Option(help="small, large or sentence.")] = "small",
    weights: Folder = WEIGHTS,
) -> None:
    """Learn choice, confidence and threshold on development questions; writes calibration.json."""
    from index.cache import cached_index
    from index.encoder import SentenceEncoder
    from index.loading import load_article
    from qa.assistant import Assistant
    from qa.calibration import save_calibration
    from qa.large.merging import large_reader_folder
    from qa.opening import builtin_article
    from qa.reading import Reader
    from qa.sentence_reader import SentenceReader
    from qa.span_reader import SpanReader
    from qa.training.calibrate import UNCALIBRATED, read_dev_questions
    from qa.training.calibrate import calibrate as fit

    encoder = SentenceEncoder()
    chosen: Reader
    if reader == "sentence":
        chosen = SentenceReader(encoder)
    else:
        chosen = SpanReader(large_reader_folder() if reader == "large" else weights, name=reader)
    sets = [
        (Assistant(cached_index(load_article(article), encoder), chosen, UNCALIBRATED), read_dev_questions(questions))
        for article, questions in dev_pairs(dev, builtin_article(), "eval/data/briefing.dev.jsonl")
    ]
    result = fit(sets)
    folder = weights if reader == "small" else weights / reader
    folder.mkdir(parents=True, exist_ok=True)
    quality = {k: v for k, v in asdict(result).items() if k != "calibration"}
    save_calibration(result.calibration, folder / "calibration.json", quality)
    if reader != "sentence":
        write_manifest(folder)
    typer.echo(
        f"{result.questions} questions, out of fold: AUROC answerable {result.auroc_answerable:.3f}, "
        f"right {result.auroc_right:.3f}; threshold {result.calibration.threshold}: right answers "
        f"{result.answered_right:.1%} of the answerable, refused {result.abstained_right:.1%} of the unanswerable; "
        f"by word {result.calibration.accuracy}"
    )


@app.command("card")
def write_card(work: Work = DEFAULT_WORK, weights: Folder = WEIGHTS) -> None:
    """Write MODEL_CARD.md from the records of the other steps."""
    (weights / "MODEL_CARD.md").write_text(model_card(work, weights), encoding="utf-8")
    write_manifest(weights)


@app.command("all")
def everything(data: Data, work: Work = Path("build/all"), weights: Folder = WEIGHTS) -> None:
    """Both readers from nothing: train, teach, distil, export, measure, calibrate, write the cards. Takes hours."""
    first, taught = work / "small-1", work / "small-2"
    train(data, first)
    large_commands.everything(data, work, SEED, DISTILLED)
    distil(data, work / "large-2" / LABELS, first / FULL, taught, SEED, DISTILLED, written=1)
    export(taught, weights)
    measure(data, taught, weights)
    calibrate(weights=weights)
    calibrate(reader="large", weights=weights)
    write_card(taught, weights)
    large_commands.write_card(work / "large-2")


if __name__ == "__main__":
    try:
        app()
    except ArticleQAError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
