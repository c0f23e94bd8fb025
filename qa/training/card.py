"""The model card: what the weights are, what they were made from, and what was measured."""

import json
from pathlib import Path
from typing import Any

from index.errors import DatasetError
from qa.large.merging import ADAPTER, RANK

TRAINED = "training.json"
MEASURED = "measured.json"
ROWS = "rows read by source"
"""In a record of training: how many rows of each source all phases read."""
LICENCES = {
    "squad_train": ("SQuAD 1.1 train (parts)", "CC BY-SA 4.0"),
    "squadshifts": ("SQuADShifts (Miller et al. 2020)", "none stated"),
    "qamr": ("QAMR (Michael et al. 2018)", "MIT"),
    "qasrl_gs": ("QASRL-GS (Roit et al. 2020)", "MIT"),
    "tweetqa": ("TweetQA", "none stated"),
    "subjqa": ("SubjQA", "per corpus"),
    "fairytaleqa": ("FairytaleQA", "Apache-2.0"),
    "policyqa": ("PolicyQA", "MIT"),
    "sciq": ("SciQ", "none stated"),
    "nq_oracle": ("Natural Questions (oracle passages)", "MIT"),
    "covidqa": ("COVID-QA", "Apache-2.0"),
    "friendsqa": ("FriendsQA", "Apache-2.0"),
    "qed": ("QED", "CC BY-SA 3.0"),
    "written": (
        "questions written for this project, on passages of SQuAD, SQuADShifts and QAMR",
        "Apache-2.0; passages as those sources",
    ),
}
PHASE = "- {plan}: {windows:,} windows, {unanswerable:,} of them unanswerable, {seconds:,} s"
SCORE = "| {set} | {weights} | {exact_match:.1f} | {f1:.1f} | {questions:,} |"
CARD = """\
# Model card: the small reader

An extractive span model with a start and an end logit for each token: what tells most of the large reader
(all-mpnet-base-v2, Apache-2.0, with its adapters), in each of 12 layers some of the attention heads and inner neurons,
48M parameters together; taught by the large one, stored in 4 bits and multiplied in 8; ONNX, {size:.1f} MB.
It reads English. What the large one was trained on is in its own card. `manifest.json` holds the sha256 of each file.

## Training

On two CPU cores, by `python -m qa.training thin` and `distil`:

{phases}

| source | rows read, all phases | licence as its repository states it |
|---|---:|---|
{sources}

Not every row read is used: the shares by source are in `qa/training/windows.py`. Some sources state no licence; who
needs clear terms for every source can rebuild the weights without them.

## Measured, gold passage given, without abstaining

| set | weights | EM | F1 | questions |
|---|---|---:|---:|---:|
{scores}

fp32: the same 4-bit weights, multiplied in 32 bits.

Reading 6 passages of 128 tokens, median in one run on two cores: int8 {int8} ms, PyTorch fp32 {fp32} ms.

## Calibration

On {questions} development questions, out of fold by fact: AUROC of answerable against unanswerable ones
{auroc_answerable:.3f}, of right against wrong answers {auroc_right:.3f}. Threshold {threshold}: right answers
to {answered_right:.0%} of the answerable questions, {abstained_right:.0%} of the unanswerable ones refused.
"""

LARGE_CARD = """\
# Model card: the large reader

An extractive span model: all-mpnet-base-v2 (110M parameters, Apache-2.0) with low-rank adapters (LoRA, rank {rank})
and a start and an end logit for each token, trained for this project. Shipped are adapters and head in 16 bits,
{size:.1f} MB; the base weights come from packages. On first use they are put together, most matrices in 8 bits.
It reads English. `manifest.json` holds the sha256 of each file.

## Training

On two CPU cores, by `python -m qa.training large train`, on the best rows only (`qa/training/selection.py`):

{phases}

| source | rows read, all phases | licence as its repository states it |
|---|---:|---|
{sources}

## Measured, gold passage given, without abstaining

| set | weights | EM | F1 | questions |
|---|---|---:|---:|---:|
{scores}

## Calibration

On {questions} development questions, out of fold by fact: AUROC of answerable against unanswerable ones
{auroc_answerable:.3f}, of right against wrong answers {auroc_right:.3f}. Threshold {threshold}: right answers
to {answered_right:.0%} of the answerable questions, {abstained_right:.0%} of the unanswerable ones refused.
"""


def model_card(work: Path, weights: Path) -> str:
    """Render the card from the records that training, measuring and calibrating left.

    Raises:
        DatasetError: a record is missing.
    """
    trained, measured = _read(work / TRAINED), _read(work / MEASURED)
    calibration = _read(weights / "calibration.json")
    return CARD.format(
        size=(weights / "reader.onnx").stat().st_size / 1e6,
        phases="\n".join(PHASE.format_map(phase) for phase in trained["phases"]),
        sources="\n".join(_sources(trained[ROWS])),
        scores="\n".join(SCORE.format_map(score) for score in measured["scores"]),
        threshold=calibration["threshold"],
        **measured["speed"],
        **calibration["fitted_on"],
    )


def large_card(work: Path, weights: Path) -> str:
    """Render the large reader's card from the records that training, measuring and calibrating left.

    Raises:
        DatasetError: a record is missing.
    """
    trained, measured = _read(work / TRAINED), _read(work / MEASURED)
    calibration = _read(weights / "calibration.json")
    return LARGE_CARD.format(
        rank=RANK,
        size=(weights / ADAPTER).stat().st_size / 1e6,
        phases="\n".join(PHASE.format_map(phase) for phase in trained["phases"]),
        sources="\n".join(_sources(trained[ROWS])),
        scores="\n".join(SCORE.format_map(score) for score in measured["scores"]),
        threshold=calibration["threshold"],
        **calibration["fitted_on"],
    )


def _sources(rows: dict[str, int]) -> list[str]:
    lines = []
    for prefix, (name, licence) in LICENCES.items():
        count = sum(n for source, n in rows.items() if source.startswith(prefix))
        if count:
            lines.append(f"| {name} | {count:,} | {licence} |")
    return lines


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing; run the steps that train, `measure` and `calibrate` first") from error
