"""Rebuild the verifier's weights: thin, distil, export, measure, calibrate, write the model card."""

from pathlib import Path
from typing import Annotated

import typer

from qa.training.card import TRAINED
from qa.training.options import (
    DEFAULT_LARGE_VERIFIER_WORK,
    DEFAULT_VERIFIER_WORK,
    VERIFIER,
    Bf16,
    Data,
    DevItems,
    DevPassages,
    Folder,
    JudgedData,
    JudgedLimit,
    Made,
    Phases,
    Sentences,
    Share,
    Start,
    Work,
    Written,
    WrittenSkip,
    joined_record,
    use_bf16,
    write_record,
)
from qa.verifier import VERIFIER_WEIGHTS
from qa.weights import write_manifest

Teacher = Annotated[Path, typer.Option(help="The folder of `large-verifier train`.")]
app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def thin(
    data: Data,
    judged: JudgedData,
    teacher: Teacher = DEFAULT_LARGE_VERIFIER_WORK,
    work: Work = Path("build/thin"),
    seed: int = 1,
    share: Share = 0.15,
    written: Written = 1,
) -> None:
    """Take from the large verifier what matters least: the start of `distil`, in a few minutes."""
    from qa.training.thin_steps import cut_out
    from qa.training.verify import VERIFIER, judged_rows

    cut_out(VERIFIER, judged_rows(data, judged, seed, share, written), teacher, work, seed)


@app.command()
def distil(
    data: Data,
    judged: JudgedData,
    start: Start,
    teacher: Teacher = DEFAULT_LARGE_VERIFIER_WORK,
    work: Work = DEFAULT_VERIFIER_WORK,
    seed: int = 3,
    share: Share = 1.0,
    written: Written = 0,
    written_skip: WrittenSkip = 0,
    made: Made = 0,
    sentences: Sentences = 0,
    epochs: int = 1,
    learning_rate: float = 8e-5,
    bf16: Bf16 = None,
) -> None:
    """Train the verifier, in 4 bits, to judge like the large one, with checkpoints."""
    from qa.training.run import Plan
    from qa.training.verify import distil_verifier, judged_rows

    examples = judged_rows(data, judged, seed, share, written, written_skip, made, sentences)
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    record = distil_verifier(examples, teacher, start, work, plan)
    write_record(work / TRAINED, joined_record({"phases": [record]}, start))


@app.command()
def export(work: Work = DEFAULT_VERIFIER_WORK, weights: Folder = VERIFIER_WEIGHTS) -> None:
    """Write the verifier's ONNX weights, in 4 bits, and their manifest."""
    from qa.training.thin_steps import export as write
    from qa.training.verify import VERIFIER

    write(VERIFIER, work, weights / "verifier.onnx")
    write_manifest(weights)


@app.command()
def widen(weights: Folder = VERIFIER_WEIGHTS, work: Work = DEFAULT_VERIFIER_WORK) -> None:
    """Write full-precision weights from the 4-bit ones in WEIGHTS, to train on where the former are gone.

    Exported again without training, they are not quite the same.
    """
    from qa.training.thin_steps import widen as write
    from qa.training.verify import VERIFIER

    write(VERIFIER, weights / "verifier.onnx", work)


@app.command()
def average(files: Phases, work: Work = DEFAULT_VERIFIER_WORK) -> None:
    """Write the mean of the weights of several phases: what the last learnt without what it forgot."""
    from qa.training.averaging import average as write

    write(files, work / VERIFIER)


@app.command()
def measure(
    judged: JudgedData,
    work: Work = DEFAULT_VERIFIER_WORK,
    weights: Folder = VERIFIER_WEIGHTS,
    limit: JudgedLimit = 0,
    data: DevPassages = None,
) -> None:
    """Measure the verifier's accuracy on claims, sentence pairs and choices."""
    from qa.training.verifier_steps import measure_judge
    from qa.verifier import Verifier

    measure_judge(Verifier(weights), judged, work, limit, data)


@app.command()
def calibrate(dev: DevItems = None, weights: Folder = VERIFIER_WEIGHTS) -> None:
    """Learn how evidence speaks for choices and verdicts; writes the verifier's calibration.json."""
    from qa.opening import Opener
    from qa.training.verifier_steps import calibrate_judge
    from qa.verifier import Verifier

    calibrate_judge(Opener("small"), Verifier(weights), dev, weights)


@app.command("card")
def write_card(work: Work = DEFAULT_VERIFIER_WORK, weights: Folder = VERIFIER_WEIGHTS) -> None:
    """Write MODEL_CARD.md from the records of the other steps."""
    from qa.training.verifier_card import verifier_card

    (weights / "MODEL_CARD.md").write_text(verifier_card(work, weights), encoding="utf-8")
    write_manifest(weights)
