"""Answers a whole file: look through it, answer what can be asked, write the output, count and score."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import QuizFileError
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one
from qa.quiz.answers import Answered, part_path, read_answers, settings_path, write_answers, writing
from qa.quiz.batching import Engine, answer_each
from qa.quiz.reading import QuizFormat, quiz_format, read_questions, read_rows
from qa.quiz.rows import BadRow
from qa.quiz.scoring import Miss, Scores
from qa.quiz.wording import given_text
from qa.quiz.writing import WRITERS, OutputFormat

MAX_ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A file of questions that was looked through: its format, and how many rows are good and bad."""

    path: Path
    form: QuizFormat
    questions: int
    bad: int


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
    shown: list[str] = []
    for row in read_rows(path, form):
        if not isinstance(row, BadRow):
            questions += 1
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
    return QuizFile(path, form, questions, bad)


def check_output(quiz: Path, output: Path) -> None:
    """Check before any work that the output can be written.

    Raises:
        QuizFileError: it cannot, or is the file of questions.
    """
    if output.is_dir():
        raise QuizFileError(f"{output} is a folder; name a file in it as --output")
    for path in (output, part_path(output)):
        if path.resolve() == quiz.resolve():
            raise QuizFileError(f"{output} would overwrite the questions; name another --output")
    part = part_path(output)
    with writing(output):
        there = part.exists()
        part.open("ab").close()
        if not there:
            part.unlink()


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
        QuizFileError: the output cannot be written, or what is resumed does not belong to these questions.
    """
    part = part_path(output)
    questions = read_questions(quiz.path, quiz.form)
    resumed = write_answers(assistant, questions, part, resume, progress, answer, engine, settings)
    summary, scores = BatchSummary(failed=quiz.bad, resumed=resumed), Scores()
    answered = _counted(read_answers(part, read_questions(quiz.path, quiz.form)), summary, scores, missed)
    with writing(output):
        if output_form == "jsonl":
            for _ in answered:
                pass
            part.replace(output)
        else:
            beside = output.with_name(output.name + ".new")
            with beside.open("w", encoding="utf-8", newline="\n") as out:
                summary.left_out = WRITERS[output_form](answered, out)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(output)
            part.unlink()
        settings_path(part).unlink(missing_ok=True)
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
