"""What is kept of every question asked: enough to compute each figure again from the report alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.asking import best_guess, place_of, ranking
from eval.dataset import Item
from eval.metrics import (
    answer_in_sentence,
    cites_only,
    contains,
    is_right,
    is_verbatim,
    parts_found,
    squad_scores,
)
from index.article import Article
from qa.answer import Answer

Outcome = Literal[
    "right",
    "partly right",
    "wrong span",
    "wrong answer",
    "not answered",
    "not retrieved",
    "refused an answerable question",
    "refused rightly",
    "answered an unanswerable question",
]


@dataclass(frozen=True, slots=True)
class Record:
    """One question, the answer, and its scores (all in [0, 1]); None where a score has no meaning.

    `guess` is what it would say if it never abstained, `guess_right` whether that shares half of the
    words with a gold. `ranking` are the distinct blocks of the hits. The fields `given_…` are of the
    same question when only its gold paragraphs are read; `in_hits` says whether a gold answer stands
    in a hit of a gold block, which no reader of these hits can beat.
    """

    id: str
    kind: str
    question: str
    understood_as: str
    golds: tuple[str, ...]
    places: tuple[str, ...]
    answer: str | None
    confidence: float
    cited: tuple[str, ...]
    quotes: tuple[str, ...]
    guess: str | None
    guess_right: bool
    ranking: tuple[str, ...]
    outcome: Outcome
    em: float
    f1: float
    guess_em: float
    guess_f1: float
    in_sentence: float | None
    parts: float | None
    verbatim: bool | None
    place_right: bool | None
    in_hits: float | None
    given_answer: str | None
    given_em: float | None
    given_f1: float | None
    given_guess_em: float | None
    given_guess_f1: float | None
    seconds: float

    @property
    def answerable(self) -> bool:
        """Whether there is a gold answer."""
        return bool(self.golds)

    @property
    def abstained(self) -> bool:
        """Whether no answer was given."""
        return self.answer is None


def make_record(item: Item, answer: Answer, given: Answer | None, seconds: float) -> Record:
    """Score one answer; `given` is the answer when only the gold paragraphs were read."""
    golds = item.answers
    guess = best_guess(answer)
    em, f1 = squad_scores(answer.text, golds)
    guess_em, guess_f1 = squad_scores(guess, golds)
    given_em, given_f1 = squad_scores(given.text, golds) if given else (None, None)
    given_guess = squad_scores(best_guess(given), golds) if given and golds else (None, None)
    in_hits = _in_hits(item, answer) if golds else None
    quotes = tuple(citation.quote for citation in answer.citations)
    answered = bool(answer.citations)
    return Record(
        id=item.id,
        kind=item.kind,
        question=item.question,
        understood_as=answer.understood_as,
        golds=golds,
        places=tuple(sorted(item.places)),
        answer=answer.text,
        confidence=answer.confidence,
        cited=tuple(citation.paragraph.label for citation in answer.citations),
        quotes=quotes,
        guess=guess,
        guess_right=is_right(guess, golds),
        ranking=ranking(answer),
        outcome=_outcome(golds, answer.text, f1, in_hits),
        em=em,
        f1=f1,
        guess_em=guess_em,
        guess_f1=guess_f1,
        in_sentence=answer_in_sentence(quotes, golds) if golds else None,
        parts=parts_found(answer.text, item.parts) if item.parts else None,
        verbatim=is_verbatim(answer.article, answer.citations) if answered else None,
        place_right=cites_only(answer.citations, item.places) if answered and golds and item.places else None,
        in_hits=in_hits,
        given_answer=given.text if given else None,
        given_em=given_em,
        given_f1=given_f1,
        given_guess_em=given_guess[0],
        given_guess_f1=given_guess[1],
        seconds=seconds,
    )


def record_from(row: dict[str, Any]) -> Record:
    """Return the record that JSON holds (lists for tuples).

    Raises:
        TypeError: it is no record.
    """
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Record(**fields)


def block_text(article: Article, labels: Sequence[str]) -> str:
    """Return the texts of the blocks with these labels, in reading order."""
    return "\n\n".join(block.text for block in article.paragraphs if block.label in labels)


def _in_hits(item: Item, answer: Answer) -> float:
    """Return 1.0 if a gold answer stands in a hit of a gold block (of any block where none is named), else 0.0."""
    texts = [hit.chunk.text for hit in answer.hits if not item.places or place_of(answer.article, hit) in item.places]
    return float(any(contains(text, gold) for text in texts for gold in item.answers))


def _outcome(golds: Sequence[str], text: str | None, f1: float, in_hits: float | None) -> Outcome:
    if not golds:
        return "refused rightly" if text is None else "answered an unanswerable question"
    if f1 == 1.0:
        return "right"
    if text is not None and f1 > 0:
        return "partly right"
    if not in_hits:
        return "not retrieved"
    return "refused an answerable question" if text is None else "wrong span"
