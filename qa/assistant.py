"""The assistant: retrieve, read, choose or abstain, cite."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Hit
from index.errors import QuestionError
from index.retrieval import ArticleIndex
from qa.answer import Alternative, Answer, Span, Turn
from qa.calibration import Calibration
from qa.citing import cite
from qa.conversation import understand
from qa.enumeration import parts_asked_for
from qa.features import MAX_MARGIN, Candidate, answer_features, candidates
from qa.naming import plainly_named
from qa.reading import Reader
from qa.typed import well_formed

MAX_QUESTION_CHARACTERS = 1000
TOP_K = 16
ALTERNATIVES = 3
PARTS_JOIN = "; "


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidate with its confidence in [0, 1], and the runners-up with theirs."""

    best: Candidate
    confidence: float
    others: tuple[tuple[Candidate, float], ...]


class Assistant:
    """Answers questions about one article with its own words, or abstains."""

    def __init__(self, index: ArticleIndex, reader: Reader, calibration: Calibration, top_k: int = TOP_K) -> None:
        if top_k < 1:
            raise ValueError("top_k must be at least 1")
        self.index = index
        self.reader = reader
        self.calibration = calibration
        self.top_k = top_k

    @property
    def article(self) -> Article:
        """The article that is asked about."""
        return self.index.article

    def ask(self, question: str, history: Sequence[Turn] = (), within: frozenset[int] | None = None) -> Answer:
        """Answer `question`; `history` helps to understand it if it is a follow-up.

        With `within`, only the paragraphs of those numbers are read (for evaluation).

        Raises:
            QuestionError: the question is empty or too long.
        """
        began = time.perf_counter()
        question = checked_question(question)
        typed = well_formed(question)
        understood = understand(typed, history)
        asked = well_formed(understood)
        hits = self.retrieve(asked, self.top_k, within)
        choice = self.choose(asked, hits)
        spans: tuple[Span, ...] = ()
        others: tuple[tuple[Candidate, float], ...] = ()
        if choice is not None and choice.confidence >= self.calibration.threshold:
            spans, others = self._parts(asked, choice), choice.others
        elif choice is not None:
            others = ((choice.best, choice.confidence), *choice.others)
        return Answer(
            question,
            PARTS_JOIN.join(span.text for span in spans) or None,
            0.0 if choice is None else choice.confidence,
            tuple(cite(self.article, span) for span in spans),
            self._alternatives(others, spans),
            hits,
            self.article,
            time.perf_counter() - began,
            question if understood == typed else understood,
        )

    def retrieve(self, question: str, top_k: int, within: frozenset[int] | None = None) -> tuple[Hit, ...]:
        """Return the best `top_k` hits; with `within`, all hits of those paragraphs."""
        question = plainly_named(question, self.article)
        if within is None:
            return self.index.search(question, top_k)
        hits = self.index.search(question, len(self.index.chunks))
        return tuple(hit for hit in hits if within & set(hit.chunk.paragraph_numbers))

    def choose(self, question: str, hits: Sequence[Hit]) -> Choice | None:
        """Read `hits` and return the best candidate over all of them, or None if there is no span at all."""
        ranked = self._rank(self.candidates(question, hits))
        if not ranked:
            return None
        (best, score), *rest = ranked
        confidence = self.calibration.confidence.probability(self._features(question, ranked))
        # A runner-up is at most as sure as the answer, scaled by its odds against it.
        others = tuple((c, confidence * math.exp(max(s - score, -30.0))) for c, s in rest[:ALTERNATIVES])
        return Choice(best, confidence, others)

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """Read `hits` and return all spans found, best first."""
        question = plainly_named(question, self.article)
        return candidates(hits, self.reader.read([(question, hit.chunk) for hit in hits]))

    def chosen(self, question: str, found: Sequence[Candidate]) -> tuple[Candidate, tuple[float, ...]] | None:
        """Return the best of `found` with its answer features (what calibration learns from)."""
        ranked = self._rank(found)
        return (ranked[0][0], self._features(question, ranked)) if ranked else None

    def _features(self, question: str, ranked: Sequence[tuple[Candidate, float]]) -> tuple[float, ...]:
        (best, score), *rest = ranked
        runner_up = rest[0][1] if rest else score - MAX_MARGIN
        return answer_features(question, self.article, best, score, runner_up)

    def _rank(self, found: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Order candidates by the learnt choice; the best few; of equal texts and overlapping places one."""
        scored = [(c, self.calibration.choice.log_odds(c.features)) for c in found]
        scored.sort(key=lambda pair: (-pair[1], pair[0].span.start, pair[0].span.end))
        kept: list[tuple[Candidate, float]] = []
        for candidate, score in scored:
            if not any(_same(candidate, other) for other, _ in kept):
                kept.append((candidate, score))
            if len(kept) > ALTERNATIVES:
                break  # more are never shown
        return kept

    def _parts(self, question: str, choice: Choice) -> tuple[Span, ...]:
        """Return the chosen span, or all parts of the enumeration it stands in, if that is asked for."""
        return parts_asked_for(self.article, question, choice.best.span) or (choice.best.span,)

    def _alternatives(
        self, others: Sequence[tuple[Candidate, float]], cited: Sequence[Span]
    ) -> tuple[Alternative, ...]:
        """Cite the runners-up that are not part of the answer already."""
        apart = [(c, p) for c, p in others if not any(s.start < c.span.end and c.span.start < s.end for s in cited)]
        return tuple(Alternative(c.span.text, p, (cite(self.article, c.span),)) for c, p in apart[:ALTERNATIVES])


def checked_question(question: str) -> str:
    """Return the question without surrounding white space.

    Raises:
        QuestionError: it has no words or is too long.
    """
    question = question.strip()
    if not any(character.isalnum() for character in question):
        raise QuestionError('the question is empty, it has no words; ask something like "Who signed it?"')
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are read; shorten it"
        )
    return question


def _same(one: Candidate, other: Candidate) -> bool:
    overlap = one.span.start < other.span.end and other.span.start < one.span.end
    return overlap or one.span.text.casefold() == other.span.text.casefold()
