"""The file of answers while it grows: one JSON object a line, continued after an interruption."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Literal

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answering import AnswerOne, AnswersQuiz, answer_one
from qa.quiz.batching import Engine, answer_each
from qa.quiz.output_file import is_no_file, writing

SYNC_SECONDS = 0.5
_MARK = "article-qa batch"
"""The first key of the first line: what begins otherwise is not ours. Its value is the version of the format."""
Answered = tuple[QuizQuestion, Record]


def check_part(part: Path) -> None:
    """Check that `part` is an earlier run's, which may be continued or begun anew, or not there.

    Raises:
        QuizFileError: it is somebody else's, and would be lost.
    """
    with writing(part):
        if is_no_file(part) or (part.exists() and not _begins(part)):
            raise QuizFileError(f"{part} is in the way, and of no earlier run; move it, or name another --output")


def asked(question: QuizQuestion) -> str:
    """Return a hash of what decides the answer to a question; its key and titles do not."""
    history = [(turn.question, turn.answer) for turn in question.history]
    decides = (question.question, question.type, question.choices, history, question.several)
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]


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

    The first line of `part` says what all answers depend on: the article, and `settings` in one line. The record of
    each question also has `asked`, the hash of what it depends on besides.

    Questions are answered side by side and written in order. Every line reaches the operating system as it is written,
    so that a killed run loses none; at least every half second the disk too. With `resume`, goes on after the last
    complete line of `part`.

    Raises:
        QuizFileError: `part` cannot be written, or belongs to other questions, another article or other settings.
    """
    rest = iter(questions)
    head = {_MARK: 1, "article": assistant.article.fingerprint, "settings": settings}
    check_part(part)
    with writing(part):
        kept = _keep_complete(part, rest, head) if resume and part.exists() else 0
    tell = progress or (lambda _: None)
    tell(kept)
    with _opened(part, "ab" if kept else "wb") as out:
        if not kept:
            with writing(part):
                out.write(_line(head))
                out.flush()
        synced = time.monotonic()
        for count, (question, record) in enumerate(engine(assistant, rest, answer), start=kept + 1):
            line = _line(record | {"asked": asked(question)})
            with writing(part):
                out.write(line)
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
        next(file, None)  # the head
        for line in file:
            record = json.loads(line)
            yield _matching(part, rest, record), record
    if next(rest, None) is not None:
        raise QuizFileError(f"{part}: the file of questions changed while it was answered; run again without --resume")


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


def _keep_complete(part: Path, rest: Iterator[QuizQuestion], head: Record) -> int:
    """Cut `part` off after its last complete record, and take the questions that have one from `rest`."""
    with part.open("r+b") as file:
        begun = _record(file)
        if begun is None:
            return 0
        _check_head(part, begun, head)
        kept, end = 0, file.tell()
        while (record := _record(file)) is not None:
            kept += 1
            _matching(part, rest, record)
            end = file.tell()
        file.truncate(end)
    return kept


def _check_head(part: Path, begun: Record, head: Record) -> None:
    if begun.get("settings") != head["settings"]:
        raise QuizFileError(
            f"{part} was begun with {begun.get('settings')}, not with {head['settings']}; "
            "give the same options, or run without --resume"
        )
    if begun.get("article") != head["article"]:
        raise QuizFileError(f"{part} answers from another article; give that one, or run without --resume")


def _begins(part: Path) -> bool:
    """Return whether a file begins as ours of this version does, be it torn there."""
    begin = _line({_MARK: 1})[:-2]
    with part.open("rb") as file:
        return begin.startswith(file.read(len(begin)))


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _record(file: BinaryIO) -> Record | None:
    """Return the next complete record; None at the end, and where a line was torn by a crash."""
    line = file.readline()
    try:
        record = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _matching(part: Path, rest: Iterator[QuizQuestion], record: Record) -> QuizQuestion:
    """Return the next question, which the record must answer; `asked` is taken out of the record."""
    question, was_asked = next(rest, None), record.pop("asked", None)
    if question is None or record.get("id") != question.id:
        stands = f"{question.id!r}" if question else "the end"
        raise QuizFileError(
            f"{part} answers {record.get('id')!r} where the file of questions has {stands}; "
            "give the same questions, or run without --resume"
        )
    if was_asked != asked(question):
        was_several = was_asked == asked(replace(question, several=not question.several))
        other = "another number of choices that may be right" if was_several else "other words, choices or history"
        raise QuizFileError(
            f"{part} answers {question.id!r} with {other} than line {question.line} has; "
            "give the same questions, or run without --resume"
        )
    return question
