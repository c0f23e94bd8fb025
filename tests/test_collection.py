"""Many articles in one collection, and the stores that hold their vectors."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from small_models import CALIBRATION, HashEncoder, OverlapReader, small_article
from typer.testing import CliRunner

from index.collection import Collection
from index.collection_content import is_collection
from index.errors import IndexFolderError
from index.faiss_store import FaissStore
from index.milvus_store import MilvusStore
from index.retrieval import ArticleIndex, build_index
from index.vector_store import VectorStore
from qa.collection import CollectionAssistant
from ui.cli import app

MILL = "# The mill of Birk\n\nThe mill of Birk was sold in 1911 to Hanna Orlo. It has nine windows and a red roof."
SHIP = "# The ship Corvale\n\nThe ship Corvale sank near Elsing in 1955. Captain Lind was rescued by fishermen."


def index_of(text: str | None = None) -> ArticleIndex:
    return build_index(small_article(text) if text else small_article(), HashEncoder())


def unit(count: int, seed: int = 0, dimensions: int = 32) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(params=["exact", "lists", "milvus"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "milvus":
        pytest.importorskip("milvus_lite", reason="the optional extra milvus is not installed")
        made = MilvusStore(str(tmp_path / "vectors.db"), 32)
        yield made
        made.close()
    else:
        yield FaissStore(32, exact_up_to=10**6 if request.param == "exact" else 100)


def test_every_store_finds_adds_and_removes_alike(store: VectorStore) -> None:
    vectors = unit(400)
    ids = [7 * n + (5 << 20) for n in range(400)]
    assert store.search(vectors[0], 3) == ([], [])
    store.add(ids[:150], vectors[:150])
    store.add(ids[150:], vectors[150:])
    assert len(store) == 400
    for number in (0, 149, 150, 399):
        found, cosines = store.search(vectors[number], 5)
        assert found[0] == ids[number]
        assert cosines[0] == pytest.approx(1, abs=0.01)
        assert cosines == sorted(cosines, reverse=True)
    assert store.remove([*ids[:10], 10**9]) == 10
    assert len(store) == 390
    assert ids[3] not in store.search(vectors[3], 20)[0]
    store.add(ids[:10], vectors[:10])
    assert store.search(vectors[3], 1)[0] == [ids[3]]


def test_a_grown_store_says_why_it_is_no_longer_exact(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    store, vectors = FaissStore(32, exact_up_to=1000), unit(3000)
    store.add(range(1000), vectors[:1000])
    assert store.exact
    store.add(range(1000, 3000), vectors[1000:])
    assert not store.exact
    assert "3,000 vectors are more than 1,000: searched through" in caplog.text
    store.save(tmp_path / "v.faiss")
    mapped, asked = FaissStore.open(tmp_path / "v.faiss"), unit(50, seed=1)
    exact = np.argsort(-(asked @ vectors.T), axis=1)[:, :10]
    for one in (store, mapped):
        shared = [len(set(one.search(v, 10)[0]) & set(e.tolist())) for v, e in zip(asked, exact, strict=True)]
        assert np.mean(shared) >= 8.5
    writable = FaissStore.open(tmp_path / "v.faiss", writable=True)
    writable.add([9000], asked[:1])
    assert writable.search(asked[0], 1)[0] == [9000]
    (tmp_path / "v.faiss").write_bytes(b"IxMp")
    with pytest.raises(IndexFolderError, match="not a FAISS index"):
        FaissStore.open(tmp_path / "v.faiss")


def milvus(folder: Path) -> VectorStore | None:
    pytest.importorskip("milvus_lite", reason="the optional extra milvus is not installed")
    return MilvusStore(str(folder / "milvus.db"), 64)


@pytest.mark.parametrize("outside", [lambda folder: None, milvus], ids=["faiss", "milvus"])
def test_articles_come_and_go_and_the_answer_names_its_own(
    tmp_path: Path, outside: Callable[[Path], VectorStore | None]
) -> None:
    folder, store, encoder = tmp_path / "all", outside(tmp_path), HashEncoder()
    collection = Collection(folder, encoder, store)
    assert not is_collection(folder)
    for text in (None, MILL, SHIP):
        collection.add(index_of(text))
    assert is_collection(folder)
    encoder.encoded = 0

    def ask(question: str) -> tuple[str, str | None]:
        answer = CollectionAssistant(Collection(folder, encoder, store), OverlapReader(), CALIBRATION, 5, 2).ask(
            question
        )
        assert all(c.quote in answer.article.text for c in answer.citations)
        return answer.article.title, answer.text

    assert ask("Who was the mill of Birk sold to?")[0] == "The mill of Birk"
    title, text = ask("When was the ship Corvale sunk near Elsing?")
    assert title == "The ship Corvale"
    assert text == "The ship Corvale sank near Elsing in 1955."
    assert ask("Who built the lighthouse of Marrow Point?")[0] == "The lighthouse of Marrow Point"
    assert encoder.encoded <= 3 * 6, "only questions are encoded"

    with pytest.raises(IndexFolderError, match="already, as number 2"):
        Collection(folder, encoder, store).add(index_of(MILL))
    assert Collection(folder, encoder, store).remove(2).title == "The mill of Birk"
    assert sorted(path.name for path in (folder / "articles").iterdir()) == ["1", "3"]
    assert ask("Who was the mill of Birk sold to?")[0] != "The mill of Birk"
    with pytest.raises(IndexFolderError, match="no article 2"):
        Collection(folder, encoder, store).remove(2)
    assert Collection(folder, encoder, store).add(index_of(MILL)).number == 4, "a number is never used again"
    assert ask("Who was the mill of Birk sold to?")[0] == "The mill of Birk"


def test_damage_and_interruption(tmp_path: Path) -> None:
    folder, encoder = tmp_path / "all", HashEncoder()
    with pytest.raises(IndexFolderError, match="no articles"):
        CollectionAssistant(Collection(folder, encoder), OverlapReader(), CALIBRATION, 5).ask("Who?")
    collection = Collection(folder, encoder)
    collection.add(index_of())
    # An addition that was cut off before its last step leaves files that nobody reads, and the next removes.
    (folder / "vectors-9-9.faiss").write_bytes(b"half")
    (folder / "articles" / "2").mkdir()
    assert len(Collection(folder, encoder).members) == 1
    assert Collection(folder, encoder).add(index_of(MILL)).number == 2
    assert [path.name for path in folder.glob("vectors-*")] == ["vectors-3-2.faiss"]
    content = (folder / "collection.json").read_text()
    (folder / "vectors-3-2.faiss").write_bytes(b"other")
    with pytest.raises(IndexFolderError, match="not the file that was written"):
        Collection(folder, encoder).nearest("Who?", 1)
    for damage, message in (("{", "damaged"), (content.replace('"version": 3', '"version": 2'), "another version")):
        (folder / "collection.json").write_text(damage)
        with pytest.raises(IndexFolderError, match=message):
            Collection(folder, encoder)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(IndexFolderError, match="no collection"):
        Collection(tmp_path, encoder)


@pytest.mark.parametrize(
    "mine", ["articles/drafts/a.txt", "articles/2024/a.txt", "articles/a.txt", "articles/1/a.txt", "articles/01/a.txt"]
)
def test_a_folder_of_articles_that_is_no_collection_is_left_alone(tmp_path: Path, mine: str) -> None:
    folder = tmp_path / "blog"
    (folder / mine).parent.mkdir(parents=True)
    (folder / mine).write_text("mine")
    with pytest.raises(IndexFolderError, match=r"is no collection|is not an index folder"):
        Collection(folder, HashEncoder()).add(index_of())
    assert (folder / mine).read_text() == "mine"


def test_what_someone_put_into_a_collection_stays_there(tmp_path: Path) -> None:
    folder, encoder = tmp_path / "all", HashEncoder()
    Collection(folder, encoder).add(index_of())
    mine = [folder / name for name in ("articles/drafts/a", "articles/2024/a", "articles/a", "vectors-mine.faiss")]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    Collection(folder, encoder).remove(Collection(folder, encoder).add(index_of(MILL)).number)
    assert not (folder / "articles" / "2").exists()
    assert [path.read_text() for path in mine] == ["mine"] * 4


def test_a_collection_without_its_content_is_not_begun_anew(tmp_path: Path) -> None:
    folder, encoder = tmp_path / "all", HashEncoder()
    for text in (MILL, SHIP):
        Collection(folder, encoder).add(index_of(text))
    (folder / "collection.json").unlink()
    with pytest.raises(IndexFolderError, match="is no collection"):
        Collection(folder, encoder).add(index_of())
    assert len(list((folder / "articles").iterdir())) == 2


def test_milvus_is_opened_again_and_missed_where_it_is_not_named(tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite", reason="the optional extra milvus is not installed")
    uri, folder, encoder = str(tmp_path / "milvus.db"), tmp_path / "all", HashEncoder()
    first = MilvusStore(uri, 64)
    Collection(folder, encoder, first).add(index_of(MILL))
    first.close()
    again = MilvusStore(uri, 64)
    assert len(again) == 1
    (found,) = Collection(folder, encoder, again).nearest("Who bought the mill?", 3)
    assert found.article.title == "The mill of Birk"
    with pytest.raises(IndexFolderError, match="in Milvus; name the server"):
        Collection(folder, encoder).nearest("Who?", 1)
    with pytest.raises(IndexFolderError, match="in Milvus; name the server"):
        Collection(folder, encoder).add(index_of(SHIP))
    Collection(tmp_path / "own", encoder).add(index_of(MILL))
    with pytest.raises(IndexFolderError, match="not in Milvus"):
        Collection(tmp_path / "own", encoder, again)
    again.close()
    with pytest.raises(IndexFolderError, match="vectors of 64 numbers, not 32"):
        MilvusStore(uri, 32)


@pytest.mark.model
def test_the_commands_add_list_ask_and_remove(tmp_path: Path) -> None:
    for name, text in (("mill", MILL), ("ship", SHIP)):
        (tmp_path / f"{name}.md").write_text(text)
    folder = str(tmp_path / "all")

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments])
        assert result.exit_code == 0, result.output
        return result.output

    run("collection", "add", folder, str(tmp_path / "mill.md"), str(tmp_path / "ship.md"))
    assert "articles: 2, chunks: 2" in run("collection", "list", folder)
    assert run("ask", "Who was the mill of Birk sold to?", "--index", folder).startswith(
        "The mill of Birk:\nHanna Orlo"
    )
    assert "The mill of Birk removed" in run("collection", "remove", folder, "1")
    assert "articles: 1, chunks: 1" in run("collection", "list", folder)
    again = CliRunner().invoke(app, ["collection", "add", folder, str(tmp_path / "ship.md")])
    assert again.exit_code == 1
    assert "already, as number 2" in again.output
