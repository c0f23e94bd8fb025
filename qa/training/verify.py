"""Trains the large verifier on judged statements, and the thin one, which is a part of it, to judge like it."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from qa.large.merging import ADAPTER
from qa.tokens import PairTokenizer
from qa.training.large_model import LargeVerdictModel, save_adapter
from qa.training.options import VERIFIER as FILE
from qa.training.rows import read_rows
from qa.training.run import Plan, phase_record, train
from qa.training.teach import LargePlan, adapted_model
from qa.training.thin_model import ThinVerdictModel
from qa.training.thin_steps import Recipe, distil
from qa.training.thinning import Cut
from qa.training.verifier_model import VerdictTask
from qa.training.verifier_rows import (
    Judged,
    build_judged,
    from_questions,
    from_sentences,
    read_judged,
    with_changed_facts,
)
from qa.training.whole_model import verifier_in
from qa.training.written import written_rows, written_statements
from qa.verifier import MAX_TOKENS

FILES = ("nli_train.jsonl", "entailed_train.jsonl")
CUT = Cut(layers=35_500_000, words=640, tokens=MAX_TOKENS)
"""Together 30 MB in 4 bits (decision 0014)."""
VERIFIER = Recipe(ThinVerdictModel, verifier_in, VerdictTask(), shown=1_800, cut=CUT, file=FILE, command="verifier ")


def judged_rows(
    data: Path,
    judged: Path,
    seed: int,
    share: float,
    written: int,
    written_skip: int = 0,
    made: int = 0,
    sentences: int = 0,
) -> list[Judged]:
    """Return what is learnt from: judged rows and statements made from the reader rows, then those written.

    `share` of the former is used, and the written ones after the first `written_skip` so many times; then follow about
    twice `made` statements made of the written questions and of the written statements, and `sentences` of sentences as
    they stand and with a fact changed. The same arguments, the same list.

    Raises:
        DatasetError: a file is missing or not in the format.
    """
    rows = list(read_rows(data / "train.jsonl.gz"))
    read = chain.from_iterable(read_judged(judged / name) for name in FILES)
    examples = build_judged(read, rows, seed, share)
    if written:
        statements = written_statements(rows)[written_skip:]
        examples += statements * written
        if made:
            chance = random.Random(seed)
            variants = from_questions(written_rows(rows), chance, made) + with_changed_facts(statements, chance, made)
            examples += chance.sample(variants, len(variants))
    return examples + from_sentences(rows, random.Random(seed), sentences)


def distil_verifier(examples: Sequence[Judged], work: Path, start: Path, folder: Path, plan: Plan) -> dict[str, Any]:
    """Teach the thin verifier the examples (`thin_steps.distil`); return the run's record."""
    began = time.perf_counter()
    distil(VERIFIER, examples, work, start, folder, plan)
    return statements_record(examples, plan, began)


def teach_verdicts(
    examples: Sequence[Judged], base: Path, folder: Path, plan: LargePlan, start: Path | None
) -> dict[str, Any]:
    """Train the large verifier, the small one's teacher, save its adapter in `folder`, and return the run's record.

    `start` is an adapter to go on from: a large reader's, which reads pairs already, or a large verifier's.

    Raises:
        ModelError: `folder` holds the checkpoint of another run.
    """
    began = time.perf_counter()
    model = adapted_model(LargeVerdictModel, base, plan, start)
    train(VerdictTask(), examples, PairTokenizer(base / "tokenizer.json"), model, folder, plan)
    save_adapter(model, folder / ADAPTER)
    return statements_record(examples, plan, began)


def statements_record(examples: Sequence[Judged], plan: Plan, began: float) -> dict[str, Any]:
    """Return what the model card says of a run on these statements that began at `began`."""
    sources = Counter(example.source for example in examples)
    return phase_record(plan, began, statements=len(examples)) | {"statements by source": dict(sources)}
