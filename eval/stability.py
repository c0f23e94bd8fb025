"""Does the verdict (answered or refused) survive unrelated turns before the question, and another top-k?"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.asking import Asks, Progress, silent
from eval.dataset import Dataset, Item
from eval.figures import Figure, mean_figure
from eval.markdown import escape, table
from eval.metrics import squad_scores
from index.errors import DatasetError
from qa.answer import Answer, Turn

FORMAT = 1
UNRELATED_TURNS = 5
FLIPS_SHOWN = 30
_GROUP = "Stability"


@dataclass(frozen=True, slots=True)
class Condition:
    """How the questions went under one condition, against the reference (the first condition).

    `answered`, `same_verdict`, `same_answer` are shares of all questions, `f1` the mean token F1; `new_answers` counts
    questions that the reference refused, `new_refusals` those that it answered; `reread` counts questions that were
    taken for follow-ups of the turns before and understood as other questions.
    """

    name: str
    answered: Figure
    same_verdict: Figure
    same_answer: Figure
    f1: Figure
    new_answers: int
    new_refusals: int
    reread: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that is answered under some conditions and refused (None) under others."""

    id: str
    question: str
    answers: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Stability:
    """All conditions on one dataset; `same_verdict` and `same_answer` are shares alike under all of them."""

    dataset: str
    dataset_sha256: str
    article_fingerprint: str
    conditions: tuple[Condition, ...]
    same_verdict: Figure
    same_answer: Figure
    flips: tuple[Flip, ...]


def verdict_stability(
    assistants: Mapping[str, Asks], dataset: Dataset, progress: Progress = silent, seed: int = 0
) -> Stability:
    """Ask every question alone and after five unrelated turns, with each assistant (say, one for each top-k).

    The first assistant, asked alone, is the reference.
    """
    given: dict[str, list[Answer]] = {}
    for done, item in enumerate(dataset.items):
        progress(done, len(dataset.items))
        turns = unrelated_turns(item, dataset.items, seed)
        for name, assistant in assistants.items():
            for condition, history in ((name, ()), (f"{name}, after {UNRELATED_TURNS} unrelated turns", turns)):
                said = assistant.ask(item.question, (*history, *item.history))
                given.setdefault(condition, []).append(said)
    progress(len(dataset.items), len(dataset.items))
    return _stability(dataset, next(iter(assistants.values())).article.fingerprint, given, seed)


def unrelated_turns(item: Item, items: Sequence[Item], seed: int = 0) -> tuple[Turn, ...]:
    """Return five turns on other facts, drawn by the question's id: the same for every run."""
    others = [o for o in items if o.id != item.id and not o.history and (not item.fact or o.fact != item.fact)]
    drawn = random.Random(f"{seed} {item.id}").sample(others, min(UNRELATED_TURNS, len(others)))
    return tuple(Turn(other.question, other.answers[0] if other.answers else None) for other in drawn)


def render_stability(stability: Stability) -> str:
    """Return the conditions and the questions whose verdict flips, as Markdown."""
    rows = [
        [
            escape(c.name),
            c.answered.shown(),
            *(f"{f.shown()} ({f.interval()})" for f in (c.same_verdict, c.same_answer)),
            str(c.new_answers),
            str(c.new_refusals),
            str(c.reread),
            c.f1.shown(),
        ]
        for c in stability.conditions
    ]
    head = [
        "condition",
        "answered",
        "same verdict",
        "same answer",
        "new answers",
        "new refusals",
        "read otherwise",
        "F1",
    ]
    parts = [table(head, rows), _summary(stability)]
    if stability.flips:
        shown = stability.flips[:FLIPS_SHOWN]
        parts.append(table(["id", "question", "answers"], [_flip_row(flip) for flip in shown]))
    return "\n\n".join(parts) + "\n"


def stability_json(stability: Stability) -> str:
    """Return the stability as JSON text."""
    return json.dumps({"format": FORMAT, "stability": asdict(stability)}, indent=1, allow_nan=False) + "\n"


def load_stability(path: Path) -> Stability:
    """Read a stability's JSON.

    Raises:
        DatasetError: it is missing, damaged, or of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError("another version")
        fields: dict[str, Any] = dict(data["stability"])
        fields |= {key: Figure(**fields[key]) for key in ("same_verdict", "same_answer")}
        fields |= {"conditions": tuple(_condition(row) for row in fields["conditions"])}
        return Stability(**fields | {"flips": tuple(_flip(row) for row in fields["flips"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not a stability that can be read ({error}); run it again") from error


def _stability(dataset: Dataset, fingerprint: str, given: dict[str, list[Answer]], seed: int) -> Stability:
    answers = {name: [answer.text for answer in said] for name, said in given.items()}
    per_question = list(zip(*answers.values(), strict=True))
    alike = [float(len(set(texts)) == 1) for texts in per_question]
    steady = [float(len({text is None for text in texts}) == 1) for texts in per_question]
    reference = next(iter(given.values()))
    return Stability(
        dataset.name,
        dataset.sha256,
        fingerprint,
        tuple(_compared(name, said, reference, dataset.items, seed) for name, said in given.items()),
        mean_figure("same_verdict", "The same verdict under all conditions", _GROUP, steady, seed),
        mean_figure("same_answer", "The same answer under all conditions", _GROUP, alike, seed),
        tuple(
            Flip(item.id, item.question, tuple(zip(answers, texts, strict=True)))
            for item, texts, stable in zip(dataset.items, per_question, steady, strict=True)
            if not stable
        ),
    )


def _compared(
    name: str, given: Sequence[Answer], reference: Sequence[Answer], items: Sequence[Item], seed: int
) -> Condition:
    pairs = [(a.text, b.text) for a, b in zip(reference, given, strict=True)]

    def share(key: str, values: Sequence[float]) -> Figure:
        return mean_figure(key, key, _GROUP, values, seed)

    return Condition(
        name,
        share("answered", [float(b is not None) for _, b in pairs]),
        share("same_verdict", [float((a is None) == (b is None)) for a, b in pairs]),
        share("same_answer", [float(a == b) for a, b in pairs]),
        share("f1", [squad_scores(said.text, item.answers)[1] for said, item in zip(given, items, strict=True)]),
        sum(a is None and b is not None for a, b in pairs),
        sum(a is not None and b is None for a, b in pairs),
        sum(a.understood_as != b.understood_as for a, b in zip(reference, given, strict=True)),
    )


def _summary(stability: Stability) -> str:
    said = "; ".join(
        f"{f.title.lower()}: {f.shown()} ({f.interval()})" for f in (stability.same_verdict, stability.same_answer)
    )
    return f"Of {stability.same_verdict.count} questions, in percent: {escape(said)}."


def _flip_row(flip: Flip) -> list[str]:
    answers = "; ".join(f"{name}: {said or 'no answer'}" for name, said in flip.answers)
    return [escape(flip.id), escape(flip.question), escape(answers)]


def _condition(row: dict[str, Any]) -> Condition:
    return Condition(**row | {key: Figure(**row[key]) for key in ("answered", "same_verdict", "same_answer", "f1")})


def _flip(row: dict[str, Any]) -> Flip:
    return Flip(row["id"], row["question"], tuple((str(name), said) for name, said in row["answers"]))
