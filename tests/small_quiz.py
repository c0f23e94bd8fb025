"""A quick assistant and short cuts for the tests of quiz files; as a program it answers a file slowly."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from small_models import small_article

from index.article import Article
from qa.answer import Answer, Citation, QuizQuestion, Turn
from qa.quiz.reading import QuizFormat, read_rows
from qa.quiz.rows import BadRow


class QuickAssistant:
    """Answers every question with the name in its article, except those that ask for a football club."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.article: Article = small_article()
        self.asked: list[str] = []
        self._seconds = seconds
        self._start = self.article.text.index("Tobias Kell")
        self._paragraph = self.article.paragraph_at(self._start, self._start + 11)

    def answer(self, question: QuizQuestion) -> Answer:
        return self.ask(question.question, question.history)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        time.sleep(self._seconds)
        self.asked.append(question)
        assert self._paragraph is not None
        cited = Citation(
            self._paragraph, self._start, "Tobias Kell", self._start, self.article.text[self._start : self._start + 12]
        )
        found = "football" not in question
        return Answer(
            question,
            "Tobias Kell" if found else None,
            0.75 if found else 0.1,
            (cited,) if found else (),
            (),
            (),
            self.article,
            time.perf_counter(),  # a time that is never the same
        )


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def good(path: Path, form: QuizFormat | None = None) -> list[QuizQuestion]:
    rows = list(read_rows(path, form))
    assert not [row for row in rows if isinstance(row, BadRow)], rows
    return [row for row in rows if isinstance(row, QuizQuestion)]


def bad(path: Path, form: QuizFormat | None = None) -> list[BadRow]:
    return [row for row in read_rows(path, form) if isinstance(row, BadRow)]


if __name__ == "__main__":
    from qa.quiz.run import answer_file, look_through

    answer_file(QuickAssistant(0.01), look_through(Path(sys.argv[1])), Path(sys.argv[2]), resume="--resume" in sys.argv)
