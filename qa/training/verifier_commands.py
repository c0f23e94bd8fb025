"""Rebuild the verifier's weights: train, teach, label, distil, export, measure, calibrate, write the model card."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from tqdm import tqdm

from index.encoder import encoder_folder
from qa.large.merging import ADAPTER
from qa.training.card import MEASURED, TRAINED
from qa.training.options import (
    DEFAULT_VERIFIER_WORK,
    LABELS,
    VERIFIER,
    Bf16,
    Data,
    Folder,
    JudgedData,
    LabelSeed,
    Phases,
    Work,
    Written,
    dev_pairs,
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

DEFAULT_TEACHER_WORK = Path("build/large-verifier")
SmallReader = Annotated[Path, typer.Option(help="Full-precision weights of the reader, whose encoder is the start.")]
Start = Annotated[Path | None, typer.Option(help="Go on from these full-precision weights of a verifier.")]
Share = Annotated[float, typer.Option(help="Share of all but the written rows that is used.")]
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
    bf16: Bf16 = None,
) -> None:
    """Train the verifier, which judges statements against a passage, with checkpoints."""
    from qa.training.run import Plan
    from qa.training.verifier_model import VerdictTask
    from qa.training.verify import judged_rows

    examples = judged_rows(data, judged, seed, share, written)
    plan = Plan(seed=seed, epochs=epochs, learning_rate=learning_rate, bf16=use_bf16(bf16))
    _train(VerdictTask(), examples, reader, work, plan, start)


@app.command()
def teach(
    data: Data,
    judged: JudgedData,
    start: Annotated[Path, typer.Option(help="Go on from this adapter, of a large reader or a large verifier.")],
    work: Work = DEFAULT_TEACHER_WORK,
    seed: int = 1,
    learning_rate: float = 5e-4,
    share: Share = 1.0,
    written: Written = 0,
    bf16: Bf16 = None,
) -> None:
    """Train a large verifier, the small one's teacher, from the large reader's adapter on; with checkpoints."""
    from qa.large.base import large_base_folder
    from qa.training.teach import LargePlan
    from qa.training.verify import judged_rows, teach_verdicts

    examples = judged_rows(data, judged, seed, share, written)
    plan = LargePlan(seed=seed, learning_rate=learning_rate, bf16=use_bf16(bf16))
    record = teach_verdicts(examples, large_base_folder(), work, plan, start)
    write_record(work / TRAINED, {"phases": [record]})


@app.command()
def label(
    data: Data,
    judged: JudgedData,
    work: Work = DEFAULT_TEACHER_WORK,
    seed: LabelSeed = 3,
    share: Share = 1.0,
    written: Written = 0,
    bf16: Bf16 = None,
) -> None:
    """Write the large verifier's logits on training statements, for `distil`; resumes."""
    from qa.large.base import large_base_folder
    from qa.tokens import PairTokenizer
    from qa.training.distil_verdicts import label_verdicts
    from qa.training.large_model import LargeVerdictModel, load_adapter
    from qa.training.teacher import Teacher
    from qa.training.verify import judged_rows

    examples, base = judged_rows(data, judged, seed, share, written), large_base_folder()
    network = load_adapter(base, made_by(work / ADAPTER, "verifier teach"), LargeVerdictModel)
    teacher = Teacher(network, PairTokenizer(base / "tokenizer.json"), use_bf16(bf16))
    with tqdm(total=len(examples), desc="labelling", mininterval=10) as bar:
        label_verdicts(teacher, examples, work / LABELS, bar.update)


@app.command()
def distil(
    data: Data,
    judged: JudgedData,
    labels: Annotated[Path, typer.Option(help="The folder that `verifier label` wrote.")],
    reader: SmallReader,
    work: Work = DEFAULT_VERIFIER_WORK,
    seed: LabelSeed = 3,
    share: Share = 1.0,
    written: Written = 0,
    epochs: int = 1,
    learning_rate: float = 1e-4,
    start: Start = None,
    bf16: Bf16 = None,
) -> None:
    """Train the verifier on the large one's logits (`verifier label`)."""
    from qa.training.distil_verdicts import DistilVerdictTask, taught
    from qa.training.run import Plan
    from qa.training.verify import judged_rows

    examples = list(taught(judged_rows(data, judged, seed, share, written), labels))
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
    limit: Annotated[int, typer.Option(help="Use only so many rows of each set (0: all).")] = 0,
) -> None:
    """Measure the verifier's accuracy on claims, sentence pairs and choices."""
    from qa.training.measure_verifier import measure_verifier as score
    from qa.verifier import Verifier

    with tqdm(mininterval=5) as bar:

        def tell(name: str, done: int, total: int) -> None:
            bar.set_description(name)
            bar.n, bar.total = done, total
            bar.update(0)

        scores = score(Verifier(weights), judged, limit, tell)
    for found in scores:
        typer.echo(f"{found.set}: {found.accuracy:.1%} of {found.questions:,} right (chance {found.chance:.0%})")
    write_record(work / MEASURED, {"scores": [asdict(found) for found in scores]})


@app.command()
def calibrate(
    dev: Annotated[
        list[str] | None,
        typer.Option("--dev", help="ARTICLE=ITEMS, repeatable; default: the built-in briefing's development items."),
    ] = None,
    weights: Folder = VERIFIER_WEIGHTS,
) -> None:
    """Learn how evidence speaks for choices and verdicts; writes the verifier's calibration.json."""
    from qa.opening import Opener, builtin_article
    from qa.quiz.weights import save_quiz_weights
    from qa.training.calibrate_quiz import calibrate_quiz as fit
    from qa.training.quiz_items import ChoiceItem, VerdictItem, read_items, weighed_items
    from qa.verifier import Verifier

    opener, judge = Opener("small"), Verifier(weights)
    found: list[ChoiceItem | VerdictItem | None] = []
    for article, items in dev_pairs(dev, builtin_article(), "eval/data/quiz.dev.jsonl"):
        read = list(read_items(items))
        weighed = weighed_items(opener.file(article), judge, read)
        found += tqdm(weighed, total=len(read), desc=items.name, mininterval=5)
    choices = [item for item in found if isinstance(item, ChoiceItem)]
    statements = [item for item in found if isinstance(item, VerdictItem)]
    result = fit(choices, statements)
    quality = {key: value for key, value in asdict(result).items() if key != "weights"}
    save_quiz_weights(result.weights, weights / "calibration.json", quality)
    write_manifest(weights)
    typer.echo(
        f"out of fold: choices {result.choices:.1%} of {result.choice_items} right; statements: true or false "
        f"{result.true_false:.1%}, three verdicts {result.verdicts:.1%} of {result.verdict_items} right"
    )


@app.command("card")
def write_card(work: Work = DEFAULT_VERIFIER_WORK, weights: Folder = VERIFIER_WEIGHTS) -> None:
    """Write MODEL_CARD.md from the records of the other steps."""
    from qa.training.verifier_card import verifier_card

    (weights / "MODEL_CARD.md").write_text(verifier_card(work, weights), encoding="utf-8")
    write_manifest(weights)
