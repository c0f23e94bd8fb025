"""Trains the verifier on judged statements, from the reader's encoder on."""

import time
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from index.encoder import encoder_folder
from qa.training.rows import read_rows
from qa.training.run import Plan, phase_record, train
from qa.training.small import small_tokenizer
from qa.training.verifier_model import VerdictModel, VerdictTask, verdict_model
from qa.training.verifier_rows import build_judged, read_judged
from qa.training.written import written_statements

FILES = ("nli_train.jsonl", "entailed_train.jsonl")


def verify(
    data: Path,
    judged: Path,
    reader: Path,
    folder: Path,
    plan: Plan,
    share: float = 1.0,
    start: Path | None = None,
    written: int = 0,
) -> tuple[VerdictModel, dict[str, Any]]:
    """Train on the judged rows and on statements made from the reader rows; return the model and the run's record.

    `share` of the rows is used, and the written statements so many times; `start` names a verifier's weights to go
    on from. An interrupted run resumes from `folder`.

    Raises:
        DatasetError: a file is missing or not in the format.
        ModelError: `folder` holds the checkpoint of another run.
    """
    rows = list(read_rows(data / "train.jsonl.gz"))
    read = chain.from_iterable(read_judged(judged / name) for name in FILES)
    examples = build_judged(read, rows, plan.seed, share)
    examples = examples[: round(len(examples) * share)]
    if written:
        examples += written_statements(rows) * written
    model = verdict_model(encoder_folder(), reader, plan.seed, start)
    began = time.perf_counter()
    model = train(VerdictTask(), examples, small_tokenizer(), model, folder, plan)
    sources = Counter(example.source for example in examples)
    return model, phase_record(plan, began, statements=len(examples)) | {"statements by source": dict(sources)}
