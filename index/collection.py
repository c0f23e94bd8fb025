"""Many articles in one folder, found by one search: articles come and go without indexing the others again.

collection.json    version, encoder, where the vectors are, the articles with their numbers and chunks
articles/7/        the index folder of the article numbered 7
vectors-12.faiss   the vectors of all chunks; each change writes a new file, named and hashed in collection.json

A change is complete when collection.json is replaced; what an interrupted one left is removed by the next. The id of a
vector is its article's number times 2²⁰ plus its chunk's.
"""

import hashlib
import json
import os
import shutil
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.encoder import Encoder
from index.errors import IndexFolderError
from index.faiss_store import FaissStore
from index.folder import load_index, save_index
from index.retrieval import ArticleIndex
from index.vector_store import VectorStore

VERSION = 1
CHUNKS_OF_ARTICLE = 1 << 20
MAX_OPEN = 32
_CONTENT = "collection.json"


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a collection; `number` is never used again."""

    number: int
    title: str
    fingerprint: str
    chunks: int


@dataclass(frozen=True, slots=True)
class _Content:
    members: tuple[Member, ...] = ()
    next_number: int = 1
    vectors: str = ""
    sha256: str = ""


def is_collection(folder: Path) -> bool:
    """Whether a collection stands in `folder`."""
    return (folder / _CONTENT).is_file()


class Collection:
    """The articles of a folder; their vectors in a FAISS file of it, or in a store of its own (`store`)."""

    def __init__(self, folder: Path, encoder: Encoder, store: VectorStore | None = None) -> None:
        """Open the collection in `folder`; one that does not exist is empty until an article is added.

        Raises:
            IndexFolderError: it is damaged, made by another version or encoder, or its vectors are elsewhere.
        """
        self.folder = folder
        self._encoder = encoder
        self._outside = store
        self._content = self._read()
        if store is not None and self._content.vectors:
            raise IndexFolderError(
                f"the vectors of {folder} are in the folder itself, not in Milvus; ask without --milvus"
            )
        self._store: VectorStore | None = None
        self._open: OrderedDict[int, ArticleIndex] = OrderedDict()

    @property
    def members(self) -> tuple[Member, ...]:
        """The articles, in the order in which they were added."""
        return self._content.members

    def add(self, index: ArticleIndex) -> Member:
        """Add an article; its vectors are taken over, nothing is encoded.

        Raises:
            IndexFolderError: it is there already, is too long, or the disk refuses.
        """
        known = next((m for m in self.members if m.fingerprint == index.article.fingerprint), None)
        if known:
            raise IndexFolderError(f"{self.folder} has this article already, as number {known.number}; remove it first")
        if len(index.chunks) > CHUNKS_OF_ARTICLE:
            raise IndexFolderError(f"{index.article.source} has more than {CHUNKS_OF_ARTICLE:,} chunks; divide it")
        number = self._content.next_number
        save_index(index, self._place(number))
        vectors = index.vectors.stored(range(len(index.chunks)))
        ids = _ids(number, len(index.chunks))
        store = self._writable(vectors.shape[1])
        store.remove(ids)  # what an interrupted addition may have left in a store of its own
        store.add(ids, vectors)
        member = Member(number, index.article.title, index.article.fingerprint, len(index.chunks))
        self._write(replace(self._content, members=(*self.members, member), next_number=number + 1), store)
        return member

    def remove(self, number: int) -> Member:
        """Remove an article.

        Raises:
            IndexFolderError: there is none of that number, or the disk refuses.
        """
        member = next((m for m in self.members if m.number == number), None)
        if member is None:
            raise IndexFolderError(f"{self.folder} has no article {number}; `article-qa collection list` shows them")
        store = self._writable(0)
        store.remove(_ids(number, member.chunks))
        self._write(replace(self._content, members=tuple(m for m in self.members if m is not member)), store)
        self._open.pop(number, None)
        return member

    def nearest(self, question: str, articles: int, depth: int = 256) -> tuple[ArticleIndex, ...]:
        """Return the indexes of the `articles` articles whose chunks are most like `question`, best first."""
        if not self.members:
            return ()
        if self._store is None:
            self._store = self._opened() if self._outside is None else self._outside
        ids, _ = self._store.search(self._encoder.encode_question(question), depth)
        present = {member.number for member in self.members}
        numbers = [number for number in dict.fromkeys(i // CHUNKS_OF_ARTICLE for i in ids) if number in present]
        return tuple(self._index(number) for number in numbers[:articles])

    def _index(self, number: int) -> ArticleIndex:
        if number not in self._open:
            self._open[number] = load_index(self._place(number), self._encoder)
        self._open.move_to_end(number)
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)
        return self._open[number]

    def _place(self, number: int) -> Path:
        return self.folder / "articles" / str(number)

    def _opened(self, writable: bool = False) -> FaissStore:
        path = self.folder / self._content.vectors
        if not self._content.vectors:
            raise IndexFolderError(f"the vectors of {self.folder} are in Milvus; name the server with --milvus")
        if not path.is_file() or _sha256(path) != self._content.sha256:
            raise IndexFolderError(f"{path} is not the file that was written; make the collection again")
        return FaissStore.open(path, writable)

    def _writable(self, dimensions: int) -> VectorStore:
        if self._outside is not None:
            return self._outside
        return self._opened(writable=True) if self.members else FaissStore(dimensions)

    def _write(self, content: _Content, store: VectorStore) -> None:
        """Write vectors and content; the collection changes with the last step."""
        try:
            if isinstance(store, FaissStore):
                name = f"vectors-{content.next_number}-{len(content.members)}.faiss"
                store.save(self.folder / name)
                content = replace(content, vectors=name, sha256=_sha256(self.folder / name))
            record = asdict(content) | {"version": VERSION, "encoder": self._encoder.sha256}
            beside = self.folder / f".{_CONTENT}.new"
            with beside.open("w", encoding="utf-8") as file:
                json.dump(record, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.folder / _CONTENT)
        except OSError as error:
            cause = error.strerror or error
            raise IndexFolderError(f"cannot write {self.folder}: {cause}; free some space, then try again") from error
        self._content, self._store = content, None
        self._tidy()

    def _tidy(self) -> None:
        """Remove vectors and articles that the content does not name."""
        kept = {str(member.number) for member in self.members}
        with suppress(OSError):
            for path in self.folder.glob("vectors-*.faiss"):
                if path.name != self._content.vectors:
                    path.unlink()
            for place in (self.folder / "articles").iterdir():
                if place.name not in kept:
                    shutil.rmtree(place, ignore_errors=True)

    def _read(self) -> _Content:
        path = self.folder / _CONTENT
        if not path.is_file():
            if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise IndexFolderError(f"{self.folder} exists and is no collection; name another folder")
            return _Content()
        try:
            record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if record["version"] != VERSION or record["encoder"] != self._encoder.sha256:
                raise IndexFolderError(
                    f"{self.folder} was made by another version or with another encoder; make it again"
                )
            members = tuple(Member(**member) for member in record["members"])
            return _Content(members, int(record["next_number"]), str(record["vectors"]), str(record["sha256"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexFolderError(f"{path} is damaged ({error}); make the collection again") from error


def _ids(number: int, chunks: int) -> Sequence[int]:
    return range(number * CHUNKS_OF_ARTICLE, number * CHUNKS_OF_ARTICLE + chunks)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
