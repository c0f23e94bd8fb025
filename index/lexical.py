"""The lexical half of retrieval: BM25 over stemmed words (bm25s with PyStemmer).

Source: Robertson & Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond.
"""

import logging
import re
import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.format import MAGIC_PREFIX

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


class LexicalIndex:
    """BM25 scores of the chunks of one article."""

    def __init__(self, ranker: Any) -> None:
        self._ranker = ranker

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index `texts`, one a chunk."""
        ranker = _bm25s().BM25()
        # bm25s needs one word at least: an article of punctuation alone still has an index.
        ranker.index([words(text) or [""] for text in texts], show_progress=False)
        return cls(ranker)

    def search(self, question: str, count: int) -> tuple[list[int], list[float]]:
        """Return the numbers and BM25 scores of the `count` best chunks that share a word with `question`."""
        asked = [word for word in words(question) if word in self._ranker.vocab_dict]
        if not asked:
            return [], []
        scores = self._ranker.get_scores(asked)
        order = np.lexsort((np.arange(len(scores)), -scores))[:count]
        found = [int(number) for number in order if scores[number] > 0]
        return found, [float(scores[number]) for number in found]

    def save(self, folder: Path) -> None:
        """Write the index as a folder of arrays and JSON (no pickle)."""
        self._ranker.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, count: int) -> "LexicalIndex":
        """Read a folder whose files' sha256 the caller has checked; `count` texts were indexed.

        Raises:
            ValueError, KeyError, TypeError: it is not what `save` writes.
        """
        bm25s = _bm25s()
        defaults = bm25s.BM25()
        # The kind of ranking is ours to choose, not the file's.
        own = {name: getattr(defaults, name) for name in ("method", "idf_method", "dtype", "int_dtype", "backend")}
        for path in folder.glob("*.npy"):
            _check_array(path)
        ranker = bm25s.BM25.load(str(folder), allow_pickle=False, override_params=own)
        _check(ranker, count)
        return cls(ranker)


def _check_array(path: Path) -> None:
    """Check that a file begins as an array: numpy would open an archive in its place, and leave it open."""
    with path.open("rb") as file:
        if file.read(len(MAGIC_PREFIX)) != MAGIC_PREFIX:
            raise ValueError(f"{path.name} is no array")


def _check(ranker: Any, count: int) -> None:
    """Check that the arrays of a ranker, a sparse matrix by columns, point into each other and at `count` texts."""
    data, indices, indptr = (ranker.scores[name] for name in ("data", "indices", "indptr"))
    columns = [column for word, column in ranker.vocab_dict.items() if word]  # bm25s adds an empty one, never asked
    sound = (
        (data.dtype, data.ndim, indices.dtype.kind, indices.ndim) == (np.float32, 1, "i", 1)
        and (indptr.dtype.kind, indptr.ndim) == ("i", 1)
        and ranker.scores["num_docs"] == count
        and len(data) == len(indices)
        and len(indptr) > 1
        and (indptr[0], indptr[-1]) == (0, len(data))
        and bool((np.diff(indptr) >= 0).all())
        and bool(((indices >= 0) & (indices < count)).all())
        and bool(np.isfinite(data).all())
        and all(type(column) is int and 0 <= column < len(indptr) - 1 for column in columns)
    )
    if not sound:
        raise ValueError("the word index is not one that was written here")


def words(text: str) -> list[str]:
    """Return the stems of the words of `text`: lower case, no accents, no stop words."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    found = [word for word in _WORD.findall(plain.replace("’", "'").replace("'s", "")) if word not in _STOP_WORDS]
    stems: list[str] = _stemmer().stemWords(found)
    return stems


class _Own(threading.local):
    """Each thread's own stemmer: PyStemmer's must not be shared."""

    stemmer: "Stemmer | None" = None


_own = _Own()


def _bm25s() -> Any:
    """Import bm25s, which logs every call at debug level unless told otherwise."""
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


def _stemmer() -> "Stemmer":
    if _own.stemmer is None:
        from Stemmer import Stemmer

        _own.stemmer = Stemmer("english")
    return _own.stemmer
