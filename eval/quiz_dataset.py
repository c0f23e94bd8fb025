"""Quiz files with keys, as evaluation reads them: every format that `article-qa batch` reads (docs/quiz-files.md)."""

from dataclasses import dataclass, replace
from pathlib import Path

from eval.rows import dataset_error, read_file, sampled
from qa.answer import QuizQuestion
from qa.quiz.reading import read_rows
from qa.quiz.rows import BadRow


@dataclass(frozen=True, slots=True)
class QuizDataset:
    """Quiz questions of one file, every one with its key."""

    name: str
    sha256: str
    questions: tuple[QuizQuestion, ...]

    def sample(self, count: int, seed: int = 0) -> "QuizDataset":
        """Return a seeded sample of the questions, in their order; the name says so."""
        if count >= len(self.questions):
            return self
        name = f"{self.name} (sample of {count}, seed {seed})"
        return QuizDataset(name, self.sha256, sampled(self.questions, count, seed))


def load_quiz(path: Path) -> QuizDataset:
    """Read a quiz of any format; every question needs a key. Where none is "not stated", that counts as false.

    Raises:
        DatasetError: it is missing, or rows are bad or without key: the message lists them by line.
        QuizFileError: the file as a whole is damaged.
    """
    file = read_file(path, binary=True)
    questions: list[QuizQuestion] = []
    problems: list[str] = []
    for row in read_rows(path):
        if isinstance(row, BadRow):
            problems.append(str(row))
        elif row.gold is None:
            problems.append(f"line {row.line}: no key; without one the answer cannot be scored")
        else:
            questions.append(row)
    if problems or not questions:
        raise dataset_error(file.name, problems or ["no questions"], "has bad rows; nothing was asked")
    two_way = all(question.gold != "not_stated" for question in questions)
    return QuizDataset(file.name, file.sha256, tuple(replace(q, two_way=two_way) for q in questions))
