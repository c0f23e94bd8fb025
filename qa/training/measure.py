"""Exact match and F1 of a reader given the gold passage."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.article import Chunk
from qa.matching import exact_match, token_f1
from qa.reading import Reader
from qa.training.rows import Row


@dataclass(frozen=True, slots=True)
class Score:
    """Mean exact match and token F1, both in percent, over `questions` questions."""

    exact_match: float
    f1: float
    questions: int


def measure(reader: Reader, rows: Iterable[Row], progress: Callable[[], object] = lambda: None) -> Score:
    """Let `reader` answer each row from its own passage, without abstaining (SQuAD 1.1 convention)."""
    exact = f1 = 0.0
    count = 0
    for row in rows:
        (reading,) = reader.read([(row.question, Chunk(0, 0, row.context, ()))])
        answer = reading.spans[0].text if reading.spans else ""
        golds = [text for text, _ in row.answers]
        exact, f1, count = exact + exact_match(answer, golds), f1 + token_f1(answer, golds), count + 1
        progress()
    return Score(100 * exact / max(count, 1), 100 * f1 / max(count, 1), count)
