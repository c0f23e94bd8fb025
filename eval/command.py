"""The command `article-qa eval`, found by the command line through its entry point."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.assistant import TOP_K
from qa.opening import Opener, builtin_article, reader_named
from qa.weights import manifest, weights_there

if TYPE_CHECKING:
    from qa.assistant import Assistant

BRIEFING_QUESTIONS = "briefing.test.jsonl"


def evaluate(
    dataset: Annotated[
        Path | None,
        typer.Argument(
            help="Our JSON Lines, SQuAD 2.0 JSON, or a quiz with keys of any format that `batch` reads "
            "(default: the test questions on the built-in briefing)."
        ),
    ] = None,
    article: Annotated[
        Path | None, typer.Option("--article", "-a", metavar="FILE", help="Article asked about.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option("--index", metavar="DIR", help="Index folder, instead of --article.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write report.md, report.json and report.html there.")
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            "--compare", metavar="A.json B.json", help="Compare two reports instead: what changed, and is it chance."
        ),
    ] = None,
    ablation: Annotated[
        str, typer.Option("--ablation", metavar="NAME", help="Compare variants instead: parts, chunks or top-k.")
    ] = "",
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, drawn by a fixed seed.")
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000, help="How many chunks are read.")] = TOP_K,
    reader: Annotated[str, typer.Option("--reader", metavar="NAME", help="small or sentence.")] = "",
) -> None:
    """Score the assistant on questions with known answers: one report, every figure with its interval."""
    if compare:
        from eval.compare import compare as compare_reports
        from eval.compare import render_comparison

        typer.echo(render_comparison(compare_reports(*compare)))
        return
    if article and index:
        raise typer.BadParameter("give an article or an index folder, not both", param_hint="--index")
    try:
        reader_name = reader_named(reader)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--reader") from error
    path = dataset or Path(str(files("eval") / "data" / BRIEFING_QUESTIONS))
    with _progress() as bar:
        if ablation:
            typer.echo(_ablation(ablation, path, article or builtin_article(), report, bar))
            return
        opener = Opener(reader_name, top_k)
        _evaluate(path, opener, lambda: _open(opener, article, index), report, sample, bar)


def _open(opener: Opener, article: Path | None, index: Path | None) -> "Assistant":
    return opener.folder(index) if index else opener.file(article or builtin_article())


def _evaluate(
    path: Path,
    opener: Opener,
    open_assistant: "Callable[[], Assistant]",
    report: Path | None,
    sample: int | None,
    bar: Callable[[int, int], None],
) -> None:
    from eval.markdown import render_markdown
    from eval.report import write_report
    from eval.run import Conditions, evaluate_file

    conditions = Conditions(weights=manifest() if weights_there() else {}, settings=opener.settings(), progress=bar)
    result = evaluate_file(
        path, open_assistant, opener.article, lambda: opener.quiz(open_assistant()), conditions, sample
    )
    if report:
        written = write_report(result, report)
        typer.echo(f"{written.html}\n{written.markdown}\n{written.json}")
    else:
        typer.echo(render_markdown(result))


def _ablation(name: str, path: Path, article: Path, report: Path | None, bar: Callable[[int, int], None]) -> str:
    from eval.ablation import ablation_json, render_ablation, run
    from eval.dataset import load_items
    from eval.run import Conditions
    from eval.variants import VARIANTS, factories
    from index.loading import load_article

    if name not in VARIANTS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(VARIANTS)}", param_hint="--ablation")
    result = run(name, factories(name, load_article(article)), load_items(path), Conditions(progress=bar))
    if report:
        report.mkdir(parents=True, exist_ok=True)
        (report / f"ablation-{name}.json").write_text(ablation_json(result), encoding="utf-8")
    return render_ablation(result)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, on a terminal only, that is told (done, total)."""
    console = Console(stderr=True)
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
