"""What a measurement gives: a table with its setup and its bar, as JSON and as Markdown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure that can be compared between machines: `value` should be at least (or at most) `bar`."""

    name: str
    value: float
    bar: float
    at_least: bool = True

    @property
    def reached(self) -> bool:
        """Whether the bar is reached."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass(frozen=True, slots=True)
class Table:
    """One item of the benchmark: how it was measured, then what."""

    title: str
    setup: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ratios: tuple[Ratio, ...] = field(default=())


def as_json(setup: Sequence[tuple[str, str]], tables: Sequence[Table]) -> str:
    """Return everything with full precision."""
    items = [asdict(t) | {"ratios": [asdict(r) | {"reached": r.reached} for r in t.ratios]} for t in tables]
    return json.dumps({"setup": dict(setup), "items": items}, indent=1, ensure_ascii=False) + "\n"


def as_markdown(setup: Sequence[tuple[str, str]], tables: Sequence[Table]) -> str:
    """Return the setup, the ratios of all items, then every item."""
    lines = ["## Setup", "", *(f"- {name}: {value}" for name, value in setup), "", "## Ratios", ""]
    ratios = [
        (ratio.name, ratio.value, f"{'≥' if ratio.at_least else '≤'} {ratio.bar:g}", "yes" if ratio.reached else "no")
        for table in tables
        for ratio in table.ratios
    ]
    lines += [*_rows(("ratio", "measured", "bar", "reached"), ratios), ""]
    for table in tables:
        lines += [f"## {table.title}", "", table.setup, "", *_rows(table.columns, table.rows), ""]
    return "\n".join(lines)


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return lines + [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell
