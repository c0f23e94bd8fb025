"""Which rows a phase of training reads."""

import random
from collections.abc import Iterable, Sequence

from qa.training.rows import Row
from qa.training.written import written_rows

# Sources from the best on: whole edited paragraphs, then other paragraphs and joined sentences.
BEST = (
    ("squad_train_head", "squad_train_val5", "squad_train_empty", "squad_train_small", "squad_train_galileo"),
    ("squadshifts_new_wiki",),
    ("squad_train",),
    ("squadshifts",),
)


def best_rows(rows: Iterable[Row], seed: int) -> list[Row]:
    """Return `rows` shuffled, those of the best sources first; the same seed gives the same list."""
    ordered = list(rows)
    random.Random(seed).shuffle(ordered)

    def rank(row: Row) -> int:
        return next((i for i, group in enumerate(BEST) if row.source.startswith(group)), len(BEST))

    return sorted(ordered, key=rank)


def selected_rows(
    rows: Sequence[Row], seed: int, limit: int = 0, skip: int = 0, written: int = 0, written_skip: int = 0
) -> list[Row]:
    """Return `limit` (0: all) of the best of `rows` after `skip`, then the written questions, `written` times.

    The first `written_skip` of the written ones are passed over.
    """
    best = best_rows(rows, seed)[skip:][: limit or None]
    return best + written_rows(rows)[written_skip:] * written if written else best
