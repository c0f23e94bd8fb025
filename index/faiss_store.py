"""A vector store in one file: exact while it is small, with inverted lists when it grows.

Source: Jégou, Douze & Schmid 2011, Product Quantization for Nearest Neighbor Search (inverted file), and the FAISS
guidelines for choosing an index. HNSW was not taken: vectors cannot be removed from it.
"""

import logging
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFolderError
from index.faiss_file import is_store
from index.vectors import all_cores, faiss_module

EXACT_UP_TO = 50_000
"""Vectors that are searched exactly: at 384 dimensions some milliseconds a question on one core."""
_TRAINED_ON = 40  # vectors for each list; more make training longer and hardly better
_PROBED = 48  # lists that are looked through: recall@10 of 0.97 on a million vectors (docs/scale.md)

log = logging.getLogger(__name__)


class FaissStore:
    """Vectors in memory or mapped from a file (`open`); what is mapped can only be searched."""

    def __init__(self, dimensions: int, exact_up_to: int = EXACT_UP_TO) -> None:
        faiss = faiss_module()
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))
        self._exact_up_to = exact_up_to

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def exact(self) -> bool:
        """Whether every vector is compared."""
        return not hasattr(faiss_module().downcast_index(self._index), "nprobe")

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add `vectors` of shape (ids, dimensions); none of the ids is there already.

        Raises:
            IndexFolderError: the store is of other dimensions.
        """
        self._check(vectors.shape[1])
        numbers = np.asarray(ids, dtype=np.int64)
        if self.exact and len(self) + len(numbers) > self._exact_up_to:
            self._make_lists(numbers, vectors)
        else:
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), numbers)

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the vectors of these ids; return how many of them were there."""
        return int(self._index.remove_ids(np.asarray(ids, dtype=np.int64)))

    def search(self, vector: NDArray[np.float32], count: int) -> tuple[list[int], list[float]]:
        """Return the ids and cosines of up to `count` nearest vectors, best first; ties by id.

        Raises:
            IndexFolderError: the store is of other dimensions.
        """
        self._check(len(vector))
        if not len(self):
            return [], []
        cosines, ids = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        found = sorted((-float(cosine), int(number)) for cosine, number in zip(cosines[0], ids[0], strict=True))
        return [number for _, number in found if number >= 0], [-negated for negated, number in found if number >= 0]

    def save(self, path: Path) -> None:
        """Write the file, through to the disk.

        Raises:
            OSError: the disk refuses.
        """
        faiss = faiss_module()
        # Through Python: faiss does not say that the disk was full when it closes a file.
        with path.open("wb") as file:
            try:
                faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))
            except RuntimeError as error:
                raise OSError(None, "the disk refuses") from error
            file.flush()
            os.fsync(file.fileno())  # before another file names it

    @classmethod
    def open(cls, path: Path, writable: bool = False, exact_up_to: int = EXACT_UP_TO) -> "FaissStore":
        """Open a file that `save` wrote; mapped from the disk unless `writable`.

        Raises:
            IndexFolderError: it is no such file.
        """
        faiss = faiss_module()
        flags = 0 if writable else faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY
        refusal = f"{path} is not a FAISS index that this version reads; make the collection again"
        try:
            if not is_store(path):
                raise IndexFolderError(refusal)
            index = faiss.read_index(str(path), flags)
        except (OSError, RuntimeError) as error:  # another process may have replaced it just now
            raise IndexFolderError(refusal) from error
        store = cls.__new__(cls)
        store._index, store._exact_up_to = index, exact_up_to
        return store

    def _check(self, dimensions: int) -> None:
        if dimensions != self._index.d:
            raise IndexFolderError(
                f"the collection has vectors of {self._index.d} numbers, the encoder of {dimensions}; "
                "make the collection again"
            )

    def _make_lists(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Move all vectors into inverted lists with 16 bits a number."""
        faiss = faiss_module()
        flat = faiss.downcast_index(self._index.index)
        known = faiss.vector_to_array(self._index.id_map)
        everything = np.concatenate([flat.reconstruct_n(0, flat.ntotal).reshape(-1, flat.d), vectors])
        if not np.isfinite(everything).all():  # a file may hold anything; faiss would not go on
            raise IndexFolderError("the collection has vectors that are no numbers; make the collection again")
        lists = max(1, 4 * math.isqrt(len(everything)))
        log.info(
            "%s vectors are more than %s: searched through %s of %s inverted lists instead of exactly",
            f"{len(everything):,}", f"{self._exact_up_to:,}", _PROBED, f"{lists:,}",
        )  # fmt: skip
        kind = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(flat.d), flat.d, lists, kind, faiss.METRIC_INNER_PRODUCT
        )
        index.nprobe = min(_PROBED, lists)
        index.cp.max_points_per_centroid = _TRAINED_ON
        index.cp.niter = 10
        sample = np.random.default_rng(0).permutation(len(everything))[: _TRAINED_ON * lists]
        with all_cores():
            index.train(everything[np.sort(sample)])
            index.add_with_ids(everything, np.concatenate([known, ids]))
        self._index = index
