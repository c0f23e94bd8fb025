"""Measures the verifier: claims (two-way), sentence pairs (three-way) and four-choice questions on stories."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import DatasetError
from qa.quiz.statements import statement
from qa.training.verifier_rows import CONTRADICTED, NOT_STATED, SUPPORTED, Judged, read_judged
from qa.verifier import Judge, Judgement

CLAIMS = ("eval_fm2_test.jsonl", "eval_fever_dev_part.jsonl")
PAIRS = ("eval_mnli_mismatched_part.jsonl", "eval_cad_test.jsonl")
CHOICES = ("eval_choice_mctest.jsonl",)
WRITTEN = "written"
BATCH = 32


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of right judgements, in [0, 1], on one set; `chance` is what guessing gives."""

    set: str
    accuracy: float
    chance: float
    questions: int


@dataclass(frozen=True, slots=True)
class StoryQuestion:
    """A question on a passage with its choices and the place of the right one."""

    passage: str
    question: str
    choices: tuple[str, ...]
    label: int


def measure_verifier(
    judge: Judge,
    folder: Path,
    limit: int = 0,
    tell: Callable[[str, int, int], None] = lambda name, done, total: None,
    written: Sequence[Judged] = (),
) -> list[Accuracy]:
    """Return the accuracy on each set in `folder`; `limit` uses only its first rows (0: all).

    `written` are statements of another set, judged three ways as the sentence pairs are. Claims count as right where
    supported outweighs contradicted exactly if the key says so.

    Raises:
        DatasetError: a file is missing or not in the format.
    """
    found = []
    sets = {name: list(read_judged(folder / name)) for name in CLAIMS + PAIRS} | ({WRITTEN: written} if written else {})
    for name, rows in sets.items():
        rows = rows[: limit or None]
        right = sum(_agrees(verdict, row, name in CLAIMS) for row, verdict in _judged(judge, rows, name, tell))
        found.append(Accuracy(name, right / len(rows), 1 / 2 if name in CLAIMS else 1 / 3, len(rows)))
    for name in CHOICES:
        questions = list(_story_questions(folder / name))[: limit or None]
        right = 0
        for done, question in enumerate(questions, start=1):
            pairs = [(statement(question.question, choice), question.passage) for choice in question.choices]
            supported = [judgement.supported for judgement in judge.judge(pairs)]
            right += supported.index(max(supported)) == question.label
            tell(name, done, len(questions))
        found.append(Accuracy(name, right / len(questions), 1 / 4, len(questions)))
    return found


def _judged(
    judge: Judge, rows: Sequence[Judged], name: str, tell: Callable[[str, int, int], None]
) -> Iterator[tuple[Judged, Judgement]]:
    for at in range(0, len(rows), BATCH):
        batch = rows[at : at + BATCH]
        yield from zip(batch, judge.judge([(row.statement, row.passage) for row in batch]), strict=True)
        tell(name, at + len(batch), len(rows))


def _agrees(judgement: Judgement, row: Judged, two_way: bool) -> bool:
    if two_way:
        return (judgement.supported > judgement.contradicted) == (row.label == SUPPORTED)
    shares = (judgement.supported, judgement.contradicted, judgement.not_stated)
    return shares.index(max(shares)) == {SUPPORTED: 0, CONTRADICTED: 1, NOT_STATED: 2}[row.label]


def _story_questions(path: Path) -> Iterator[StoryQuestion]:
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; name the folder that holds the verifier data")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield StoryQuestion(row["context"], row["question"], tuple(row["choices"]), int(row["label"]))
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(f"{path}:{number}: not a question with choices ({error})") from error
