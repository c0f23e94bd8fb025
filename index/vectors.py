"""The dense half of retrieval: exact inner-product search. The only importer of faiss."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFolderError

if TYPE_CHECKING:
    from faiss import Index


class VectorIndex:
    """FAISS flat inner-product index; on unit vectors the inner product is the cosine."""

    def __init__(self, index: "Index") -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "VectorIndex":
        """Index `vectors` of shape (chunks, dimensions)."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[list[int], list[float]]:
        """Return the numbers and cosines of the `count` nearest chunks, best first; ties by number."""
        cosines, numbers = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        order = sorted(zip(-cosines[0], numbers[0], strict=True))
        return [int(number) for _, number in order], [float(-negated) for negated, _ in order]

    def similarities(self, vector: NDArray[np.float32], numbers: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` with each of the stored vectors named."""
        if not numbers:
            return []
        stored: NDArray[np.float32] = self._index.reconstruct_batch(np.array(numbers, dtype=np.int64))
        return [float(cosine) for cosine in stored @ vector]

    def save(self, path: Path) -> None:
        """Write the index file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read an index file whose sha256 the caller has checked.

        Raises:
            IndexFolderError: faiss cannot read it.
        """
        import faiss

        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexFolderError(
                f"{path} is not a FAISS index that this version reads; index the article again"
            ) from error
