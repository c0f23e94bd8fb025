"""What the article has to say about a statement: the passages most like it, each judged by the verifier."""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from index.article import Hit
from index.lexical import words
from index.retrieval import ArticleIndex
from qa.answer import Span, Verdict
from qa.assistant import Assistant
from qa.features import share
from qa.naming import plainly_named
from qa.quiz.numbers import numbers_and_months
from qa.verifier import Judge, Judgement

PASSAGES = 6
SURE_ALONE = 0.5
"""A sentence that speaks less than this needs the others to be understood."""
STATEMENT_FEATURES = ("support", "contradiction", "similarity", "missing number")
_LEAST = 1e-4  # probabilities are kept from 0 and 1, so that log-odds stay finite


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage, `[start, end)` of the article, with its judgement of a statement.

    `sentence` is the sentence of it most like the statement, `similarity` their cosine in [-1, 1]; `shared` is
    the share of the statement's stems that the passage has, in [0, 1].
    """

    start: int
    end: int
    sentence: Span
    similarity: float
    shared: float
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement, as it was judged, with its evidence, most similar first, and its `STATEMENT_FEATURES`."""

    statement: str
    evidence: tuple[Evidence, ...]
    features: tuple[float, ...]

    def loudest(self, verdict: Verdict) -> Evidence | None:
        """Return the passage that speaks for `verdict` most; of no passages None."""
        return max(self.evidence, key=lambda evidence: evidence.judgement.of(verdict), default=None)


def weigh(assistant: Assistant, judge: Judge, statement: str, more: Sequence[Hit] = ()) -> Weighed:
    """Judge `statement` by the passages most like it, and by those of `more` hits."""
    article = assistant.article
    stated = plainly_named(statement, article)
    hits = assistant.retrieve(stated, PASSAGES)
    known = {hit.chunk.number for hit in hits}
    added = [hit.chunk for hit in more if hit.chunk.number not in known]
    hits += assistant.index.hits_of(added, stated) if added else ()
    passages = _passages(assistant.index, hits)
    judgements = judge.judge([(stated, article.text[start:end]) for start, end in passages])
    asked = set(words(stated))
    found = []
    for ((start, end), hit), judgement in zip(passages.items(), judgements, strict=True):
        first, last, similarity = max(hit.sentences, key=lambda s: s[2], default=(start, end, 0.0))
        sentence = Span(first, article.text[first:last], similarity)
        shared = share(asked, set(words(article.text[start:end])))
        found.append(Evidence(start, end, sentence, similarity, shared, judgement))
    found.sort(key=lambda e: (-e.similarity, e.start))
    said = set().union(*(numbers_and_months(article.text[start:end]) for start, end in passages))
    return Weighed(stated, tuple(found), _features(found, numbers_and_months(stated) - said))


def deciding_sentence(index: ArticleIndex, judge: Judge, weighed: Weighed, verdict: Verdict) -> Span | None:
    """Return the sentence of the loudest passage that alone speaks for `verdict` most; of no passages None.

    Where none alone does, it is the one most like the statement.
    """
    evidence = weighed.loudest(verdict)
    if evidence is None:
        return None
    places = [index.sentences[number] for number in index.sentences_touching(evidence.start, evidence.end)]
    texts = [index.article.text[start:end] for start, end in places]
    judgements = judge.judge([(weighed.statement, text) for text in texts])
    sentences = [
        Span(start, text, j.of(verdict)) for (start, _), text, j in zip(places, texts, judgements, strict=True)
    ]
    most = max(sentences, key=lambda sentence: sentence.score, default=evidence.sentence)
    return most if most.score >= SURE_ALONE else evidence.sentence


def _passages(index: ArticleIndex, hits: Sequence[Hit]) -> dict[tuple[int, int], Hit]:
    """Return each hit's chunk widened by a sentence on either side; one that lies in an earlier one is left out."""
    passages: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        start, end = index.widened(hit.chunk)
        if not any(s <= start and end <= e for s, e in passages):
            passages[start, end] = hit
    return passages


def _features(evidence: Sequence[Evidence], missing: AbstractSet[object]) -> tuple[float, ...]:
    if not evidence:
        return (0.0,) * len(STATEMENT_FEATURES)
    return (
        log_odds(max(e.judgement.supported for e in evidence)),
        log_odds(max(e.judgement.contradicted for e in evidence)),
        max(e.similarity for e in evidence),
        float(bool(missing)),
    )


def softmax(scores: Sequence[float]) -> tuple[float, ...]:
    """Return shares in [0, 1], together 1 (none of none), that grow with exp(score)."""
    most = max(scores, default=0.0)
    parts = [math.exp(score - most) for score in scores]
    return tuple(part / sum(parts) for part in parts)


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)) divided by 5, so that features are of like size; p is kept from 0 and 1."""
    p = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(p / (1 - p)) / 5
