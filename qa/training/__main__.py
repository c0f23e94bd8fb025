"""Rebuild the reader's weights from the data, one step at a time or all at once.

    python -m qa.training all DATA          both readers from nothing; takes hours
    python -m qa.training calibrate         only learn the confidence and the threshold again
    python -m qa.training large train DATA  train the large reader's adapters; `large` has more steps
    python -m qa.training thin DATA         cut the small one out of it; then distil, export, measure
    python -m qa.training large-verifier train DATA JUDGED --start ADAPTER    train the large verifier; and more
    python -m qa.training verifier thin DATA JUDGED    cut the one that ships out of it; `verifier` has more steps

DATA is a folder with train.jsonl.gz and eval_*.jsonl.gz. Every step resumes or can be repeated.
"""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from index.encoder import encoder_folder
from index.errors import ArticleQAError
from qa.training import large_commands, large_verifier_commands, verifier_commands
from qa.training.card import MEASURED, TRAINED, model_card
from qa.training.options import (
    DEFAULT_LARGE_WORK,
    DEFAULT_WORK,
    FULL,
    Best,
    Bf16,
    Data,
    DevSets,
    Folder,
    Phases,
    Skip,
    Start,
    Work,
    Written,
    WrittenSkip,
    dev_pairs,
    joined_record,
    use_bf16,
    write_record,
)
from qa.weights import WEIGHTS, write_manifest

SEED = 17
LIMIT = 20_000
"""Seed and number of the best rows that the small reader learns from, beside the written ones."""
Teacher = Annotated[Path, typer.Option(help="The folder of `large train`.")]

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
def thin(
    data: Data,
    teacher: Teacher = DEFAULT_LARGE_WORK,
    work: Work = Path("build/thin-reader"),
    seed: int = SEED,
    limit: Best = LIMIT,
    written: Written = 1,
) -> None:
    """Take from the large reader what matters least: the start of `distil`, in a few minutes."""
    from qa.training.read import READER, reader_rows, reader_windows
    from qa.training.thin_steps import cut_out

    cut_out(READER, reader_windows(reader_rows(data, seed, limit, written), seed), teacher, work, seed)


@app.command()
def distil(
    data: Data,
    start: Start,
    teacher: Teacher = DEFAULT_LARGE_WORK,
    work: Work = DEFAULT_WORK,
    seed: int = SEED,
    limit: Best = LIMIT,
    skip: Skip = 0,
    written: Written = 1,
    written_skip: WrittenSkip = 0,
    epochs: int = 1,
    learning_rate: float = 1e-4,
    bf16: Bf16 = None,
) -> None:
    """Train the small reader, in 4 bits, to read like the large one, with checkpoints."""
    from qa.training.read import distil_reader, reader_rows
    from qa.training.run import Plan

    rows = reader_rows(data, seed, limit, written, skip, written_skip)
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    record = distil_reader(rows, teacher, start, work, plan)
    write_record(work / TRAINED, joined_record(record, start))


@app.command()
def export(work: Work = DEFAULT_WORK, weights: Folder = WEIGHTS) -> None:
    """Write the ONNX weights, in 4 bits, the tokenizer and the manifest."""
    from qa.training.read import READER
    from qa.training.thin_steps import export as write

    write(READER, work, weights / "reader.onnx")
    shutil.copyfile(encoder_folder() / "tokenizer.json", weights / "tokenizer.json")
    write_manifest(weights)


@app.command()
def widen(weights: Folder = WEIGHTS, work: Work = DEFAULT_WORK) -> None:
    """Write full-precision weights from the 4-bit ones in WEIGHTS, to train on where the former are gone.

    Exported again without training, they are not quite the same.
    """
    from qa.training.read import READER
    from qa.training.thin_steps import widen as write

    write(READER, weights / "reader.onnx", work)


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
    """Measure EM and F1, gold passage given, and speed, of the weights in 8 bits and multiplied in full precision."""
    from qa.reading import Reader
    from qa.span_reader import SpanReader
    from qa.training.full_reader import FullReader
    from qa.training.measure import measure_sets
    from qa.training.speed import measure_speed

    readers: dict[str, Reader] = {"int8": SpanReader(weights), "fp32": FullReader(weights / "reader.onnx")}
    scores = measure_sets(readers, data, sets.split(","), full.split(","))
    write_record(work / MEASURED, {"scores": scores, "speed": measure_speed(weights)})


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
def everything(data: Data, work: Path = Path("build/all"), weights: Folder = WEIGHTS) -> None:
    """Both readers from nothing: train, thin, distil, export, measure, calibrate, write the cards. Takes hours."""
    large, small = work / "large-2", work / "small"
    large_commands.everything(data, work / "large-1", large)
    thin(data, large, work / "thin")
    distil(data, work / "thin" / FULL, large, small)
    export(small, weights)
    measure(data, small, weights)
    calibrate(weights=weights)
    calibrate(reader="large", weights=weights)
    write_card(small, weights)
    large_commands.write_card(large)


if __name__ == "__main__":
    try:
        app()
    except ArticleQAError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
