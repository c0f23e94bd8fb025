"""Rebuild the verifier's weights: train, distil, export, measure, calibrate, write the model card."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from index.encoder import encoder_folder
from qa.training.card import TRAINED
from qa.training.options import (
    DEFAULT_VERIFIER_WORK,
    VERIFIER,
    Bf16,
    Data,
    DevItems,
    DevPassages,
    Folder,
    JudgedData,
    JudgedLimit,
    LabelSeed,
    Made,
    Phases,
    Sentences,
    Share,
    Work,
    Written,
    WrittenSkip,
    joined_record,
    made_by,
    use_bf16,
    write_record,
)
from qa.verifier import VERIFIER_WEIGHTS
from qa.weights import write_manifest

if TYPE_CHECKING:
    from qa.training.run import Plan, Task
    from qa.training.verifier_model import VerdictModel
    from qa.training.verifier_rows import Judged

    Some = TypeVar("Some", bound=Judged)

SmallReader = Annotated[Path, typer.Option(help="Full-precision weights of the reader, whose encoder is the start.")]
Start = Annotated[Path | None, typer.Option(help="Go on from these full-precision weights of a verifier.")]
app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def train(
    data: Data,
    judged: JudgedData,
    reader: SmallReader,
    work: Work = DEFAULT_VERIFIER_WORK,
    seed: int = 1,
    epochs: int = 1,
    learning_rate: float = 2e-4,
    start: Start = None,
    share: Share = 1.0,
    written: Written = 0,
    written_skip: WrittenSkip = 0,
    made: Made = 0,
    sentences: Sentences = 0,
    bf16: Bf16 = None,
) -> None:
    """Train the verifier, which judges statements against a passage, with checkpoints."""
    from qa.training.run import Plan
    from qa.training.verifier_model import VerdictTask
    from qa.training.verify import judged_rows

    examples = judged_rows(data, judged, seed, share, written, written_skip, made, sentences)
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    _train(VerdictTask(), examples, reader, work, plan, start)


@app.command()
def distil(
    data: Data,
    judged: JudgedData,
    labels: Annotated[Path, typer.Option(help="The folder that `large-verifier label` wrote.")],
    reader: SmallReader,
    work: Work = DEFAULT_VERIFIER_WORK,
    seed: LabelSeed = 3,
    share: Share = 1.0,
    written: Written = 0,
    written_skip: WrittenSkip = 0,
    made: Made = 0,
    sentences: Sentences = 0,
    epochs: int = 1,
    learning_rate: float = 1e-4,
    start: Start = None,
    bf16: Bf16 = None,
) -> None:
    """Train the verifier on the large one's logits (`large-verifier label`)."""
    from qa.training.distil_verdicts import DistilVerdictTask, taught
    from qa.training.run import Plan
    from qa.training.verify import judged_rows

    examples = list(taught(judged_rows(data, judged, seed, share, written, written_skip, made, sentences), labels))
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    _train(DistilVerdictTask(), examples, reader, work, plan, start)


def _train(
    task: "Task[Some, VerdictModel]",
    examples: "Sequence[Some]",
    reader: Path,
    work: Path,
    plan: "Plan",
    start: Path | None,
) -> None:
    import torch

    from qa.training.verify import verify

    model, record = verify(task, examples, reader, work, plan, start)
    torch.save(model.state_dict(), work / VERIFIER)
    write_record(work / TRAINED, joined_record({"phases": [record]}, start))


@app.command()
def export(work: Work = DEFAULT_VERIFIER_WORK, weights: Folder = VERIFIER_WEIGHTS) -> None:
    """Write the verifier's int8 ONNX weights and their manifest."""
    import torch

    from qa.training.export import export_model
    from qa.training.verifier_model import VerdictModel

    model = VerdictModel.from_folder(encoder_folder())
    model.load_state_dict(torch.load(made_by(work / VERIFIER, "verifier train"), weights_only=True))
    export_model(model, weights / "verifier.onnx")
    write_manifest(weights)


@app.command()
def widen(weights: Folder = VERIFIER_WEIGHTS, work: Work = DEFAULT_VERIFIER_WORK) -> None:
    """Write full-precision weights from the 8-bit ones in WEIGHTS, to train on where the former are gone."""
    from qa.training.verifier_model import VerdictModel
    from qa.training.widen import widen as write

    write(VerdictModel.from_folder(encoder_folder()), weights / "verifier.onnx", work / VERIFIER)


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
