"""What both thin models are made by: cut out of the large one, taught by it, exported, and widened again."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

import torch

from qa.training.distil_thin import DistilTask
from qa.training.label_task import Example, LabelTask
from qa.training.options import made_by
from qa.training.run import Plan, train
from qa.training.thin_graph import export_thin, widened
from qa.training.thin_model import SomeThin
from qa.training.thinning import Cut, thinned
from qa.training.whole_model import thin_tokenizer


@dataclass(frozen=True, slots=True)
class Recipe(Generic[Example, SomeThin]):
    """How a thin model is made.

    `whole` opens the large model with the adapters in a folder; by `shown` examples is chosen what stays. Weights are
    kept as `file`; `command` is what its steps are called by, before their names.
    """

    kind: type[SomeThin]
    whole: Callable[[Path], SomeThin]
    labels: LabelTask[Example]
    shown: int
    cut: Cut
    file: str
    command: str = ""


def cut_out(
    recipe: Recipe[Example, SomeThin], examples: Sequence[Example], work: Path, folder: Path, seed: int
) -> None:
    """Write to `folder` the large model with the adapters in `work`, thinned by what some of the examples show.

    Raises:
        DatasetError: `work` holds no adapters.
        ModelError: they are of another model, or its base is not installed.
    """
    shown = random.Random(seed).sample(examples, min(recipe.shown, len(examples)))
    pairs = [recipe.labels.pair(example) for example in shown]
    model = thinned(recipe.whole(work), thin_tokenizer(), pairs, recipe.cut, seed)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / recipe.file)


def distil(
    recipe: Recipe[Example, SomeThin], examples: Sequence[Example], work: Path, start: Path, folder: Path, plan: Plan
) -> None:
    """Teach the thin model of `start` what the large one with the adapters in `work` makes of the examples.

    The weights go to `folder`, from which an interrupted run resumes.

    Raises:
        DatasetError: `start` is missing, or `work` holds no adapters.
        ModelError: `folder` holds the checkpoint of another run, or the adapters are of another model.
    """
    weights = torch.load(made_by(start, f"{recipe.command}thin"), weights_only=True)
    teacher = recipe.whole(work)
    if plan.bf16:
        teacher.round_matrices()
    model = recipe.kind.of(weights)
    train(DistilTask(teacher, recipe.labels), examples, thin_tokenizer(), model, folder, plan)
    torch.save(model.state_dict(), folder / recipe.file)


def export(recipe: Recipe[Example, SomeThin], work: Path, path: Path) -> None:
    """Write the weights in `work` as a model file, in 4 bits.

    Raises:
        DatasetError: there are none.
    """
    trained = torch.load(made_by(work / recipe.file, f"{recipe.command}distil"), weights_only=True)
    export_thin(recipe.kind.of(trained), path)


def widen(recipe: Recipe[Example, SomeThin], path: Path, work: Path) -> None:
    """Write to `work` the weights of a model file, as they are in 4 bits."""
    work.mkdir(parents=True, exist_ok=True)
    torch.save(widened(path), work / recipe.file)
