"""Collections made to do harm, with checksums that fit: who hands one on can compute those as well."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_models import HashEncoder, small_article
from test_collection import unit
from test_collection_faults import lamp, sound
from test_faults import damages

from index.collection import Collection
from index.collection_content import _checksum
from index.errors import IndexFolderError
from index.faiss_store import FaissStore
from index.retrieval import build_index
from index.vectors import faiss_module

__all__ = ["sound"]
QUESTION = "When was the lamp lit?"
VECTORS = unit(40, dimensions=64)
IDS = np.arange(40, dtype=np.int64) + (1 << 20)


def sign(place: Path, key: str = "", value: object = None) -> None:
    """Change a collection's content or its first article in it, and make the checksums fit."""
    path = place / "collection.json"
    content = json.loads(path.read_text())
    content["sha256"] = hashlib.sha256((place / content["vectors"]).read_bytes()).hexdigest()
    if key:
        (content if key in content else content["members"][0])[key] = value
    del content["checksum"]
    path.write_text(json.dumps(content | {"checksum": _checksum(content)}))


@pytest.fixture
def hurt(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "hurt"))


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("number", ["../../mine", "1", 1.0, True, None, 0, -1, 2, 3, 10**30]),
        ("chunks", ["1", [], -1, (1 << 20) + 1, 10**30]),
        ("title", [["<script>"], 5, None]),
        ("fingerprint", [None, {}]),
        ("more", [1]),
        ("next_number", ["3", 2, 1.5, True, None, 10**30]),
        ("vectors", ["../vectors-3-2.faiss", "/etc/passwd", "collection.json", ".", "vectors-3-2.faiss\n", ["x"], 0]),
        ("sha256", [5, None]),
        ("members", [{"1": 2}, [[]], 5]),
    ],
)
def test_content_that_cannot_be_is_damage(hurt: Path, key: str, values: list[object]) -> None:
    sign(hurt)
    assert len(Collection(hurt, HashEncoder()).nearest(QUESTION, 9)) == 2
    kept = (hurt / "collection.json").read_text()
    for value in values:
        (hurt / "collection.json").write_text(kept)
        sign(hurt, key, value)
        with pytest.raises(IndexFolderError, match="is damaged") as caught:
            Collection(hurt, HashEncoder())
        assert str(caught.value).isprintable()


def write_other(kind: str, path: Path) -> None:
    """Write an index that this program does not write, or one that it does with something else in it."""
    faiss = faiss_module()
    by_product, codes = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer
    flat, hnsw = faiss.IndexFlatIP(64), faiss.IndexHNSWFlat(64, 8, by_product)
    index = {
        "HNSW": lambda: faiss.IndexIDMap2(hnsw),
        "by L2": lambda: faiss.IndexIDMap2(faiss.IndexFlatL2(64)),
        "a map of one way": lambda: faiss.IndexIDMap(flat),
        "hashes": lambda: faiss.IndexIDMap2(faiss.IndexLSH(64, 64)),
        "lists of all numbers": lambda: faiss.IndexIVFFlat(flat, 64, 4, by_product),
        "lists of 8 bits": lambda: faiss.IndexIVFScalarQuantizer(flat, 64, 4, codes.QT_8bit, by_product),
        "lists by L2": lambda: faiss.IndexIVFScalarQuantizer(flat, 64, 4, codes.QT_fp16, faiss.METRIC_L2),
        "lists found by HNSW": lambda: faiss.IndexIVFScalarQuantizer(hnsw, 64, 4, codes.QT_fp16, by_product),
        "more looked through than there are": lambda: faiss.IndexIVFScalarQuantizer(
            flat, 64, 4, codes.QT_fp16, by_product
        ),
    }[kind]()
    index.train(VECTORS)
    index.add_with_ids(VECTORS, IDS)
    if kind == "more looked through than there are":
        index.nprobe = 10**9
    faiss.write_index(index, str(path))


