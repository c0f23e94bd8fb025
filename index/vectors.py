"""The dense half of retrieval: exact inner-product search. The only importer of faiss."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFolderError
from index.faiss_file import is_flat

if TYPE_CHECKING:
    from faiss import Index


class VectorIndex:
    """FAISS flat inner-product index; on unit vectors the inner product is the cosine."""

    def __init__(self, index: "Index") -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "VectorIndex":
        """Index `vectors` of shape (chunks, dimensions)."""
        index = faiss_module().IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[list[int], list[float]]:
        """Return the numbers and cosines of the `count` nearest chunks, best first; ties by number.

        Raises:
            IndexFolderError: the index was made by an encoder of other dimensions.
        """
        if len(vector) != self.dimensions:
            raise IndexFolderError(
                f"the index has vectors of {self.dimensions} numbers, the encoder of {len(vector)}; "
                "index the article again"
            )
        cosines, numbers = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        order = sorted(zip(-cosines[0], numbers[0], strict=True))
        return [int(number) for _, number in order], [float(-negated) for negated, _ in order]

    def similarities(self, vector: NDArray[np.float32], numbers: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` with each of the stored vectors named."""
        if not numbers:
            return []
        return [float(cosine) for cosine in self.stored(numbers) @ vector]

    def stored(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the stored vectors named, shape (numbers, dimensions)."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(np.array(numbers, dtype=np.int64))
        return found

    def save(self, path: Path) -> None:
        """Write the index file.

        Raises:
            OSError: the disk refuses.
        """
        # Through Python, which says why a file cannot be written; faiss only says that it could not.
        path.write_bytes(faiss_module().serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read an index file whose sha256 the caller has checked.

        Raises:
            IndexFolderError: it is not a file that `save` writes.
        """
        content = path.read_bytes()
        if not is_flat(content):
            raise IndexFolderError(f"{path} is not a FAISS index that this version reads; index the article again")
        try:
            return cls(faiss_module().deserialize_index(np.frombuffer(content, dtype=np.uint8)))
        except RuntimeError as error:
            raise ValueError(f"{path.name} is not a flat index ({error})") from error


@cache
def faiss_module() -> Any:
    """Import faiss, on first use, with one thread: the threads of a short search wait for one another."""
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss


@contextmanager
def all_cores() -> Iterator[None]:
    """Let faiss work on all cores in the block: for long work, such as finding inverted lists."""
    faiss = faiss_module()
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(1)
