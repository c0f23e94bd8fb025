"""Retrieval, index folders and the cache."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import HashEncoder, small_article

from index.article import Article
from index.cache import cached_index
from index.errors import ArticleError, IndexFolderError
from index.folder import _checksum, load_index, save_index
from index.lexical import LexicalIndex, words
from index.retrieval import build_index, reciprocal_rank_fusion

QUESTIONS = ("Who built the lighthouse?", "how long did the storm last", "xyzzy", "!!!")


def test_fusion_adds_reciprocal_ranks() -> None:
    fused = dict(reciprocal_rank_fusion(([7, 3], [3])))
    assert fused == {7: 1 / 61, 3: 1 / 62 + 1 / 61}
    assert [number for number, _ in reciprocal_rank_fusion(([1, 2], [2, 1]))] == [1, 2]


def test_the_right_paragraph_comes_first() -> None:
    index = build_index(small_article(), HashEncoder())
    (best, *_), ranks = index.search("How many sailors were saved in the storm?", 3), [1, 2, 3]
    assert best.chunk.paragraph_numbers == (2,)
    assert [hit.rank for hit in index.search("storm", 3)] == ranks
    assert all(-1.001 <= hit.similarity <= 1.001 for hit in index.search("storm", 10))


def test_words_are_stemmed_without_accents_and_stop_words() -> None:
    assert words("The cafés’ keepers") == words("cafe keeper")
    assert words("what is the") == []


def test_bm25_of_unknown_words_finds_nothing() -> None:
    lexical = LexicalIndex.build(["one lamp", "two ships", "!"])
    assert lexical.search("xyzzy", 5) == ([], [])
    assert lexical.search("ship", 5)[0] == [1]


def test_an_article_without_text_cannot_be_indexed() -> None:
    with pytest.raises(ArticleError, match="at least one paragraph"):
        build_index(Article("", "", (), "empty.txt"), HashEncoder())


def test_saved_and_loaded_index_finds_the_same(tmp_path: Path) -> None:
    index = build_index(small_article(), HashEncoder())
    save_index(index, tmp_path / "one")
    loaded = load_index(tmp_path / "one", HashEncoder())
    assert loaded.article == index.article
    for question in QUESTIONS:
        assert loaded.search(question, 5) == index.search(question, 5)
    assert [path.name for path in tmp_path.iterdir()] == ["one"], "nothing is left beside"


def test_saving_replaces_an_index_but_nothing_else(tmp_path: Path) -> None:
    index = build_index(small_article(), HashEncoder())
    save_index(index, tmp_path / "one")
    other = build_index(small_article("Only one line about lamps."), HashEncoder())
    save_index(other, tmp_path / "one")
    assert load_index(tmp_path / "one", HashEncoder()).article == other.article
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("mine")
    with pytest.raises(IndexFolderError, match="not an index folder"):
        save_index(index, precious)
    assert (precious / "thesis.txt").read_text() == "mine"


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_every_damaged_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    save_index(build_index(small_article(), HashEncoder()), whole)
    names = _files(whole)
    assert len(names) >= 6
    for name in names:
        content = (whole / name).read_bytes()
        flipped = bytes([content[0] ^ 1]) + content[1:]
        other = (whole / next(n for n in names if n != name)).read_bytes()
        for damage in (b"", content[: len(content) // 2], flipped, other, None):
            hurt = tmp_path / "hurt"
            shutil.copytree(whole, hurt)
            if damage is None:
                (hurt / name).unlink()
            else:
                (hurt / name).write_bytes(damage)
            with pytest.raises(IndexFolderError, match="article-qa index") as caught:
                load_index(hurt, HashEncoder())
            assert "\n" not in str(caught.value)
            save_index(build_index(small_article(), HashEncoder()), hurt)
            assert load_index(hurt, HashEncoder()).article == small_article(), "the way out leads out"
            shutil.rmtree(hurt)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 0}, "version 0"),
        ({"version": []}, "version"),
        ({"encoder": {"name": "other", "sha256": "1"}}, "encoder other"),
        ({"files": {"gone.json": "1"}}, "gone.json is missing"),
        ({"files": 3}, "damaged"),
        ({"settings": {"max_tokens": 1, "overlap_tokens": 5}}, "damaged"),
        ({"settings": []}, "damaged"),
        ({"article": {"title": "x", "fingerprint": "y"}}, "belong together"),
        ({"encoder": None}, "damaged"),
    ],
)
def test_another_manifest_is_named_even_if_it_is_whole(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = tmp_path / "index"
    save_index(build_index(small_article(), HashEncoder()), folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | change
    manifest["checksum"] = _checksum(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexFolderError, match=message):
        load_index(folder, HashEncoder())


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_flipped_byte_goes_unnoticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("flip") / "index"
    save_index(build_index(small_article(), HashEncoder()), folder)
    hurt = folder / data.draw(st.sampled_from(_files(folder)))
    content = bytearray(hurt.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    hurt.write_bytes(content)
    try:
        loaded = load_index(folder, HashEncoder())
    except IndexFolderError:
        return
    # White space of the manifest is the one thing that may change: then nothing else did.
    assert hurt.name == "manifest.json"
    assert loaded.article == small_article()


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["manifest.json", "index.html", "src/app.js"], "index.html"),  # a web app
        (["manifest.json", "background.js", "icons/16.png"], "background.js"),  # a browser extension
        (["manifest.json"], ""),
        (["manifest.json", "chunks.json", "vectors.faiss"], ""),  # another program's index
        (["manifest.json", "bm25/notes.txt"], ""),
        (["thesis.txt"], "thesis.txt"),
    ],
)
def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path, names: list[str], named: str) -> None:
    for name in names:
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / name).write_text('{"version": 2, "checksum": "x"}')
    with pytest.raises(IndexFolderError, match=rf"not an index folder.*{named}.*name another folder"):
        save_index(build_index(small_article(), HashEncoder()), tmp_path / "mine")
    assert all((tmp_path / "mine" / name).is_file() for name in names)


def test_a_file_put_into_an_index_is_not_lost(tmp_path: Path) -> None:
    index = build_index(small_article(), HashEncoder())
    save_index(index, tmp_path / "one")
    (tmp_path / "one" / "notes.txt").write_text("mine")
    with pytest.raises(IndexFolderError, match=r"holds 'notes\.txt'"):
        save_index(index, tmp_path / "one")
    with pytest.raises(IndexFolderError, match="is a file"):
        save_index(index, tmp_path / "one" / "notes.txt")
    assert (tmp_path / "one" / "notes.txt").read_text() == "mine"


def test_a_folder_that_is_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="article-qa index ARTICLE"):
        load_index(tmp_path, HashEncoder())


def test_the_second_time_comes_from_the_cache() -> None:
    encoder, said = HashEncoder(), list[str]()
    first = cached_index(small_article(), encoder, announce=said.append)
    count = encoder.encoded
    second = cached_index(small_article(), encoder, announce=said.append)
    assert encoder.encoded == count
    assert "built" in said[0]
    assert "nothing encoded" in said[1]
    for question in QUESTIONS:
        assert first.search(question, 5) == second.search(question, 5)


def test_a_damaged_cache_entry_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path))
    cached_index(small_article(), HashEncoder())
    (entry,) = tmp_path.iterdir()
    (entry / "chunks.json").write_text("[]")
    said: list[str] = []
    cached_index(small_article(), HashEncoder(), announce=said.append)
    assert "not used" in said[0]
    assert load_index(entry, HashEncoder()).article == small_article()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path / "file"))
    said: list[str] = []
    assert cached_index(small_article(), HashEncoder(), announce=said.append).chunks
    assert "not cached" in said[0]
