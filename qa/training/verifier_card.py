"""The verifier's model card: what it is, what it was made from, and what was measured."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from index.errors import DatasetError
from qa.large.merging import ADAPTER, RANK
from qa.training.card import MEASURED, TRAINED

SOURCES = {
    "mnli": ("MultiNLI (matched development set and samples)", "OANC terms; repackagings MIT, C-UDA"),
    "fever_dev": ("FEVER claims with gold evidence", "CC BY-SA 3.0"),
    "fever_symmetric": ("FEVER Symmetric", "CC BY-SA 3.0"),
    "cad_snli": ("counterfactually edited SNLI", "Apache-2.0"),
    "conjnli": ("ConjNLI", "MIT"),
    "fm2": ("FoolMeTwice (train)", "Apache-2.0"),
    "climate_fever": ("Climate-FEVER", "none seen"),
    "healthver": ("HealthVer", "none seen"),
    "covidfact": ("COVID-Fact", "none seen"),
    "rte": ("RTE", "none seen"),
    "multirc": ("MultiRC", "none seen"),
    "wice": ("WiCE", "none seen"),
    "scifact": ("SciFact", "none seen"),
    "folio": ("FOLIO", "CC BY-SA 4.0"),
    "cb": ("CommitmentBank", "MIT"),
    "questions": (
        "statements made from SQuAD, SQuADShifts and Natural Questions rows and from our own questions",
        "as of those rows",
    ),
    "sentences": ("sentences of the same passages, as they stand and with a fact changed", "as of those rows"),
    "changed": ("statements written for this project, with a fact changed", "as those written"),
    "written": (
        "statements written for this project, on passages of SQuAD, SQuADShifts and QAMR",
        "Apache-2.0; passages as those sources",
    ),
}
PHASE = "- {plan}: {statements:,} statements, {seconds:,} s"
SMALL = """\
What tells most of the large verifier (all-mpnet-base-v2, Apache-2.0, with its adapters): in each of 12 layers some
of the attention heads and inner neurons, and narrower word vectors, 55M parameters together; three logits on the
first token; taught by the large one, stored in 4 bits and multiplied in 8; ONNX, {size:.1f} MB. It reads English.
What the large one was trained on is in its own card. `manifest.json` holds the sha256 of each file; the tokenizer is
the small reader's."""
LARGE = """\
all-mpnet-base-v2 (110M
parameters, Apache-2.0) with low-rank adapters (LoRA, rank {rank}), started from the large reader's, three logits on
the first token. Shipped are adapters and head in 16 bits, {size:.1f} MB; the base weights come from packages, and on
first use they are put together, most matrices in 8 bits. It reads English, judges quizzes with `--reader large`, and
taught the small verifier. `manifest.json` holds the sha256 of each file."""
CARD = """\
# Model card: the {name}

Judges a statement against a passage: supported, contradicted or not stated. {what}

## Training

On two CPU cores, by `python -m qa.training {command}`:

{phases}

| source | statements | licence as its repository states it |
|---|---:|---|
{sources}

Left out for their terms: ANLI (not for commercial use) and MCTest (research only), which is used to measure alone. Some
sources state no licence; who needs clear terms for every source can rebuild the weights without them.

## Measured as shipped, none of these rows or passages was trained on

| set | right | chance | questions |
|---|---:|---:|---:|
{scores}

FM2 and FEVER: is the claim supported rather than contradicted; MNLI, CAD and the statements written for this project
(on passages of SQuAD's development part, used to choose among verifiers): three ways; MCTest: the choice whose
statement the whole story supports most, by this model alone.

## Quiz weights

Learnt on {items} development items on two articles, measured out of fold by fact: {choices:.0%} of
{choice_items} choices right, {true_false:.0%} of the true or false statements, {verdicts:.0%} of {verdict_items}
statements three ways.
"""


def verifier_card(work: Path, weights: Path) -> str:
    """Render the card from the records of training, measuring and calibrating.

    Raises:
        DatasetError: a record is missing.
    """
    what = SMALL.format(size=(weights / "verifier.onnx").stat().st_size / 1e6)
    return _card(work, weights, name="verifier", what=what, command="verifier thin` and `verifier distil")


def large_verifier_card(work: Path, weights: Path) -> str:
    """Render the large verifier's card, as `verifier_card`."""
    what = LARGE.format(size=(weights / ADAPTER).stat().st_size / 1e6, rank=RANK)
    return _card(work, weights, name="large verifier", what=what, command="large-verifier train")


def _card(work: Path, weights: Path, **said: str) -> str:
    phases, measured = _read(work / TRAINED)["phases"], _read(work / MEASURED)
    statements: Counter[str] = Counter()
    for phase in phases:
        statements.update(phase["statements by source"])
    return CARD.format(
        sources="\n".join(
            f"| {SOURCES[name][0]} | {count:,} | {SOURCES[name][1]} |" for name, count in statements.most_common()
        ),
        scores="\n".join(
            f"| {score['set'].removeprefix('eval_').removesuffix('.jsonl')} | {score['accuracy']:.1%} "
            f"| {score['chance']:.0%} | {score['questions']:,} |"
            for score in measured["scores"]
        ),
        phases="\n".join(PHASE.format_map(phase) for phase in phases),
        **said,
        **_fitted(weights),
    )


def _fitted(weights: Path) -> dict[str, Any]:
    fitted: dict[str, Any] = _read(weights / "calibration.json")["fitted_on"]
    return fitted | {"items": fitted["choice_items"] + fitted["verdict_items"]}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DatasetError(
            f"{path} is missing; run `train`, `measure` and `calibrate` of the verifier first"
        ) from error
