"""The command `article-qa batch`: progress and warnings on standard error, misses, scores and counts on output."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from qa.opening import open_quiz, reader_named
from qa.quiz.answering import AnswersQuiz
from qa.quiz.batching import Engine, answer_each
from qa.quiz.reading import QUIZ_FORMATS, QuizFormat
from qa.quiz.run import BatchSummary, answer_file, check_output, look_through
from qa.quiz.scoring import Miss, Scores
from qa.quiz.writing import OUTPUT_FORMATS, OutputFormat, output_format
from ui.text import printable

MAX_MISSES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Files:
    """Questions and output, the names of their formats ("": to be told from content and name), and the article.

    `article` is its file or the folder of its index: what must not be overwritten.
    """

    questions: Path
    output: Path
    form: str = ""
    output_form: str = ""
    article: Path | None = None


def run_batch(
    files: Files,
    open_assistant: Callable[[], AnswersQuiz],
    resume: bool,
    strict: bool,
    verbose: bool,
    engine: Engine = answer_each,
    settings: str = "",
) -> None:
    """Answer a file of questions; the assistant is opened only after the file was found good."""
    form, output_form = _formats(files)
    quiz = look_through(
        files.questions, form, strict, lambda bad: typer.echo(printable(f"warning: {files.questions} {bad}"), err=True)
    )
    check_output(files.output, files.questions, *filter(None, (files.article,)))
    assistant = open_assistant()
    misses = _Misses(None if verbose else MAX_MISSES_SHOWN)
    try:
        with _progress(quiz.questions) as progress:
            summary, scores = answer_file(
                assistant,
                quiz,
                files.output,
                output_form,
                resume,
                progress,
                misses.show,
                engine=engine,
                settings=settings,
            )
    except KeyboardInterrupt:
        typer.echo(f"\nstopped; the same command with --resume goes on from {files.output}.part", err=True)
        raise
    misses.end()
    for line in (*_score_lines(scores), _summary_line(files.output, summary)):
        typer.echo(line)


def engine_named(name: str, reader: str, top_k: int) -> Engine:
    """Return the engine of a name; the assistants of `ray` are opened with `reader` and `top_k` on its nodes.

    Raises:
        typer.BadParameter: there is none of that name.
    """
    if name == "local":
        return answer_each
    if name != "ray":
        raise typer.BadParameter(f"{name!r} is not one of local, ray", param_hint="--engine")
    from qa.quiz.ray_engine import RayEngine

    return RayEngine(partial(open_quiz, reader_named(reader), top_k))


def _formats(files: Files) -> tuple[QuizFormat | None, OutputFormat]:
    form = next((known for known in QUIZ_FORMATS if known == files.form), None)
    output_form = next((known for known in OUTPUT_FORMATS if known == files.output_form), None)
    if files.form and form is None:
        hint = f" (of the output: --output-format {files.form})" if files.form in OUTPUT_FORMATS else ""
        raise typer.BadParameter(f"{files.form!r} is not one of {', '.join(QUIZ_FORMATS)}{hint}", param_hint="--format")
    if files.output_form and output_form is None:
        raise typer.BadParameter(
            f"{files.output_form!r} is not one of {', '.join(OUTPUT_FORMATS)}", param_hint="--output-format"
        )
    return form, output_form or output_format(files.output)


class _Misses:
    """Lists the answers that are not the key's, up to a number of them."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._count = 0

    def show(self, miss: Miss) -> None:
        self._count += 1
        if self._most is None or self._count <= self._most:
            given = f"given “{miss.given}”, " if miss.given else ""
            typer.echo(printable(f"line {miss.line}, {miss.outcome}: {miss.question} ({given}key “{miss.key}”)"))

    def end(self) -> None:
        if self._most is not None and self._count > self._most:
            typer.echo(f"and {self._count - self._most} more (--verbose lists all; CSV output has every result)")


def _score_lines(scores: Scores) -> list[str]:
    lines = []
    for kind, tally in sorted(scores.kinds.items()):
        f1 = f", token F1 {tally.f1 / tally.total:.2f}" if kind in ("open", "fill_in") else ""
        lines.append(
            f"{kind.replace('_', ' ')}: {tally.right} of {tally.total} right ({tally.right / tally.total:.0%}), "
            f"{tally.wrong} wrong, {tally.not_answered} not answered{f1}"
        )
    return lines


def _summary_line(output: Path, summary: BatchSummary) -> str:
    total = summary.answered + summary.abstained + summary.failed
    line = (
        f"{output}: {total} questions, {summary.answered} answered, {summary.abstained} abstained "
        f"(not in the article), {summary.failed} failed"
    )
    line += f"; {summary.resumed} were answered before" if summary.resumed else ""
    return line + (f"; {summary.left_out} left out, the format needs an answer" if summary.left_out else "")


class _Rate(ProgressColumn):
    """Questions a second."""

    def render(self, task: Task) -> Text:
        """Return the present speed."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and time left on a terminal; what was answered before does not count for the rate."""
    console = Console(stderr=True)
    columns = (TextColumn("answering"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:

        def tell(done: int) -> None:
            if not bar.task_ids:
                bar.add_task("answering", total=total, completed=done)
            bar.update(bar.task_ids[0], completed=done)

        yield tell
