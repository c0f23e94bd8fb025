"""Many articles in one folder, found by one search: articles come and go without indexing the others again.

collection.json    version, encoder, where the vectors are, the articles with their numbers and chunks
articles/7/        the index folder of the article numbered 7
vectors-12-3.faiss the vectors of all chunks; each change writes a new file, named and hashed in collection.json
.lock              held while one process changes the collection; who asks needs no lock

A change is complete when collection.json is replaced; what an interrupted one left is removed by the next. The id of a
vector is its article's number times 2²⁰ plus its chunk's.
"""

import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.collection_content import (
    CHUNKS_OF_ARTICLE,
    Content,
    Member,
    is_collection,
    left_behind,
    read_content,
    write_content,
)
from index.encoder import Encoder
from index.errors import IndexFolderError
from index.faiss_store import FaissStore
from index.folder import load_index, save_index
from index.retrieval import ArticleIndex
from index.vector_store import VectorStore

MAX_OPEN = 32
WAIT_SECONDS = 60
_TRIES = 5  # of asking a collection that other processes change meanwhile


class Collection:
    """The articles of a folder; their vectors in a FAISS file of it, or in a store of its own (`store`).

    Several processes may change and ask one folder: a change waits for the other, a question sees whole states only.
    """

    def __init__(self, folder: Path, encoder: Encoder, store: VectorStore | None = None) -> None:
        """Open the collection in `folder`; one that does not exist is empty until an article is added.

        Raises:
            IndexFolderError: it is damaged, made by another version or encoder, or its vectors are elsewhere.
        """
        self.folder = folder
        self._encoder = encoder
        self._outside = store
        self._content = self._read()
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
        if len(index.chunks) > CHUNKS_OF_ARTICLE:
            raise IndexFolderError(f"{index.article.source} has more than {CHUNKS_OF_ARTICLE:,} chunks; divide it")
        with self._changing():
            known = next((m for m in self.members if m.fingerprint == index.article.fingerprint), None)
            if known:
                raise IndexFolderError(
                    f"{self.folder} has this article already, as number {known.number}; remove it first"
                )
            number = self._content.next_number
            save_index(index, self._place(number))
            vectors = index.vectors.stored(range(len(index.chunks)))
            store = self._writable(vectors.shape[1])
            if store is self._outside:
                store.remove(_ids(number, CHUNKS_OF_ARTICLE))  # what an interrupted addition may have left there
            store.add(_ids(number, len(index.chunks)), vectors)
            member = Member(number, index.article.title, index.article.fingerprint, len(index.chunks))
            self._write(replace(self._content, members=(*self.members, member), next_number=number + 1), store)
        return member

    def remove(self, number: int) -> Member:
        """Remove an article.

        Raises:
            IndexFolderError: there is none of that number, or the disk refuses.
        """
        if not is_collection(self.folder):  # the lock would make the folder
            raise IndexFolderError(f"{self.folder} is no collection")
        with self._changing():
            member = self._member(number)
            content = replace(self._content, members=tuple(m for m in self.members if m is not member))
            store, ids = self._writable(0), _ids(number, member.chunks)
            if store is not self._outside:
                store.remove(ids)
            self._write(content, store)
            if store is self._outside:
                store.remove(ids)  # last: vectors of no article are passed over, an article without any is lost
        return member

    def nearest(self, question: str, articles: int, depth: int = 256) -> tuple[ArticleIndex, ...]:
        """Return the indexes of the `articles` articles whose chunks are most like `question`, best first.

        Raises:
            IndexFolderError: the collection is damaged, or its vectors are elsewhere.
        """
        vector = self._encoder.encode_question(question)
        for _ in range(_TRIES):
            try:
                return self._nearest(vector, articles, depth)
            except IndexFolderError:
                seen = self._content
                self._take(self._read())
                if self._content == seen:
                    raise
        raise IndexFolderError(f"{self.folder} is changed again and again by other processes; ask when they are done")

    def _nearest(self, vector: NDArray[np.float32], articles: int, depth: int) -> tuple[ArticleIndex, ...]:
        if not self.members:
            return ()
        if self._store is None:
            self._store = self._opened() if self._outside is None else self._outside
        ids, _ = self._store.search(vector, depth)
        present = {member.number: member for member in self.members}
        numbers = [number for number in dict.fromkeys(i // CHUNKS_OF_ARTICLE for i in ids) if number in present]
        return tuple(self._index(present[number]) for number in numbers[:articles])

    def _index(self, member: Member) -> ArticleIndex:
        number, place = member.number, self._place(member.number)
        if number not in self._open:
            index = load_index(place, self._encoder)
            if (index.article.fingerprint, len(index.chunks)) != (member.fingerprint, member.chunks):
                raise IndexFolderError(f"{place} has another article than was added; make the collection again")
            self._open[number] = index
        self._open.move_to_end(number)
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)
        return self._open[number]

    def _member(self, number: int) -> Member:
        for member in self.members:
            if member.number == number:
                return member
        raise IndexFolderError(f"{self.folder} has no article {number}; `article-qa collection list` shows them")

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

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let no other process change the folder meanwhile, and see what others changed before."""
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=WAIT_SECONDS)
            with lock:
                self._take(self._read())
                yield
        except Timeout as error:
            raise IndexFolderError(f"another process is changing {self.folder}; try again when it is done") from error
        except OSError as error:
            cause = error.strerror or error
            raise IndexFolderError(f"cannot write {self.folder}: {cause}; free some space, then try again") from error

    def _write(self, content: Content, store: VectorStore) -> None:
        """Write vectors and content; the collection changes with the last step."""
        try:
            if isinstance(store, FaissStore):
                path = self.folder / f"vectors-{content.next_number}-{len(content.members)}.faiss"
                store.save(path)
                content = replace(content, vectors=path.name, sha256=_sha256(path))
            write_content(self.folder, content, self._encoder.sha256)
            self._take(content)
        finally:
            self._tidy()

    def _tidy(self) -> None:
        """Remove vectors and articles that the content does not name."""
        with suppress(OSError):
            for path in left_behind(self.folder, self._content):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()

    def _read(self) -> Content:
        content = read_content(self.folder, self._encoder.sha256)
        if self._outside is not None and content.vectors:
            raise IndexFolderError(
                f"the vectors of {self.folder} are in the folder itself, not in Milvus; ask without --milvus"
            )
        return content

    def _take(self, content: Content) -> None:
        """Go on with `content`; what is open of articles that are gone is closed."""
        if content != self._content:
            kept = {member.number for member in content.members}
            self._open = OrderedDict((n, index) for n, index in self._open.items() if n in kept)
            self._content, self._store = content, None


def _ids(number: int, chunks: int) -> range:
    return range(number * CHUNKS_OF_ARTICLE, number * CHUNKS_OF_ARTICLE + chunks)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
