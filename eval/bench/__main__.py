"""Measure speed, memory and growth on this machine, beside peers, in one run (docs/bench.md).

    python -m eval.bench                    all items; some minutes on two quiet cores
    python -m eval.bench --only 1,2         only these items
    python -m eval.bench --largest 10000    with a batch of 10,000 questions

Writes bench.json and bench.md; what can be compared between machines are the ratios.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eval.bench.answering import batch, indexing, warm_answer
from eval.bench.growth import growth
from eval.bench.material import material
from eval.bench.processes import cold_start, concurrency
from eval.bench.table import Table, as_json, as_markdown
from eval.setup import describe_setup
from index.loading import load_article
from qa.opening import model_files

ITEMS = "1,2,3,4,5,7"


def bench(
    article: Annotated[Path | None, typer.Option(help="Article (default: the built-in briefing).")] = None,
    questions: Annotated[Path | None, typer.Option(help="Questions on it, as eval reads them.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of bench.json and bench.md.")] = Path(
        "build/bench"
    ),
    only: Annotated[str, typer.Option(help="Items, comma-separated (6 comes with 5).")] = ITEMS,
    largest: Annotated[int, typer.Option(min=10, help="Largest batch of item 4.")] = 1000,
    largest_index: Annotated[int, typer.Option(min=100, help="Most chunks of item 7.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="Cold starts of each kind.")] = 5,
) -> None:
    """Measure, and write what was measured."""
    chosen = {int(item) for item in only.split(",")}
    given = material(article, questions)
    cold = cold_start(given, rounds) if chosen & {2, 4, 5, 6} else None
    tables: list[Table] = []
    if 1 in chosen:
        tables.append(_told(warm_answer(given)))
    if cold and 2 in chosen:
        tables.append(_told(cold.table))
    if 3 in chosen:
        tables.append(_told(indexing(given)))
    if cold and 4 in chosen:
        tables.append(_told(batch(given, largest, cold.seconds)))
    if cold and chosen & {5, 6}:
        tables.extend(map(_told, concurrency(given, 3, cold.megabytes)))
    if 7 in chosen:
        tables.append(_told(growth(given, largest_index)))
    loaded = load_article(given.article)
    about = describe_setup("development questions", "", len(given.questions), loaded, model_files(), {})
    setup = [
        ("when", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", f"{about.cpu}, {about.cores} cores, no accelerator; {about.system}"),
        ("libraries", ", ".join(f"{name} {version}" for name, version in about.libraries)),
        ("weights", ", ".join(f"{name} {digest[:12]}" for name, digest in about.weights)),
        ("article", f"{len(loaded.text):,} characters, {about.paragraphs} paragraphs"),
    ]
    output.mkdir(parents=True, exist_ok=True)
    (output / "bench.json").write_text(as_json(setup, tables), encoding="utf-8")
    (output / "bench.md").write_text(as_markdown(setup, tables), encoding="utf-8")
    typer.echo(f"{output / 'bench.json'}, {output / 'bench.md'}")


def _told(table: Table) -> Table:
    for ratio in table.ratios:
        sign, reached = "≥" if ratio.at_least else "≤", "yes" if ratio.reached else "no"
        typer.echo(f"{table.title}: {ratio.name} {ratio.value:.3g} ({sign} {ratio.bar:.3g}: {reached})")
    return table


if __name__ == "__main__":
    typer.run(bench)
