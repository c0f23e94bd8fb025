"""What is known about a candidate answer before deciding whether it is right.

Two short vectors, each weighted by a logistic model learnt on development questions (qa.calibration):
candidate features choose among spans, answer features say how far to trust the chosen one.
"""

import math
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from index.article import Article, Hit
from index.lexical import words
from qa.answer import Span
from qa.reading import Reading

CANDIDATE_FEATURES = ("span score", "sentence similarity", "below the most similar sentence")
ANSWER_FEATURES = (
    "choice score",
    "span score",
    "margin",
    "sentence similarity",
    "shared words",
    "unknown words",
    "unknown names and numbers",
)

MAX_MARGIN = 5.0
"""Log-odds above the runner-up that count as certainty of the choice."""

_NAMES_AND_NUMBERS = re.compile(r"(?<!^)\b[A-Z][\w-]{2,}|\b\d[\d.,]*\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the hit it was read in and its candidate features."""

    span: Span
    hit: Hit
    features: tuple[float, ...]


def candidates(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Candidate]:
    """Return every span read, each place once (with the reading that scored it best), best span first."""
    most = max((similarity for hit in hits for _, _, similarity in hit.sentences), default=0.0)
    best: dict[tuple[int, int], Candidate] = {}
    for hit, reading in zip(hits, readings, strict=True):
        for span in reading.spans:
            similarity = _sentence_similarity(span, hit)
            candidate = Candidate(span, hit, (squash(span.score), similarity, similarity - most))
            known = best.get((span.start, span.end))
            if known is None or known.span.score < span.score:
                best[span.start, span.end] = candidate
    return sorted(best.values(), key=lambda c: (-c.span.score, c.span.start, c.span.end))


def _sentence_similarity(span: Span, hit: Hit) -> float:
    """Return the cosine of the question with the sentence of `span` (the most similar one, if it spans several)."""
    return max((s for start, end, s in hit.sentences if start < span.end and span.start < end), default=0.0)


def answer_features(
    question: str, article: Article, chosen: Candidate, choice_score: float, runner_up: float
) -> tuple[float, ...]:
    """Return the features of ANSWER_FEATURES for the chosen candidate.

    `choice_score` and `runner_up` are log-odds of the chosen candidate and of the best other one.
    """
    asked = set(words(question))
    unknown = 1 - share(asked, _vocabulary(article.title, article.text)) if asked else 1.0
    margin = min(choice_score - runner_up, MAX_MARGIN) / MAX_MARGIN
    _, similarity, _ = chosen.features
    chunk = chosen.hit.chunk
    shared = share(asked, set(words(f"{chunk.section} {chunk.text}")))
    return (
        choice_score / 5,
        squash(chosen.span.score),
        margin,
        similarity,
        shared,
        unknown,
        _unknown_names(question, article),
    )


def squash(score: float) -> float:
    """Bring a span score to (-1, 1), so that one very sure span does not drown the other features."""
    return math.tanh(score / 10)


def share(part: AbstractSet[str], whole: AbstractSet[str]) -> float:
    """Return which share of `part` is in `whole`, in [0, 1]; 0 for an empty part."""
    return len(part & whole) / len(part) if part else 0.0


@lru_cache(maxsize=32)
def _vocabulary(title: str, text: str) -> frozenset[str]:
    """Return the stems of an article; it is stemmed once, not for every question."""
    return frozenset(words(text)) | frozenset(words(title))


def _unknown_names(question: str, article: Article) -> float:
    """Return how many names and numbers of the question the article never mentions, at most 2, halved."""
    lowered = article.text.lower()
    unknown = [m for m in _NAMES_AND_NUMBERS.findall(question) if m.rstrip(".,").lower() not in lowered]
    return min(len(unknown), 2) / 2
