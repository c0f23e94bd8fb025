"""The model card: what the weights are, what they were made from, and what was measured."""

import json
from pathlib import Path
from typing import Any

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
}


def model_card(work: Path, weights: Path) -> str:
    """Render the card from the records that training and measuring left in `work`."""
    trained, measured = _read(work / "training.json"), _read(work / "measured.json")
    calibration = _read(weights / "calibration.json")
    size = (weights / "reader.onnx").stat().st_size / 1e6
    lines = [
        "# Model card: the small reader",
        "",
        "An extractive span model: all-MiniLM-L6-v2 (22M parameters, Apache-2.0) with a start and an end logit for each",
        f"token, trained for this project; int8 ONNX, {size:.1f} MB. It reads English. It was trained on CPU in fp32 by",
        "`python -m qa.training`, and `manifest.json` holds the sha256 of each file.",
        "",
        "## Training",
        "",
        *(
            f"- {phase['plan']}: {phase['windows']:,} windows, {phase['unanswerable']:,} of them unanswerable, {phase['seconds']:,} s"
            for phase in trained["phases"]
        ),
        "",
        "| source | rows read | licence as its repository states it |",
        "|---|---:|---|",
        *_sources(trained["rows read by source"]),
        "",
        "Not every row read is used: shares by source are in `qa/training/windows.py`. The licences of some sources are",
        "not stated; who needs clear terms for every source can rebuild the weights without them.",
        "",
        "## Measured, gold passage given, without abstaining",
        "",
        "| set | weights | EM | F1 | questions |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {m['set']} | {m['weights']} | {m['exact_match']:.1f} | {m['f1']:.1f} | {m['questions']:,} |"
            for m in measured["scores"]
        ),
        "",
        f"Reading 6 passages of 128 tokens, median in one run on two cores: int8 {measured['speed']['int8']} ms, PyTorch fp32",
        f"{measured['speed']['full precision']} ms.",
        "",
        "## Calibration",
        "",
        f"On {calibration['fitted_on']['questions']} development questions, out of fold by fact: AUROC of answerable against unanswerable",
        f"{calibration['fitted_on']['auroc_answerable']:.3f}, of right against wrong {calibration['fitted_on']['auroc_right']:.3f}. Abstention threshold {calibration['threshold']}.",
        "",
    ]
    return "\n".join(lines)


def _sources(rows: dict[str, int]) -> list[str]:
    lines = []
    for prefix, (name, licence) in LICENCES.items():
        count = sum(n for source, n in rows.items() if source.startswith(prefix))
        lines.append(f"| {name} | {count:,} | {licence} |")
    return lines


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
