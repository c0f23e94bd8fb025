"""What the article has to say about a statement: the passages most like it, each judged by the verifier."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Chunk, Hit
from index.lexical import words
from qa.answer import Span
from qa.assistant import Assistant
from qa.features import share, unknown_names
from qa.naming import plainly_named
from qa.verifier import Judge, Judgement

PASSAGES = 6
STATEMENT_FEATURES = (
    "support",
    "contradiction",
    "support where most similar",
    "contradiction where most similar",
    "similarity",
    "shared words",
    "unknown names and numbers",
)
_LEAST = 1e-4  # probabilities are kept from 0 and 1, so that log-odds stay finite


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage with its judgement of a statement.

    `sentence` is the passage's sentence most like the statement, `similarity` their cosine in [-1, 1]; `shared` is
    the share of the statement's stems that the passage has, in [0, 1].
    """

    chunk: Chunk
    sentence: Span
    similarity: float
    shared: float
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement with its evidence, most similar first, and its `STATEMENT_FEATURES`."""

    statement: str
    evidence: tuple[Evidence, ...]
    features: tuple[float, ...]

    @property
    def supporting(self) -> Evidence | None:
        """The passage that supports the statement most."""
        return max(self.evidence, key=lambda e: e.judgement.supported, default=None)

    @property
    def contradicting(self) -> Evidence | None:
        """The passage that contradicts the statement most."""
        return max(self.evidence, key=lambda e: e.judgement.contradicted, default=None)


def weigh(assistant: Assistant, judge: Judge, statement: str, more: Sequence[Hit] = ()) -> Weighed:
    """Judge `statement` by the passages most like it, and by those of `more` hits."""
    article = assistant.article
    stated = plainly_named(statement, article)
    hits = assistant.retrieve(stated, PASSAGES)
    known = {hit.chunk.number for hit in hits}
    added = [hit.chunk for hit in more if hit.chunk.number not in known]
    hits += assistant.index.hits_of(added, stated) if added else ()
    judgements = judge.judge([(stated, hit.chunk.text) for hit in hits])
    asked = set(words(stated))
    found = []
    for hit, judgement in zip(hits, judgements, strict=True):
        chunk = hit.chunk
        start, end, similarity = max(hit.sentences, key=lambda s: s[2], default=(chunk.start, chunk.end, 0.0))
        sentence = Span(start, article.text[start:end], similarity)
        shared = share(asked, set(words(f"{chunk.section} {chunk.text}")))
        found.append(Evidence(chunk, sentence, similarity, shared, judgement))
    found.sort(key=lambda e: (-e.similarity, e.chunk.number))
    return Weighed(statement, tuple(found), _features(stated, found, article))


def _features(statement: str, evidence: Sequence[Evidence], article: Article) -> tuple[float, ...]:
    if not evidence:
        return (0.0,) * len(STATEMENT_FEATURES)
    nearest = evidence[0]
    return (
        log_odds(max(e.judgement.supported for e in evidence)),
        log_odds(max(e.judgement.contradicted for e in evidence)),
        log_odds(nearest.judgement.supported),
        log_odds(nearest.judgement.contradicted),
        nearest.similarity,
        max(e.shared for e in evidence),
        unknown_names(statement, article),
    )


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)) divided by 5, so that features are of like size; p is kept from 0 and 1."""
    p = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(p / (1 - p)) / 5