@pytest.mark.parametrize(
    "kind",
    [
        *("HNSW", "by L2", "a map of one way", "hashes", "lists of all numbers", "lists of 8 bits", "lists by L2"),
        *("lists found by HNSW", "more looked through than there are"),
    ],
)
def test_no_other_index_is_given_to_faiss(hurt: Path, kind: str) -> None:
    write_other(kind, hurt / "vectors-3-2.faiss")
    sign(hurt)
    for use in (lambda: Collection(hurt, HashEncoder()).nearest(QUESTION, 9), lambda: lamp(3, hurt)):
        with pytest.raises(IndexFolderError, match="not a FAISS index that this version reads"):
            use()


@pytest.mark.parametrize("exact_up_to", [100, 10], ids=["exact", "lists"])
def test_vectors_of_other_dimensions_are_named(hurt: Path, exact_up_to: int) -> None:
    store = FaissStore(32, exact_up_to)
    store.add(IDS.tolist(), unit(40))
    store.save(hurt / "vectors-3-2.faiss")
    sign(hurt)
    for use in (lambda: Collection(hurt, HashEncoder()).nearest(QUESTION, 9), lambda: lamp(3, hurt)):
        with pytest.raises(IndexFolderError, match="vectors of 32 numbers, the encoder of 64"):
            use()
    assert len(Collection(hurt, HashEncoder()).members) == 2


def test_vectors_that_are_no_numbers_do_not_grow_into_lists(tmp_path: Path) -> None:
    vectors = np.where(np.arange(64) == 3, np.nan, VECTORS).astype(np.float32)
    store = FaissStore(64)
    store.add(IDS.tolist(), vectors)
    store.save(tmp_path / "v.faiss")
    grown = FaissStore.open(tmp_path / "v.faiss", writable=True, exact_up_to=50)
    with pytest.raises(IndexFolderError, match="no numbers"):
        grown.add(range(40), VECTORS)


@pytest.fixture(scope="module", params=[10**6, 10, 39], ids=["exact", "lists", "few lists"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file that this program writes: also one most of whose lists are empty, which is written otherwise."""
    store, path = FaissStore(64, exact_up_to=request.param), tmp_path_factory.mktemp("store") / "v.faiss"
    store.add(IDS.tolist(), VECTORS)
    if request.param == 39:
        store.remove(IDS[3:].tolist())
    store.save(path)
    return path.read_bytes()


def asked(path: Path, vector: NDArray[np.float32]) -> tuple[list[int], int]:
    """Ask a file of vectors, and change what it holds in memory."""
    found, _ = FaissStore.open(path).search(vector, 5)
    store = FaissStore.open(path, writable=True, exact_up_to=45)
    store.remove(range(1 << 20, (1 << 20) + 3))
    store.add(range(50), unit(50, seed=2, dimensions=64))
    assert len(store.search(vector, 50)[0]) <= 50
    return found, len(store)


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_of_vectors_is_refused_or_harmless(
    written: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "hurt.faiss"
    path.write_bytes(written)
    assert asked(path, VECTORS[0])[0][0] == IDS[0]
    head = data.draw(st.booleans(), label="in the first bytes, where the sizes are")
    content = written[:200] if head else written
    path.write_bytes(data.draw(damages(content, [b"", written * 2])) + (written[200:] if head else b""))
    try:
        found, size = asked(path, VECTORS[0])
    except IndexFolderError as error:
        assert str(error).isprintable()
        return
    assert len(found) <= 5
    assert 50 <= size <= 90


def test_an_empty_collection_and_a_full_one_are_read_again(tmp_path: Path) -> None:
    place = tmp_path / "news"
    lamp(1, place)
    Collection(place, HashEncoder()).remove(1)
    assert lamp(2, place).number == 2
    index = build_index(small_article(), HashEncoder())
    assert Collection(place, HashEncoder()).add(index).number == 3
