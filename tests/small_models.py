"""Small real classes for our protocols: they compute, quickly and without weights."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.lexical import words
from index.loading import article_from_text
from index.retrieval import build_index
from index.sentences import sentence_spans
from qa.answer import Span
from qa.assistant import Assistant
from qa.calibration import Calibration, Logistic
from qa.reading import Reading

TEXT = """# The lighthouse of Marrow Point

By Ada Finch

The lighthouse of Marrow Point was built in 1874 by the engineer Tobias Kell. \
It cost 12,000 pounds and stands 41 metres tall.

## Storms

A storm in January 1902 broke the lamp. The keeper, Maria Sund, lit a fire on the rocks \
and saved nineteen sailors. The storm lasted three days.

## Today

Since 1986 the lamp has been automatic, because no keeper wanted to live there. \
The lighthouse is open to visitors on Sundays.
"""


class HashEncoder:
    """Bag of stems hashed into 64 dimensions, unit length."""

    name = "hash"
    sha256 = "0" * 64

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                vectors[row, hashlib.sha256(word.encode()).digest()[0] % 64] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([question])[0], dtype=np.float32)


class OverlapReader:
    """Reads the sentence that shares most words with the question; needs no encoder."""

    name = "overlap"

    def read(self, pairs: Sequence[tuple[str, Chunk]]) -> list[Reading]:
        return [self._read(question, chunk) for question, chunk in pairs]

    def _read(self, question: str, chunk: Chunk) -> Reading:
        asked = set(words(question))
        spans = [
            Span(chunk.start + start, chunk.text[start:end], 4.0 * len(asked & set(words(chunk.text[start:end]))) - 5)
            for start, end in sentence_spans(chunk.text)
        ]
        return Reading(chunk, tuple(sorted(spans, key=lambda span: -span.score)), 0.0)


CALIBRATION = Calibration(
    choice=Logistic(0.0, (5.0, 1.0, 1.0)),
    confidence=Logistic(-1.0, (0.0, 4.0, 0.0, 0.0, 1.0, -3.0, -3.0)),
    threshold=0.5,
    accuracy={"high": (0.9, 10), "medium": (0.7, 10), "low": (0.5, 10)},
)


def small_article(text: str = TEXT) -> Article:
    return article_from_text(text, source="small.md", markdown=True)


def small_assistant(text: str = TEXT, top_k: int = 5) -> Assistant:
    return Assistant(build_index(small_article(text), HashEncoder()), OverlapReader(), CALIBRATION, top_k)
