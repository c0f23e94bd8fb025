"""Rebuild the large verifier's adapters, the small one's teacher: train, export, measure, calibrate, card."""

from pathlib import Path
from typing import Annotated

import typer

from qa.large.base import large_base_folder
from qa.training.card import TRAINED
from qa.training.options import (
    DEFAULT_LARGE_VERIFIER_WORK,
    Bf16,
    Data,
    DevItems,
    DevPassages,
    Folder,
    JudgedData,
    JudgedLimit,
    Made,
    Sentences,
    Share,
    Work,
    Written,
    WrittenSkip,
    joined_record,
    use_bf16,
    write_record,
)
from qa.weights import LARGE_VERIFIER_WEIGHTS, write_manifest

MADE_BY = "large-verifier train"
"""The step that makes the adapters."""
app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def train(
    data: Data,
    judged: JudgedData,
    start: Annotated[Path, typer.Option(help="Go on from this adapter, of a large reader or a large verifier.")],
    work: Work = DEFAULT_LARGE_VERIFIER_WORK,
    seed: int = 1,
    learning_rate: float = 5e-4,
    share: Share = 1.0,
    written: Written = 0,
    written_skip: WrittenSkip = 0,
    made: Made = 0,
    sentences: Sentences = 0,
    bf16: Bf16 = None,
) -> None:
    """Train adapters and a head that judge statements, from the large reader's on, with checkpoints."""
    from qa.training.teach import LargePlan
    from qa.training.verify import judged_rows, teach_verdicts

    examples = judged_rows(data, judged, seed, share, written, written_skip, made, sentences)
    plan = LargePlan(seed=seed, learning_rate=learning_rate, bf16=use_bf16(bf16))
    phase = teach_verdicts(examples, large_base_folder(), work, plan, start)
    write_record(work / TRAINED, joined_record({"phases": [phase]}, start))


@app.command()
def export(work: Work = DEFAULT_LARGE_VERIFIER_WORK, weights: Folder = LARGE_VERIFIER_WEIGHTS) -> None:
    """Write the adapters and the head in 16 bits, and their manifest."""
    from qa.training.large_model import LargeVerdictModel
    from qa.training.large_steps import export_adapter

    export_adapter(LargeVerdictModel, MADE_BY, work, weights)


@app.command()
def measure(
    judged: JudgedData, work: Work = DEFAULT_LARGE_VERIFIER_WORK, limit: JudgedLimit = 0, data: DevPassages = None
) -> None:
    """Measure the large verifier's accuracy on claims, sentence pairs and choices."""
    from qa.opening import open_judge
    from qa.training.verifier_steps import measure_judge

    measure_judge(open_judge(large=True), judged, work, limit, data)


@app.command()
def calibrate(dev: DevItems = None, weights: Folder = LARGE_VERIFIER_WEIGHTS) -> None:
    """Learn how evidence speaks for choices and verdicts; writes the large verifier's calibration.json."""
    from qa.opening import Opener, open_judge
    from qa.training.verifier_steps import calibrate_judge

    calibrate_judge(Opener("large"), open_judge(large=True), dev, weights)


@app.command("card")
def write_card(work: Work = DEFAULT_LARGE_VERIFIER_WORK, weights: Folder = LARGE_VERIFIER_WEIGHTS) -> None:
    """Write MODEL_CARD.md from the records of the other steps."""
    from qa.training.verifier_card import large_verifier_card

    (weights / "MODEL_CARD.md").write_text(large_verifier_card(work, weights), encoding="utf-8")
    write_manifest(weights)
