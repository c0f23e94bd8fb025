"""The command `article-qa eval`, found by the command line through its entry point."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.output import write_text
from eval.progress import progress_bar
from qa.assistant import TOP_K
from qa.opening import Opener, builtin_article, model_files, reader_named

if TYPE_CHECKING:
    from eval.dataset import Dataset
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
    stability: Annotated[
        bool,
        typer.Option(
            "--stability",
            help="Measure instead whether verdicts survive five unrelated turns before, and another top-k.",
        ),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted run with this --report stopped.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, drawn by a fixed seed.")
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000, help="How many chunks are read.")] = TOP_K,
    reader: Annotated[str, typer.Option("--reader", metavar="NAME", help="small, large or sentence.")] = "",
) -> None:
    """Score the assistant on questions with known answers: one report, every figure with its interval."""
    if compare:
        from eval.compare import compare as compare_reports
        from eval.compare import render_comparison

        typer.echo(render_comparison(compare_reports(*compare)))
        return
    if article and index:
        raise typer.BadParameter("give an article or an index folder, not both", param_hint="--index")
    if resume and not report:
        raise typer.BadParameter("name the --report of the run that was interrupted", param_hint="--resume")
    if index and (ablation or stability):
        raise typer.BadParameter("--ablation and --stability take an --article", param_hint="--index")
    try:
        reader_name = reader_named(reader)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--reader") from error
    path = dataset or Path(str(files("eval") / "data" / BRIEFING_QUESTIONS))
    with progress_bar() as bar:
        if ablation or stability:
            measure = _ablation if ablation else _stability
            typer.echo(
                measure(ablation or "stability", _items(path, sample), article or builtin_article(), report, bar)
            )
            return
        opener = Opener(reader_name, top_k)
        _evaluate(path, opener, lambda: _open(opener, article, index), report, resume, sample, bar)


def _open(opener: Opener, article: Path | None, index: Path | None) -> "Assistant":
    return opener.folder(index) if index else opener.file(article or builtin_article())


def _evaluate(
    path: Path,
    opener: Opener,
    open_assistant: "Callable[[], Assistant]",
    report: Path | None,
    resume: bool,
    sample: int | None,
    bar: Callable[[int, int], None],
) -> None:
    from eval.journal import PART_NAME, Journal
    from eval.markdown import render_markdown
    from eval.report import write_report
    from eval.run import Conditions, evaluate_file

    journal = Journal(report / PART_NAME, resume) if report else None
    conditions = Conditions(weights=model_files(), settings=opener.settings(), progress=bar, journal=journal)
    try:
        result = evaluate_file(
            path, open_assistant, opener.article, lambda: opener.quiz(open_assistant()), conditions, sample
        )
    except KeyboardInterrupt:
        if journal:
            typer.echo(f"\nstopped; the same command with --resume goes on from {journal.path}", err=True)
        raise
    if report and journal:
        written = write_report(result, report)
        journal.remove()
        typer.echo(f"{written.html}\n{written.markdown}\n{written.json}")
    else:
        typer.echo(render_markdown(result))


def _items(path: Path, sample: int | None) -> "Dataset":
    from eval.dataset import load_items

    items = load_items(path)
    return items if sample is None else items.sample(sample)


def _ablation(name: str, items: "Dataset", article: Path, report: Path | None, bar: Callable[[int, int], None]) -> str:
    from eval.ablation import ablation_json, render_ablation, run
    from eval.run import Conditions
    from eval.variants import VARIANTS, factories
    from index.loading import load_article

    if name not in VARIANTS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(VARIANTS)}", param_hint="--ablation")
    result = run(name, factories(name, load_article(article)), items, Conditions(progress=bar))
    if report:
        write_text(report / f"ablation-{name}.json", ablation_json(result))
    return render_ablation(result)


def _stability(name: str, items: "Dataset", article: Path, report: Path | None, bar: Callable[[int, int], None]) -> str:
    from eval.stability import render_stability, stability_json, verdict_stability
    from eval.variants import by_top_k
    from index.loading import load_article

    result = verdict_stability(by_top_k(load_article(article)), items, bar)
    if report:
        write_text(report / f"{name}.json", stability_json(result))
    return render_stability(result)
