"""Does the verdict (answered or refused) survive unrelated turns before the question, and another top-k?"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.asking import Asks, Progress, silent
from eval.dataset import Dataset, Item
from eval.figures import Figure, mean_figure
from eval.markdown import escape, table
from qa.answer import Turn

UNRELATED_TURNS = 5


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One question's answers under each condition (None: refused)."""

    id: str
    question: str
    answers: tuple[tuple[str, str | None], ...]

    @property
    def stable(self) -> bool:
        """Whether it is answered under all conditions or under none."""
        return len({answer is None for _, answer in self.answers}) == 1


@dataclass(frozen=True, slots=True)
class Stability:
    """`same_verdict` and `same_answer` are shares of questions alike under all conditions."""

    same_verdict: Figure
    same_answer: Figure
    verdicts: tuple[Verdicts, ...]


def verdict_stability(
    assistants: Mapping[str, Asks], dataset: Dataset, progress: Progress = silent, seed: int = 0
) -> Stability:
    """Ask every question alone and after five unrelated turns, with each assistant (say, one for each top-k)."""
    rows = []
    for done, item in enumerate(dataset.items):
        progress(done, len(dataset.items))
        rows.append(_verdicts(item, assistants, unrelated_turns(item, dataset.items, seed)))
    progress(len(dataset.items), len(dataset.items))
    group = "Stability"
    alike = [float(len({answer for _, answer in row.answers}) == 1) for row in rows]
    return Stability(
        mean_figure("same_verdict", "The same verdict under all conditions", group, [float(r.stable) for r in rows]),
        mean_figure("same_answer", "The same answer under all conditions", group, alike),
        tuple(rows),
    )


def unrelated_turns(item: Item, items: Sequence[Item], seed: int = 0) -> tuple[Turn, ...]:
    """Return five turns on other facts, drawn by the question's id: the same for every run."""
    others = [o for o in items if o.id != item.id and not o.history and (not item.fact or o.fact != item.fact)]
    drawn = random.Random(f"{seed} {item.id}").sample(others, min(UNRELATED_TURNS, len(others)))
    return tuple(Turn(other.question, other.answers[0] if other.answers else None) for other in drawn)


def render_stability(stability: Stability) -> str:
    """Return the two shares and the questions whose verdict flips, as Markdown."""
    figures = [
        [f.title, f.shown(), f.interval(), str(f.count)] for f in (stability.same_verdict, stability.same_answer)
    ]
    flips = [
        [
            escape(v.id),
            escape(v.question),
            escape("; ".join(f"{name}: {said or 'no answer'}" for name, said in v.answers)),
        ]
        for v in stability.verdicts
        if not v.stable
    ]
    parts = [table(["", "value", "95 % interval", "n"], figures)]
    if flips:
        parts.append(table(["id", "question", "answers"], flips))
    return "\n\n".join(parts) + "\n"


def _verdicts(item: Item, assistants: Mapping[str, Asks], turns: tuple[Turn, ...]) -> Verdicts:
    answers = []
    for name, assistant in assistants.items():
        answers.append((name, assistant.ask(item.question, item.history).text))
        after = assistant.ask(item.question, (*turns, *item.history)).text
        answers.append((f"{name}, after {len(turns)} unrelated turns", after))
    return Verdicts(item.id, item.question, tuple(answers))
