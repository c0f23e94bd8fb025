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
import time
from dataclasses import asdict
from pathlib import Path
from tokenize import TokenError
from typing import Any

from index.chunking import ChunkSettings
from index.encoder import Encoder
from index.errors import IndexFolderError
from index.lexical import LexicalIndex
from index.records import article_of, article_record, chunk_records, chunks_of, spans_of
from index.replacing import identity, replacing, tidy
from index.retrieval import ArticleIndex
from index.vectors import VectorIndex

VERSION = 3
_MANIFEST = "manifest.json"
_READ = ("article.json", "chunks.json", "sentences.json", "vectors.faiss", "sentence-vectors.faiss")
_NAMES = frozenset((_MANIFEST, *_READ, "bm25"))
_MOMENT = 0.05  # seconds
_TRIES = 20  # of reading a folder that other processes replace meanwhile
_DAMAGE = (
    *(OSError, KeyError, TypeError, ValueError, AttributeError),
    *(IndexError, OverflowError, RecursionError, MemoryError, EOFError, SyntaxError, TokenError),  # numpy's files, too
)


def save_index(index: ArticleIndex, folder: Path) -> None:
    """Write `index` to `folder`, replacing an index that stands there; never leaves half of one.

    Raises:
        IndexFolderError: something else stands there, or the disk refuses.
    """
    try:
        _check_place(folder)
        with replacing(folder) as beside:
            _write(index, beside)
    except OSError as error:
        raise IndexFolderError(
            f"cannot write {folder}: {error.strerror or error}; free some space or name another --output"
        ) from error


def load_index(folder: Path, encoder: Encoder) -> ArticleIndex:
    """Read the index in `folder`; every file's sha256 is checked before it is parsed.

    Raises:
        IndexFolderError: missing, damaged, of another version, or made with another encoder.
    """
    failed: object = ...
    for _ in range(_TRIES):
        if not folder.exists():
            tidy(folder)  # a writer may have been killed in the moment between the old index and the new
        standing = identity(folder)
        try:
            return _loaded(folder, encoder)
        except IndexFolderError:
            # A folder may be moved away and put back while it is read: what fails twice, and stands still, is wrong.
            if failed == standing == identity(folder) and (standing or not _is_being_replaced(folder)):
                raise
        failed = standing
        time.sleep(_MOMENT)
    raise IndexFolderError(f"{folder} is written again and again by other processes; ask when they are done")


def _check_place(folder: Path) -> None:
    """Refuse to replace anything but an index, which may be damaged: most of its files are there, and no other.

    Its manifest would not do as a sign: web pages and browser extensions have a file of that name, too.
    """
    standing = identity(folder)
    try:
        found = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise IndexFolderError(f"{folder} is a file; name another folder") from error
    others = sorted(found - _NAMES)
    is_index = not others and len(found) > len(_NAMES) / 2
    if found and not is_index and identity(folder) == standing:  # else another process is replacing its index
        held = f" (it holds {others[0]!r})" if others else ""
        raise IndexFolderError(f"{folder} exists and is not an index folder{held}; name another folder")


def _is_being_replaced(folder: Path) -> bool:
    """Return whether a writer is at work beside `folder`, or has just been: between old and new index none stands."""
    return any(folder.parent.glob(f".{folder.name}.*")) or folder.exists()


def _loaded(folder: Path, encoder: Encoder) -> ArticleIndex:
    try:
        return _load(folder, encoder)
    except _DAMAGE as error:
        cause = str(error) or type(error).__name__
        raise IndexFolderError(f"{folder} is damaged ({' '.join(cause.split())}); {_way_out(folder)}") from error


def _load(folder: Path, encoder: Encoder) -> ArticleIndex:
    if not (folder / _MANIFEST).is_file():
        raise IndexFolderError(f"{folder} is not an index folder (no {_MANIFEST}); {_way_out(folder)}")
    manifest = _parsed(folder / _MANIFEST)
    if manifest["version"] != VERSION:
        found = f"{folder} has index version {manifest['version']}, this program reads {VERSION}"
        raise IndexFolderError(f"{found}; {_way_out(folder)}")
    if manifest["checksum"] != _checksum(manifest):
        raise ValueError(f"{_MANIFEST} is not the file that was written")
    if manifest["encoder"]["sha256"] != encoder.sha256:
        found = f"{folder} was made with encoder {manifest['encoder']['name']}, not {encoder.name}"
        raise IndexFolderError(f"{found}; {_way_out(folder)}")
    _check_files(folder, manifest["files"])
    article = article_of(_parsed(folder / "article.json"))
    chunks = chunks_of(_parsed(folder / "chunks.json"), article)
    sentences = spans_of(_parsed(folder / "sentences.json"), article)
    vectors, lexical = VectorIndex.load(folder / "vectors.faiss"), LexicalIndex.load(folder / "bm25", len(chunks))
    sentence_vectors = VectorIndex.load(folder / "sentence-vectors.faiss")
    sizes = (len(vectors), len(sentence_vectors), vectors.dimensions)
    fits = sizes == (len(chunks), len(sentences), sentence_vectors.dimensions)
    if not fits or article.fingerprint != manifest["article"]["fingerprint"]:
        raise ValueError("its parts do not belong together")
    settings = ChunkSettings(**manifest["settings"])
    return ArticleIndex(article, settings, chunks, vectors, lexical, sentences, sentence_vectors, encoder)


def _way_out(folder: Path) -> str:
    return f"make it with `article-qa index ARTICLE --output {folder}`"


def _write(index: ArticleIndex, folder: Path) -> None:
    _dump(folder / "article.json", article_record(index.article))
    _dump(folder / "chunks.json", chunk_records(index.chunks))
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


def _check_files(folder: Path, expected: dict[str, str]) -> None:
    for name, digest in expected.items():
        if not (folder / name).is_file():
            raise ValueError(f"{name} is missing")
        if _sha256(folder / name) != digest:
            raise ValueError(f"{name} is not the file that was written")
    unnamed = {*_READ, *(f"bm25/{name}" for name in _files(folder / "bm25"))} - set(expected)
    if unnamed:
        raise ValueError(f"{_MANIFEST} does not name {min(unnamed)}")


def _checksum(manifest: dict[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="surrogatepass")
