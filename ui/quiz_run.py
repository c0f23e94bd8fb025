"""One quiz on the page: answered question by question, kept to be saved. Knows no web framework."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import QuizFileError
from qa.quiz.answering import AnswersQuiz
from qa.quiz.answers import Answered
from qa.quiz.batching import answer_each
from qa.quiz.rows import BadRow
from qa.quiz.run import look_through, questions_of
from qa.quiz.scoring import Scores, outcome_of
from qa.quiz.writing import WRITERS, OutputFormat
from ui.quiz_view import quiz_counts, quiz_problems, quiz_row, quiz_score
from ui.render import ConfidenceScale

MAX_QUESTIONS = 1000
TELL_SECONDS = 0.4
"""How often the page is told of new rows: each message redraws a part of it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a quiz has come: new rows as HTML; at the end all rows, with `ended` and the score."""

    done: int
    total: int
    rows: str
    head: str = ""
    ended: bool = False


@dataclass
class QuizSheet:
    """A quiz file answered from one article; `stopped` is set from another thread to end it early."""

    name: str
    assistant: AnswersQuiz
    scale: ConfidenceScale
    answered: list[Answered] = field(default_factory=list)
    stopped: bool = False

    def answer(self, path: Path, clock: Callable[[], float] = time.monotonic) -> Iterator[Progress]:
        """Answer the questions of the file at `path`; each `Progress` has the rows since the last.

        Raises:
            QuizFileError: the file cannot be read, has no questions or too many.
        """
        bad: list[BadRow] = []
        quiz = look_through(path, report=bad.append)
        if quiz.questions > MAX_QUESTIONS:
            raise QuizFileError(
                f"{path} has {quiz.questions:,} questions; at most {MAX_QUESTIONS:,} are answered on the page. "
                "Use `article-qa batch`, which answers files of any size"
            )
        problems = quiz_problems(bad)
        rows: list[str] = []
        scores, told, since = Scores(), 0, clock()
        yield Progress(0, quiz.questions, "", problems)
        for question, record in answer_each(self.assistant, questions_of(quiz)):
            if self.stopped:
                break
            self.answered.append((question, record))
            scores.add(question, record)
            outcome = outcome_of(question, record)
            rows.append(quiz_row(len(self.answered), question, record, self.assistant.article, outcome, self.scale))
            if clock() - since >= TELL_SECONDS:
                yield Progress(len(rows), quiz.questions, "".join(rows[told:]), problems)
                told, since = len(rows), clock()
        head = quiz_score(scores) + quiz_counts(self.answered) + problems
        yield Progress(len(rows), quiz.questions, "".join(rows), head, ended=True)

    def written(self, form: OutputFormat) -> tuple[str, int]:
        """Return the answers so far in one of the formats of `article-qa batch`, and how many it cannot hold."""
        out = io.StringIO()
        left_out = WRITERS[form](iter(self.answered), out)
        return out.getvalue(), left_out
