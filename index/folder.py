"""One index folder on disk: written atomically, checked byte for byte when read.

manifest.json   version, article, encoder, chunk settings, sha256 of every other file
article.json    canonical text and blocks
chunks.json     offsets of the chunks in the text
sentences.json  offsets of the sentences in the text
vectors.faiss   FAISS index of the chunks
sentence-vectors.faiss
bm25/           bm25s arrays
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.article import Article, Chunk, Paragraph
from index.chunking import ChunkSettings
from index.encoder import Encoder
from index.errors import IndexFolderError
from index.lexical import LexicalIndex
from index.retrieval import ArticleIndex
from index.vectors import VectorIndex

VERSION = 2
_MANIFEST = "manifest.json"


def save_index(index: ArticleIndex, folder: Path) -> None:
    """Write `index` to `folder`, replacing an index that stands there; never leaves half of one.

    Raises:
        IndexFolderError: something else stands there, or the disk refuses.
    """
    if folder.exists() and not (folder / _MANIFEST).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise IndexFolderError(f"{folder} exists and is not an index folder; name another --output")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise IndexFolderError(f"cannot write {folder}: {error.strerror}; name another --output") from error
    try:
        _write(index, beside)
        _swap(beside, folder)
    except OSError as error:
        raise IndexFolderError(
            f"cannot write {folder}: {error.strerror}; free some space or name another --output"
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def load_index(folder: Path, encoder: Encoder) -> ArticleIndex:
    """Read the index in `folder`; every file's sha256 is checked before it is parsed.

    Raises:
        IndexFolderError: missing, damaged, of another version, or made with another encoder.
    """
    if not (folder / _MANIFEST).is_file():
        raise IndexFolderError(f"{folder} is not an index folder (no {_MANIFEST}); {_way_out(folder)}")
    try:
        return _load(folder, encoder)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexFolderError(f"{folder} is damaged ({error}); {_way_out(folder)}") from error


def _load(folder: Path, encoder: Encoder) -> ArticleIndex:
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["version"] != VERSION:
        found = f"{folder} has index version {manifest['version']}, this program reads {VERSION}"
        raise IndexFolderError(f"{found}; {_way_out(folder)}")
    if manifest["checksum"] != _checksum(manifest):
        raise ValueError(f"{_MANIFEST} is not the file that was written")
    if manifest["encoder"]["sha256"] != encoder.sha256:
        found = f"{folder} was made with encoder {manifest['encoder']['name']}, not {encoder.name}"
        raise IndexFolderError(f"{found}; {_way_out(folder)}")
    _check_files(folder, manifest["files"])
    article = _article(json.loads((folder / "article.json").read_text(encoding="utf-8")))
    chunks = _chunks(json.loads((folder / "chunks.json").read_text(encoding="utf-8")), article)
    sentences = tuple(
        (int(start), int(end)) for start, end in json.loads((folder / "sentences.json").read_text(encoding="utf-8"))
    )
    vectors, lexical = VectorIndex.load(folder / "vectors.faiss"), LexicalIndex.load(folder / "bm25")
    sentence_vectors = VectorIndex.load(folder / "sentence-vectors.faiss")
    sizes = (len(vectors), len(sentence_vectors)) == (len(chunks), len(sentences))
    if not sizes or article.fingerprint != manifest["article"]["fingerprint"]:
        raise ValueError("its parts do not belong together")
    settings = ChunkSettings(**manifest["settings"])
    return ArticleIndex(article, settings, chunks, vectors, lexical, sentences, sentence_vectors, encoder)


def _way_out(folder: Path) -> str:
    return f"make it with `article-qa index ARTICLE --output {folder}`"


def _write(index: ArticleIndex, folder: Path) -> None:
    _dump(folder / "article.json", {
        "title": index.article.title,
        "text": index.article.text,
        "source": index.article.source,
        "paragraphs": [_block(p) for p in index.article.paragraphs],
        "headings": [_block(p) for p in index.article.headings],
    })  # fmt: skip
    _dump(folder / "chunks.json", [
        {"start": c.start, "length": len(c.text), "paragraphs": c.paragraph_numbers, "section": c.section}
        for c in index.chunks
    ])  # fmt: skip
    _dump(folder / "sentences.json", index.sentences)
    index.vectors.save(folder / "vectors.faiss")
    index.sentence_vectors.save(folder / "sentence-vectors.faiss")
    index.lexical.save(folder / "bm25")
    manifest = {
        "version": VERSION,
        "article": {"title": index.article.title, "fingerprint": index.article.fingerprint},
        "encoder": {"name": index.encoder.name, "sha256": index.encoder.sha256},
        "settings": asdict(index.settings),
        "files": {name: _sha256(folder / name) for name in _files(folder)},
    }
    _dump(folder / _MANIFEST, manifest | {"checksum": _checksum(manifest)})


def _swap(beside: Path, folder: Path) -> None:
    """Put `beside` in the place of `folder`; the old one is moved away first and then removed."""
    old = beside.with_name(beside.name + ".old")
    if folder.exists():
        os.replace(folder, old)
    os.replace(beside, folder)
    shutil.rmtree(old, ignore_errors=True)


def _check_files(folder: Path, expected: dict[str, str]) -> None:
    for name, digest in expected.items():
        if not (folder / name).is_file():
            raise ValueError(f"{name} is missing")
        if _sha256(folder / name) != digest:
            raise ValueError(f"{name} is not the file that was written")


def _checksum(manifest: dict[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="surrogatepass")


def _block(block: Paragraph) -> dict[str, Any]:
    return {
        "number": block.number,
        "start": block.start,
        "length": len(block.text),
        "section": block.section,
        "kind": block.kind,
    }


def _article(record: dict[str, Any]) -> Article:
    text: str = record["text"]

    def blocks(records: list[dict[str, Any]]) -> tuple[Paragraph, ...]:
        return tuple(
            Paragraph(r["number"], r["start"], text[r["start"] : r["start"] + r["length"]], r["section"], r["kind"])
            for r in records
        )

    return Article(record["title"], text, blocks(record["paragraphs"]), record["source"], blocks(record["headings"]))


def _chunks(records: list[dict[str, Any]], article: Article) -> tuple[Chunk, ...]:
    return tuple(
        Chunk(
            number,
            r["start"],
            article.text[r["start"] : r["start"] + r["length"]],
            tuple(r["paragraphs"]),
            r["section"],
        )
        for number, r in enumerate(records)
    )
