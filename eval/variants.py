"""The variants that the ablations compare, each as a recipe that is made when its turn comes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from eval.asking import Asks
from index.article import Article, Hit
from index.chunking import ChunkSettings
from index.encoder import SentenceEncoder
from index.retrieval import ArticleIndex, build_index
from qa.assistant import TOP_K, Assistant
from qa.calibration import Calibration, Logistic
from qa.features import CANDIDATE_FEATURES
from qa.opening import Opener

VARIANTS = ("parts", "chunks", "top-k")
CHUNK_TOKENS = (60, 100, 140, 200)
TOP_KS = (1, 3, 5, 10, 30)
STABILITY_TOP_KS = (TOP_K, 3, 10, 30)


class DenseOnly(Assistant):
    """Ranks the hits by cosine alone."""

    def retrieve(self, question: str, top_k: int, within: frozenset[int] | None = None) -> tuple[Hit, ...]:
        """Return the hits of the whole article by cosine, the best `top_k`."""
        hits: Sequence[Hit] = super().retrieve(question, len(self.index.chunks), within)
        ranked = sorted(hits, key=lambda hit: (-hit.similarity, hit.chunk.number))[:top_k]
        return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1))


def factories(name: str, article: Article) -> dict[str, Callable[[], Asks]]:
    """Return the variants of one ablation on `article`: parts, chunks or top-k."""
    encoder = SentenceEncoder()
    opener = Opener("small", encoder=encoder)

    def index(tokens: int | None = None) -> ArticleIndex:
        settings = ChunkSettings() if tokens is None else ChunkSettings(tokens, tokens // 2)
        return build_index(article, encoder, settings)

    def make(top_k: int = TOP_K, tokens: int | None = None) -> Assistant:
        return Assistant(index(tokens), opener.reader, opener.calibration, top_k)

    def by_span_score(kind: type[Assistant]) -> Assistant:
        return kind(index(), opener.reader, _span_score_alone(opener.calibration))

    if name == "chunks":
        return {f"{tokens} tokens": lambda tokens=tokens: make(tokens=tokens) for tokens in CHUNK_TOKENS}  # type: ignore[misc]
    if name == "top-k":
        return {f"top-k {k}": lambda k=k: make(top_k=k) for k in TOP_KS}  # type: ignore[misc]
    return {
        "sentence baseline": lambda: Opener("sentence", encoder=encoder).article(article),
        "reader on dense hits": lambda: by_span_score(DenseOnly),
        "+ BM25 fusion": lambda: by_span_score(Assistant),
        "+ calibrated choice": make,
    }


def by_top_k(article: Article) -> dict[str, Asks]:
    """Return the assistants whose verdicts are compared: one for each top-k, the usual one first."""
    opener = Opener("small")
    usual = opener.article(article)
    return {f"top-k {k}": Assistant(usual.index, opener.reader, opener.calibration, k) for k in STABILITY_TOP_KS}


def _span_score_alone(calibration: Calibration) -> Calibration:
    """Choose by the span score and nothing else; confidence and threshold stay."""
    weights = (1.0,) + (0.0,) * (len(CANDIDATE_FEATURES) - 1)
    return replace(calibration, choice=Logistic(0.0, weights))
