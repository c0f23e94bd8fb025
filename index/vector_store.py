"""Vectors with ids that come and go: what a collection of many articles is searched by."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class VectorStore(Protocol):
    """Unit vectors by id, searched by cosine. Ids are whole numbers from 0 below 2⁶³."""

    def __len__(self) -> int:
        """Return how many vectors there are."""
        ...

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add `vectors` of shape (ids, dimensions); none of the ids is there already."""
        ...

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the vectors of these ids; return how many of them were there."""
        ...

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[list[int], list[float]]:
        """Return the ids and cosines of up to `count` nearest vectors, best first; ties by id."""
        ...
