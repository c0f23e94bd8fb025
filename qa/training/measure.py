"""Exact match and F1 of a reader given the gold passage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from index.article import Chunk
from qa.matching import exact_match, token_f1
from qa.reading import Reader
from qa.training.rows import Row, read_rows


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


def measure_sets(
    readers: Mapping[str, Reader], data: Path, sets: Sequence[str], full: Sequence[str]
) -> list[dict[str, object]]:
    """Measure the readers `int8` and `fp32` on eval sets of `data`, the latter on those of `full` only; for records."""
    scores: list[dict[str, object]] = []
    for name in sets:
        rows = [row for row in read_rows(data / f"eval_{name}.jsonl.gz") if row.answers]
        for kind, reader in readers.items():
            if kind == "fp32" and name not in full:
                continue
            with tqdm(total=len(rows), desc=f"{name}, {kind}", mininterval=5) as bar:
                result = measure(reader, rows, bar.update)
            scores.append({"set": name, "weights": kind, **asdict(result)})
            bar.write(f"{name} {kind}: EM {result.exact_match:.1f}  F1 {result.f1:.1f}  ({result.questions} questions)")
    return scores
