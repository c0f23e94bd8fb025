"""Scores of one answer and of one ranking: pure functions, each with its source.

The SQuAD definitions themselves stand in `qa.matching`, because quiz answering needs them too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.article import Article
from qa.answer import Citation
from qa.matching import exact_match, normalize, token_f1

RIGHT_F1 = 0.5
RECALL_DEPTHS = (1, 3, 5, 10)


def squad_scores(prediction: str | None, golds: Sequence[str]) -> tuple[float, float]:
    """Return (EM, token F1) of `prediction` (None: abstained), each the best over the golds, in [0, 1].

    Source: Rajpurkar, Jia, Liang 2018, SQuAD 2.0 (arXiv 1806.03822) and its evaluation script: an
    abstention is the empty prediction; golds that are empty after normalising are dropped; a
    question without golds scores 1 for the empty prediction and 0 for every other.
    """
    kept = [gold for gold in golds if normalize(gold)]
    return exact_match(prediction or "", kept), token_f1(prediction or "", kept)


def is_right(prediction: str | None, golds: Sequence[str]) -> bool:
    """Return whether a span counts as right where a yes or no is needed (risk, calibration): token F1 of at least 0.5.

    Source: ours. EM would call a span wrong for one word more or less at its end; half of the
    words shared is where readers of the answers stop calling it right. No golds: never right.
    """
    return bool(golds) and prediction is not None and squad_scores(prediction, golds)[1] >= RIGHT_F1


def contains(text: str, phrase: str) -> bool:
    """Return whether the normalised words of `phrase` stand in a row in the normalised `text`; never for no words."""
    words = normalize(phrase)
    return bool(words) and f" {words} " in f" {normalize(text)} "


def answer_in_sentence(quotes: Sequence[str], golds: Sequence[str]) -> float:
    """Return 1.0 if a gold answer stands whole in one of the cited sentences, else 0.0 (also for no citation).

    Source: sentence-level accuracy (Min et al. 2018, arXiv 1805.08092), on normalised words.
    """
    return float(any(contains(quote, gold) for quote in quotes for gold in golds))


def parts_found(prediction: str | None, parts: Sequence[str]) -> float:
    """Return the share of an enumeration's parts whose words stand in the answer, in [0, 1]; 0.0 for no parts.

    Source: ours; the recall over list items of TREC list questions (Voorhees 2003), matched by normalised words.
    """
    return sum(contains(prediction or "", part) for part in parts) / len(parts) if parts else 0.0


def is_verbatim(article: Article, citations: Sequence[Citation]) -> bool:
    """Return whether every citation is the article's own characters, inside the block and the quote it names.

    Source: design, invariants 1 and 4: `article.text[start:end] == text`, quote and block likewise.
    """
    return bool(citations) and all(_verbatim(article, citation) for citation in citations)


def cites_only(citations: Sequence[Citation], places: frozenset[str]) -> bool:
    """Return whether there are citations and all of them name a gold block (`¶7`, or a label as `footnote`).

    Source: citation precision (Gao et al. 2023, ALCE, arXiv 2305.14627), with labelled places instead of a judge model.
    """
    return bool(citations) and all(citation.paragraph.label in places for citation in citations)


@dataclass(frozen=True, slots=True)
class RankingScores:
    """recall@k for each depth of RECALL_DEPTHS, and the reciprocal rank; all in [0, 1]."""

    recall: tuple[float, ...]
    reciprocal_rank: float


def ranking_scores(
    rankings: Mapping[str, Sequence[str]], gold: Mapping[str, frozenset[str]]
) -> dict[str, RankingScores]:
    """Return the retrieval scores of each question of `gold`, computed by ir-measures (`R@k`, `RR`).

    `rankings` names for each question the distinct blocks in the order in which hits of them first came.
    recall@k is the share of the question's gold blocks among the first k; the mean of the
    reciprocal ranks of the first gold block is MRR (Voorhees 1999). A question without hits scores 0.

    Raises:
        ValueError: a question has no gold block, or a ranking repeats one.
    """
    from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc

    if not all(gold.values()):
        raise ValueError("every ranked question needs a gold block")
    for id in gold:
        if len(set(rankings.get(id, ()))) != len(rankings.get(id, ())):
            raise ValueError(f"the ranking of question {id!r} repeats a block")
    depths = [R @ depth for depth in RECALL_DEPTHS]
    qrels = [Qrel(id, place, 1) for id, places in gold.items() for place in sorted(places)]
    run = [ScoredDoc(id, place, -rank) for id in gold for rank, place in enumerate(rankings.get(id, ()), start=1)]
    found: dict[str, dict[str, float]] = {id: {} for id in gold}
    if run:
        for metric in iter_calc([*depths, RR], qrels, run):
            found[metric.query_id][str(metric.measure)] = float(metric.value)
    return {
        id: RankingScores(tuple(values.get(str(depth), 0.0) for depth in depths), values.get(str(RR), 0.0))
        for id, values in found.items()
    }


def _verbatim(article: Article, citation: Citation) -> bool:
    block = citation.paragraph
    quote_end = citation.quote_start + len(citation.quote)
    return (
        article.text[citation.start : citation.end] == citation.text
        and article.text[citation.quote_start : quote_end] == citation.quote
        and article.text[block.start : block.end] == block.text
        and block.start <= citation.quote_start <= citation.start
        and citation.end <= quote_end <= block.end
    )
