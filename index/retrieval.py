"""A searchable article: chunks, dense vectors and BM25, joined by rank fusion."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Chunk, Hit
from index.chunking import ChunkSettings, chunk_article
from index.encoder import Encoder
from index.errors import ArticleError
from index.lexical import LexicalIndex
from index.vectors import VectorIndex

FUSION_CONSTANT = 60
"""k of reciprocal rank fusion, the value of its paper."""


@dataclass(frozen=True, slots=True)
class ArticleIndex:
    """An article with its chunks and both halves of retrieval."""

    article: Article
    settings: ChunkSettings
    chunks: tuple[Chunk, ...]
    vectors: VectorIndex
    lexical: LexicalIndex
    encoder: Encoder

    def search(self, question: str, top_k: int) -> tuple[Hit, ...]:
        """Return the `top_k` chunks that dense and lexical retrieval together rank best, best first.

        Scores are reciprocal rank fusion: the sum over both rankings of 1 / (60 + rank), in (0, 0.033].
        """
        vector = self.encoder.encode([question])[0]
        similarities = self.vectors.similarities(vector)
        # Both rankings go deeper than asked, so that a chunk good in both beats one good in one.
        depth = max(4 * top_k, 40)
        dense, _ = self.vectors.search(vector, depth)
        lexical, _ = self.lexical.search(question, depth)
        fused = reciprocal_rank_fusion((dense, lexical))[:top_k]
        return tuple(
            Hit(self.chunks[number], score, rank, float(similarities[number]))
            for rank, (number, score) in enumerate(fused, start=1)
        )


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
    return ArticleIndex(article, settings, chunks, vectors, lexical, encoder)


def encoded_text(chunk: Chunk) -> str:
    """Return what is encoded for `chunk`: its section heading says what a short window leaves out."""
    return f"{chunk.section}. {chunk.text}" if chunk.section else chunk.text
