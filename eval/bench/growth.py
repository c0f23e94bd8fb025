"""Item 7: how index time, size, search and recall grow with the number of chunks."""

import logging
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.material import Material
from eval.bench.table import Cell, Ratio, Table
from index.encoder import SentenceEncoder
from index.faiss_store import FaissStore
from qa.opening import Opener

FIRST, STEP = 100, 100
QUESTIONS = 50
NEAREST = 10
_PART = 100_000


def growth(material: Material, largest: int) -> Table:
    """Index more and more chunks, and search them from the file that was written."""
    index = Opener().file(material.article).index
    known = index.vectors.stored(range(len(index.chunks)))
    encoder = SentenceEncoder()
    asked = np.stack([encoder.encode_question(text) for text in material.questions[:QUESTIONS]])
    logging.getLogger("index.faiss_store").setLevel(logging.INFO)
    rows: list[tuple[Cell, ...]] = []
    recall = 1.0
    count = FIRST
    while count <= largest:
        row, recall = _one(_varied(known, count), asked)
        rows.append(row)
        count *= STEP
    return Table(
        "7 Growth",
        "Vectors of the article's chunks, mixed in pairs and with noise added (seed 0), 384 numbers each; "
        f"{len(asked)} development questions. Indexing is without encoding (item 3). Search is of one question on one "
        f"core, from the mapped file. Recall of the {NEAREST} nearest against comparing all vectors.",
        (
            "chunks",
            "kind",
            "index, s",
            "size, MB",
            "open, ms",
            "search p50, ms",
            f"recall@{NEAREST}",
            "add 1,000, ms",
            "remove 1,000, ms",
        ),
        tuple(rows),
        (Ratio(f"recall@{NEAREST} at the largest size", recall, 0.95),),
    )


def _varied(known: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return `count` unit vectors, each between two of `known` and moved a little; shape (count, dimensions)."""
    chance = np.random.default_rng(0)
    made = np.empty((count, known.shape[1]), dtype=np.float32)
    for start in range(0, count, _PART):
        size = min(_PART, count - start)
        one, other = known[chance.integers(0, len(known), (2, size))]
        part = one + chance.random((size, 1), dtype=np.float32) * other
        part += 0.04 * chance.standard_normal(part.shape, dtype=np.float32)
        made[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def _one(vectors: NDArray[np.float32], asked: NDArray[np.float32]) -> tuple[tuple[Cell, ...], float]:
    began = time.perf_counter()
    store = FaissStore(vectors.shape[1])
    store.add(range(len(vectors)), vectors)
    built = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "vectors.faiss"
        store.save(path)
        size = path.stat().st_size / 1e6
        began = time.perf_counter()
        mapped = FaissStore.open(path)
        opened = time.perf_counter() - began
        taken, found = [], []
        for vector in asked:
            began = time.perf_counter()
            found.append(set(mapped.search(vector, NEAREST)[0]))
            taken.append(time.perf_counter() - began)
        del mapped
    nearest = [set(np.argpartition(-(vectors @ vector), NEAREST)[:NEAREST].tolist()) for vector in asked]
    recall = statistics.mean(len(a & b) / NEAREST for a, b in zip(found, nearest, strict=True))
    more = min(1000, len(vectors))
    began = time.perf_counter()
    store.add(range(len(vectors), len(vectors) + more), vectors[:more])
    added = time.perf_counter() - began
    began = time.perf_counter()
    store.remove(range(more))
    removed = time.perf_counter() - began
    kind = "exact" if store.exact else "inverted lists, 16 bits"
    times = [1000 * seconds for seconds in (opened, statistics.median(taken))]
    return (len(vectors), kind, built, size, *times, recall, 1000 * added, 1000 * removed), recall
