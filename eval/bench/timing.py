"""Times in one process, taken in turn, so that whatever else the machine does falls on all alike."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one way of doing something, one for each thing done."""

    seconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile, nearest rank."""
        return sorted(self.seconds)[max(0, round(0.95 * len(self.seconds)) - 1)]


def in_turn(ways: Mapping[str, Callable[[T], object]], things: Sequence[T], warm: int = 1) -> dict[str, Times]:
    """Do each thing in every way before the next thing; the first `warm` things are done once more before, untimed."""
    for thing in things[:warm]:
        for way in ways.values():
            way(thing)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number, thing in enumerate(things):
        for name in names[number % len(names) :] + names[: number % len(names)]:  # none is always first
            began = time.perf_counter()
            ways[name](thing)
            taken[name].append(time.perf_counter() - began)
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def ratio(one: Times, other: Times) -> float:
    """Return the median over things of `one`'s seconds by `other`'s for the same thing."""
    return statistics.median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
