"""Chooses among the choices of a question by what the article supports, and cites the evidence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Hit
from index.lexical import words
from qa.answer import QuizQuestion, Span
from qa.assistant import Assistant
from qa.features import Candidate, share
from qa.matching import token_f1
from qa.quiz.evidence import Weighed, deciding_sentence, softmax, weigh
from qa.quiz.statements import statement
from qa.quiz.stems import Stem, is_all, is_none, named_choices, plain_choices, read_stem
from qa.quiz.weights import QuizWeights
from qa.verifier import Judge

QUESTION_HITS = 4
MATCHING_F1 = 0.5
HALF = 0.5
_LEAST_LOG_ODDS = -10.0


@dataclass(frozen=True, slots=True)
class Option:
    """One plain choice: its place, what was found for it, and its `CHOICE_FEATURES`.

    `read` is the reader's best span that says the choice, None if it read none.
    """

    place: int
    weighed: Weighed
    features: tuple[float, ...]
    read: Span | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The places chosen, how sure that is in [0, 1], and the spans that speak for it (or, denied, against the rest)."""

    places: tuple[int, ...]
    confidence: float
    spans: tuple[Span, ...]


def weigh_options(assistant: Assistant, judge: Judge, question: QuizQuestion) -> tuple[Stem, tuple[Option, ...]]:
    """Return what is asked and the evidence for each plain choice (not "all of the above" and the like)."""
    stem = read_stem(question)
    hits = assistant.retrieve(stem.question, assistant.top_k)
    found = assistant.candidates(stem.question, hits)
    best = hits[:QUESTION_HITS]
    options = []
    for place in plain_choices(question.choices):
        choice = question.choices[place]
        weighed = weigh(assistant, judge, statement(stem.question, choice), best)
        read, agreement = _read(assistant, choice, found)
        shared = max((evidence.shared for evidence in weighed.evidence), default=0.0)
        features = (*weighed.features, shared, agreement, _words_found(choice, best))
        options.append(Option(place, weighed, features, read))
    return stem, tuple(options)


def _read(assistant: Assistant, choice: str, found: Sequence[Candidate]) -> tuple[Span | None, float]:
    """Return the span that says the choice best, and how it stands against the best span of all (log-odds / 5)."""
    model = assistant.calibration.choice
    scores = [model.log_odds(candidate.features) for candidate in found]
    best, span = _LEAST_LOG_ODDS, None
    for candidate, score in zip(found, scores, strict=True):
        f1 = token_f1(candidate.span.text, (choice,))
        if f1 and (against := score - max(scores) + 3 * math.log(f1)) > best:
            best, span = against, candidate.span if f1 >= MATCHING_F1 else None
    return span, best / 5


def _words_found(choice: str, hits: Sequence[Hit]) -> float:
    """Return the largest share of the choice's stems that one of `hits` has, in [0, 1]."""
    asked = set(words(choice))
    return max((share(asked, set(words(hit.chunk.text))) for hit in hits), default=0.0)


def choose(assistant: Assistant, judge: Judge, weights: QuizWeights, question: QuizQuestion) -> Chosen:
    """Choose what the article supports; of a denied question ("which is NOT"), what it supports least."""
    stem, options = weigh_options(assistant, judge, question)
    if not options:
        return Chosen((), 0.0, ())
    supported = {o.place: weights.verdict_shares(o.weighed.features)[0] for o in options}
    special = _choice_about_choices(question, stem, supported)
    sign = -1 if stem.negated else 1
    shares = dict(zip(supported, softmax([sign * weights.choice_score(o.features) for o in options]), strict=True))
    if special is not None:
        places, confidence = special
    elif stem.several:
        places, confidence = _several(stem, shares, supported, weights.several)
    else:
        place = max(shares, key=lambda p: (shares[p], -p))
        places, confidence = (place,), shares[place]
    spans = (
        o.read or deciding_sentence(assistant.index, judge, o.weighed, "supported")
        for o in _speaking(question, stem, options, places)
    )
    return Chosen(places, confidence, tuple({(span.start, span.end): span for span in spans if span}.values()))


def _choice_about_choices(
    question: QuizQuestion, stem: Stem, supported: dict[int, float]
) -> tuple[tuple[int, ...], float] | None:
    """Return "all", "none" or "both A and C" with its confidence, where what is supported asks for it."""
    if stem.negated or stem.several:
        return None
    ranked = sorted(supported.values(), reverse=True)
    for place, choice in enumerate(question.choices):
        if place in supported:
            continue
        named = named_choices(choice, question.choices)
        if is_all(choice) and ranked[-1] >= HALF:
            return (place,), ranked[-1]
        if is_none(choice) and ranked[0] < HALF:
            return (place,), 1 - ranked[0]
        if named and all(supported.get(other, 0.0) >= HALF for other in named):
            return (place,), min(supported[other] for other in named)
    return None


def _several(
    stem: Stem, shares: dict[int, float], supported: dict[int, float], threshold: float
) -> tuple[tuple[int, ...], float]:
    """Return the places of all that are supported (of a denied question: that are not), the best one at least."""
    ranked = sorted(shares, key=lambda place: (-shares[place], place))
    held = {place: 1 - p if stem.negated else p for place, p in supported.items()}
    count = stem.count or max(1, sum(p >= threshold for p in held.values()))
    taken = tuple(sorted(ranked[:count]))
    return taken, min(max(held[place], shares[place]) for place in taken)


def _speaking(question: QuizQuestion, stem: Stem, options: Sequence[Option], places: Sequence[int]) -> list[Option]:
    """Return the options whose evidence speaks for the places: for a denial the others, for "none" nothing."""
    chosen = set(places)
    named = {other for place in places for other in named_choices(question.choices[place], question.choices)}
    plain = {option.place for option in options}
    if any(is_all(question.choices[place]) for place in chosen - plain):
        return list(options)
    if stem.negated:
        return [option for option in options if option.place not in chosen]
    return [option for option in options if option.place in chosen | named]
