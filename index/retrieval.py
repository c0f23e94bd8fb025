"""A searchable article: chunks, dense vectors and BM25, joined by rank fusion."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, Hit
from index.chunking import ChunkSettings, chunk_article
from index.encoder import Encoder
from index.errors import ArticleError
from index.lexical import LexicalIndex
from index.sentences import sentence_spans
from index.vectors import VectorIndex

FUSION_CONSTANT = 60
"""k of reciprocal rank fusion, the value of its paper."""


@dataclass(frozen=True, slots=True)
class ArticleIndex:
    """An article with its chunks and both halves of retrieval.

    `sentences` are the half-open places of all sentences, in order, and `sentence_vectors` their vectors: a span is
    judged by its sentence, a window is found as a whole.
    """

    article: Article
    settings: ChunkSettings
    chunks: tuple[Chunk, ...]
    vectors: VectorIndex
    lexical: LexicalIndex
    sentences: tuple[tuple[int, int], ...]
    sentence_vectors: VectorIndex
    encoder: Encoder

    def search(self, question: str, top_k: int) -> tuple[Hit, ...]:
        """Return the `top_k` chunks that dense and lexical retrieval together rank best, best first.

        Scores are reciprocal rank fusion: the sum over both rankings of 1 / (60 + rank), in (0, 0.033].
        """
        vector = self.encoder.encode_question(question)
        # Both rankings go deeper than asked, so that a chunk good in both beats one good in one.
        depth = max(4 * top_k, 40)
        dense, _ = self.vectors.search(vector, depth)
        lexical, _ = self.lexical.search(question, depth)
        fused = reciprocal_rank_fusion((dense, lexical))[:top_k]
        similarities = self.vectors.similarities(vector, [number for number, _ in fused])
        return tuple(
            Hit(self.chunks[number], score, rank, similarity, self._sentences(self.chunks[number], vector))
            for rank, ((number, score), similarity) in enumerate(zip(fused, similarities, strict=True), start=1)
        )

    def hits_of(self, chunks: Sequence[Chunk], text: str) -> tuple[Hit, ...]:
        """Return `chunks` as hits of `text`, in the order given, without a fused score (0)."""
        vector = self.encoder.encode_question(text)
        similarities = self.vectors.similarities(vector, [chunk.number for chunk in chunks])
        return tuple(
            Hit(chunk, 0.0, rank, similarity, self._sentences(chunk, vector))
            for rank, (chunk, similarity) in enumerate(zip(chunks, similarities, strict=True), start=1)
        )

    def widened(self, chunk: Chunk) -> tuple[int, int]:
        """Return the half-open place of `chunk` with the sentence before and the one after it in its block."""
        block = self.article.paragraph_at(chunk.start, chunk.end)
        if block is None:
            return chunk.start, chunk.end
        touched = self.sentences_touching(chunk.start, chunk.end)
        start = max(self.sentences[max(touched.start - 1, 0)][0], block.start)
        end = min(self.sentences[min(touched.stop, len(self.sentences) - 1)][1], block.end)
        return min(start, chunk.start), max(end, chunk.end)

    def sentences_touching(self, start: int, end: int) -> range:
        """Return the numbers of the sentences that have characters in `[start, end)`."""
        first = bisect_right(self.sentences, start, key=lambda sentence: sentence[1])
        return range(first, bisect_left(self.sentences, end, key=lambda sentence: sentence[0]))

    def _sentences(self, chunk: Chunk, vector: NDArray[np.float32]) -> tuple[tuple[int, int, float], ...]:
        """Return the sentences that touch `chunk`, each with its cosine with `vector`."""
        touched = self.sentences_touching(chunk.start, chunk.end)
        cosines = self.sentence_vectors.similarities(vector, touched)
        return tuple((*self.sentences[number], cosine) for number, cosine in zip(touched, cosines, strict=True))


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Fuse rankings (numbers, best first) into (number, score) pairs, best first; ties by number.

    Source: Cormack, Clarke & Buettcher 2009, Reciprocal Rank Fusion, SIGIR.
    """
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] += 1 / (FUSION_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def build_index(article: Article, encoder: Encoder, settings: ChunkSettings | None = None) -> ArticleIndex:
    """Chunk, encode and index `article`.

    Raises:
        ArticleError: there is nothing in it to index.
    """
    settings = settings or ChunkSettings()
    chunks = chunk_article(article, settings)
    if not chunks:
        raise ArticleError(f"{article.source}: no text to ask about; give an article with at least one paragraph")
    vectors = VectorIndex.build(encoder.encode([encoded_text(chunk) for chunk in chunks]))
    lexical = LexicalIndex.build([f"{chunk.section} {chunk.text}" for chunk in chunks])
    sentences = tuple(
        (block.start + start, block.start + end)
        for block in article.paragraphs
        for start, end in sentence_spans(block.text)
    )
    sentence_vectors = VectorIndex.build(encoder.encode([article.text[start:end] for start, end in sentences]))
    return ArticleIndex(article, settings, chunks, vectors, lexical, sentences, sentence_vectors, encoder)


def encoded_text(chunk: Chunk) -> str:
    """Return what is encoded for `chunk`: its section heading says what a short window leaves out."""
    return f"{chunk.section}. {chunk.text}" if chunk.section else chunk.text
