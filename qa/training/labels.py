"""A teacher's logits on training pairs, kept in a folder, some hundred pairs to a file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import DatasetError
from qa.passes import Logits
from qa.tokens import PairTokens

SHARD = 500
Targets = NDArray[np.float16]
Use = Callable[[int, PairTokens, Logits], Targets]


class Reads(Protocol):
    """Whatever returns logits of pairs (`qa.passes.PairModel`, `Teacher`)."""

    def read(self, pairs: Sequence[tuple[str, str]], use: Use) -> list[Targets]:
        """Return `use(number, tokens, logits)` of every pair, in order."""
        ...


def write_labels(
    teacher: Reads,
    ids: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    use: Use,
    folder: Path,
    progress: Callable[[int], object] = lambda n: None,
) -> None:
    """Write what `use` makes of the teacher's logits of all pairs to `folder`; files that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(pairs), SHARD):
        part, path = slice(first, first + SHARD), folder / f"{first:06}.npz"
        if not path.is_file():
            found = teacher.read(pairs[part], use)
            beside = path.with_suffix(".tmp")
            with beside.open("wb") as file:
                np.savez(file, ids=ids[part], sizes=[len(t) for t in found], logits=np.concatenate(found))
            beside.replace(path)
        progress(len(pairs[part]))


def read_labels(ids: Sequence[str], folder: Path) -> Iterator[tuple[int, Targets]]:
    """Yield place and logits of those of `ids` that have labels in `folder`.

    Raises:
        DatasetError: the labels are of others.
    """
    for first in range(0, len(ids), SHARD):
        path = folder / f"{first:06}.npz"
        if not path.is_file():
            continue
        with np.load(path, allow_pickle=False) as file:
            if file["ids"].tolist() != list(ids[first : first + SHARD]):
                raise DatasetError(f"{path} has the labels of others; label again with the same rows and seed")
            yield from enumerate(np.split(file["logits"], np.cumsum(file["sizes"])[:-1]), start=first)
