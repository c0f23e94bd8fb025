"""Answers a whole file: look through it, answer what can be asked, write the output, count and score."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one
from qa.quiz.answers import Answered, check_part, read_answers, write_answers
from qa.quiz.batching import Engine, answer_each
from qa.quiz.output_file import check_place, is_no_file, is_within, new_file, only_run, part_path, writing
from qa.quiz.reading import QuizFormat, quiz_format, read_questions, read_rows
from qa.quiz.rows import BadRow
from qa.quiz.scoring import Miss, Scores
from qa.quiz.wording import given_text
from qa.quiz.writing import WRITERS, OutputFormat

MAX_ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A file of questions that was looked through: its format, and how many rows are good and bad.

    `two_way`: no key of it is "not stated".
    """

    path: Path
    form: QuizFormat
    questions: int
    bad: int
    two_way: bool


@dataclass(slots=True)
class BatchSummary:
    """How many questions were answered, abstained from, and failed (bad rows); `resumed` were answered before.

    `left_out` are questions that the output's format cannot hold.
    """

    answered: int = 0
    abstained: int = 0
    failed: int = 0
    resumed: int = 0
    left_out: int = 0


def look_through(
    path: Path, form: QuizFormat | None = None, strict: bool = False, report: Callable[[BadRow], None] | None = None
) -> QuizFile:
    """Read a file once, without a model: count its questions and `report` every bad row as it is met.

    Raises:
        QuizFileError: it cannot be read, has no questions, or with `strict` has bad rows: the message lists them.
    """
    form = form or quiz_format(path)
    questions = bad = 0
    two_way = True
    shown: list[str] = []
    for row in read_rows(path, form):
        if not isinstance(row, BadRow):
            questions += 1
            two_way = two_way and row.gold != "not_stated"
            continue
        bad += 1
        if len(shown) < MAX_ERRORS_SHOWN:
            shown.append(str(row))
        if report and not strict:
            report(row)
    if bad and (strict or not questions):
        more = [f"and {bad - len(shown)} more"] if bad > len(shown) else []
        rows = "1 bad row" if bad == 1 else f"{bad} bad rows"
        raise QuizFileError(f"{path} has {rows}, nothing was answered: {'; '.join(shown + more)}")
    if not questions:
        raise QuizFileError(f'{path} has no questions; write one a line, as text or {{"id": "1", "question": "..."}}')
    return QuizFile(path, form, questions, bad, two_way)


def questions_of(quiz: QuizFile) -> Iterator[QuizQuestion]:
    """Yield the questions of a file that was looked through; the same each time.

    Raises:
        QuizFileError: it cannot be read any more.
    """
    return (replace(question, two_way=quiz.two_way) for question in read_questions(quiz.path, quiz.form))


def check_output(output: Path, *sources: Path) -> None:
    """Check before any work that the output can be written and destroys nothing; `sources` are what is read.

    Raises:
        QuizFileError: it cannot, another run is writing it, or something stands in its place that is no earlier output.
    """
    with writing(output):
        if output.is_dir():
            raise QuizFileError(f"{output} is a folder; name a file in it as --output")
        if is_no_file(output):
            raise QuizFileError(
                f"{output} is a link, pipe or device, which a file would replace; name a file as --output"
            )
    for source in sources:
        if is_within(output, source) or is_within(part_path(output), source):
            raise QuizFileError(f"{output} would overwrite {source}, which is read; name another --output")
    check_part(part_path(output))
    check_place(output)


def answer_file(
    assistant: AnswersQuiz,
    quiz: QuizFile,
    output: Path,
    output_form: OutputFormat = "jsonl",
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
    missed: Callable[[Miss], None] | None = None,
    answer: AnswerOne = answer_one,
    engine: Engine = answer_each,
    settings: str = "",
) -> tuple[BatchSummary, Scores]:
    """Answer every question of a file and write the output in one step at the end; until then `OUT.part` grows.

    `missed` is told every answer that is not the key's. `engine` says where it is answered: here, or on a cluster.
    `settings` are what the answers depend on besides questions and article; only with the same ones is resumed.

    Raises:
        QuizFileError: the output cannot be written, another run is writing it, or what is resumed does not belong to
            these questions.
    """
    check_output(output, quiz.path)
    part, summary, scores = part_path(output), BatchSummary(failed=quiz.bad), Scores()
    with only_run(output):
        summary.resumed = write_answers(assistant, questions_of(quiz), part, resume, progress, answer, engine, settings)
        answered = _counted(read_answers(part, questions_of(quiz)), summary, scores, missed)
        with writing(output):
            with new_file(output) as out:
                summary.left_out = WRITERS[output_form](answered, out)
            part.unlink()
    return summary, scores


def _counted(
    answered: Iterator[Answered], summary: BatchSummary, scores: Scores, missed: Callable[[Miss], None] | None
) -> Iterator[Answered]:
    for question, record in answered:
        # A choice or a verdict is an answer even where no words of the article are.
        has_answer = not record["abstained"] or bool(given_text(question, record))
        summary.answered += has_answer
        summary.abstained += not has_answer
        miss = scores.add(question, record)
        if miss and missed:
            missed(miss)
        yield question, record
