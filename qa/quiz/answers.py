"""The file of answers while it grows: one JSON object a line, continued after an interruption."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one
from qa.quiz.batching import Engine, answer_each

SYNC_SECONDS = 0.5
Answered = tuple[QuizQuestion, Record]


def part_path(output: Path) -> Path:
    """Return the file beside the output that answers are written to as they come."""
    return output.with_name(output.name + ".part")


def settings_path(part: Path) -> Path:
    """Return the file beside `part` that says what its answers were made with."""
    return part.with_name(part.name + ".settings")


def write_answers(
    assistant: AnswersQuiz,
    questions: Iterable[QuizQuestion],
    part: Path,
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
    answer: AnswerOne = answer_one,
    engine: Engine = answer_each,
    settings: str = "",
) -> int:
    """Answer the questions and append each record to `part` as it comes; return how many were there already.

    `settings` say in one line what the answers depend on besides questions and article.

    Questions are answered side by side and written in order. Every line reaches the operating system as it is written,
    so that a killed run loses none; at least every half second the disk too. With `resume`, goes on after the last
    complete line of `part`.

    Raises:
        QuizFileError: `part` cannot be written, or belongs to other questions, another article or other settings.
    """
    rest = iter(questions)
    with writing(part):
        if resume and part.exists():
            _check_settings(part, settings)
            kept = _keep_complete(part, rest, assistant.article.fingerprint)
        else:
            kept = 0
            part.unlink(missing_ok=True)  # first: what was answered before must never stand beside new settings
            settings_path(part).write_text(settings, encoding="utf-8")
    tell = progress or (lambda _: None)
    tell(kept)
    with _opened(part, "ab" if kept else "wb") as out:
        synced = time.monotonic()
        for count, (_, record) in enumerate(engine(assistant, rest, answer), start=kept + 1):
            line = json.dumps(record, ensure_ascii=False) + "\n"
            with writing(part):
                out.write(line.encode())
                out.flush()
                if time.monotonic() - synced > SYNC_SECONDS:
                    os.fsync(out.fileno())
                    synced = time.monotonic()
            tell(count)
        with writing(part):
            os.fsync(out.fileno())
    return kept


def read_answers(part: Path, questions: Iterable[QuizQuestion]) -> Iterator[Answered]:
    """Yield every question with its record.

    Raises:
        QuizFileError: the questions are not those that were answered.
    """
    rest = iter(questions)
    with part.open("rb") as file:
        for number, line in enumerate(file, start=1):
            record = json.loads(line)
            yield _matching(part, number, rest, record), record
    if next(rest, None) is not None:
        raise QuizFileError(f"{part}: the file of questions changed while it was answered; run again without --resume")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translate errors of writing a file.

    Raises:
        QuizFileError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise QuizFileError(
            f"cannot write {path} ({error.strerror}); free some space or name another --output"
        ) from error


@contextmanager
def _opened(part: Path, mode: Literal["ab", "wb"]) -> Iterator[BinaryIO]:
    """Open and close a file; closing writes what a full disk had no place for before, and can fail once more."""
    with writing(part):
        out = part.open(mode)
    try:
        yield out
    finally:
        with writing(part):
            out.close()


def _keep_complete(part: Path, rest: Iterator[QuizQuestion], fingerprint: str) -> int:
    """Cut `part` off after its last complete record, and take the questions that have one from `rest`."""
    with part.open("r+b") as file:
        kept = end = 0
        while (record := _record(file)) is not None:
            kept += 1
            _matching(part, kept, rest, record)
            if record.get("article", {}).get("fingerprint") != fingerprint:
                raise QuizFileError(f"{part} answers from another article; give that one, or run without --resume")
            end = file.tell()
        file.truncate(end)
    return kept


def _check_settings(part: Path, settings: str) -> None:
    made_with = settings_path(part)
    begun = made_with.read_text(encoding="utf-8", errors="replace") if made_with.exists() else settings
    if begun != settings:
        raise QuizFileError(
            f"{part} was begun with {begun}, not with {settings}; give the same options, or run without --resume"
        )


def _record(file: BinaryIO) -> Record | None:
    """Return the next complete record; None at the end, and where a line was torn by a crash."""
    line = file.readline()
    try:
        record = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _matching(part: Path, number: int, rest: Iterator[QuizQuestion], record: Record) -> QuizQuestion:
    question = next(rest, None)
    found = (record.get("id"), record.get("question"), record.get("type"))
    if question is None or found != (question.id, question.question, question.type):
        asked = f"{question.id!r}" if question else "the end"
        raise QuizFileError(
            f"{part} line {number} answers {found[0]!r} where the file of questions has {asked}; "
            "give the same questions, or run without --resume"
        )
    return question
