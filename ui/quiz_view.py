"""Answered quiz questions as HTML. Pure functions; every text that is not ours is escaped."""

from collections.abc import Iterable, Sequence

from index.article import Article
from qa.answer import QuestionType, QuizQuestion
from qa.contract import Record
from qa.quiz.answers import Answered
from qa.quiz.rows import BadRow
from qa.quiz.scoring import Outcome, Scores, Tally
from qa.quiz.wording import VERDICT_WORDS, given_text, key_text
from ui.article_view import escaped, one_line
from ui.render import ConfidenceScale, chip

KINDS: dict[QuestionType, str] = {
    "open": "open",
    "multiple_choice": "multiple choice",
    "true_false": "true or false",
    "numeric": "number",
    "fill_in": "fill in",
}
_BAD_SHOWN = 20
_MARKS: dict[Outcome, str] = {"right": "✓", "wrong": "✗", "not answered": "–"}


def quiz_row(
    number: int,
    question: QuizQuestion,
    record: Record,
    article: Article,
    outcome: Outcome | None,
    scale: ConfidenceScale,
) -> str:
    """Return one row of the sheet: question, answer with its citations, and how it compares with the key."""
    kind = KINDS[question.type]
    chips = " ".join(_chips(record, article))
    mark = f'<span class="mark {escaped(outcome.split()[0])}">{_MARKS[outcome]} {outcome}</span>' if outcome else ""
    key = f'<p class="fine">Key: {escaped(key_text(question))}</p>' if outcome and outcome != "right" else ""
    return (
        f'<tr class="{escaped((outcome or "").replace(" ", "-"))}"><td>{number}</td>'
        f'<td><p class="asked" dir="auto">{escaped(one_line(question.question))}</p>'
        f'<p class="fine">{escaped(kind)}</p></td>'
        f"<td>{_answer(question, record, scale)} {chips}{_evidence(question, record)}{mark}{key}</td></tr>"
    )


def _answer(question: QuizQuestion, record: Record, scale: ConfidenceScale) -> str:
    given = given_text(question, record)
    if not given:
        return '<span class="said none">The article does not say.</span>'
    word = scale.word(record["confidence"])
    sure = f'<span class="fine" title="{record["confidence"]:.0%}">{escaped(word)} confidence</span>'
    shown = given[:1].upper() + given[1:] if given in VERDICT_WORDS.values() else given
    return f'<strong class="said">{escaped(one_line(shown))}</strong> {sure}'


def _evidence(question: QuizQuestion, record: Record) -> str:
    """Return the sentence behind a choice or a verdict; an open answer stands in it already, behind its chip."""
    if question.type not in ("multiple_choice", "true_false") or not record["citations"]:
        return ""
    return f'<p class="fine">“{escaped(one_line(record["citations"][0]["quote"]))}”</p>'


def _chips(record: Record, article: Article) -> Iterable[str]:
    """Yield a chip for each cited block, which lights up all that is cited there."""
    places: dict[str, list[Record]] = {}
    for citation in record["citations"]:
        places.setdefault(citation["label"], []).append(citation)
    for cited in places.values():
        block = article.paragraph_at(cited[0]["start"], cited[0]["end"])
        if block is not None:
            yield chip(block, [(c["start"], c["end"]) for c in cited], cited[0]["quote"])


def quiz_problems(bad: Sequence[BadRow]) -> str:
    """Return the rows of the file that cannot be asked, each with its line and the reason; "" for none."""
    if not bad:
        return ""
    items = "".join(f"<li>{escaped(one_line(str(row)))}</li>" for row in bad[:_BAD_SHOWN])
    more = f"<li>and {len(bad) - _BAD_SHOWN:,} more</li>" if len(bad) > _BAD_SHOWN else ""
    rows = "1 row of the file" if len(bad) == 1 else f"{len(bad):,} rows of the file"
    return (
        f'<details class="problems" open><summary>{rows} could not be asked</summary><ul>{items}{more}</ul></details>'
    )


def quiz_counts(answered: Sequence[Answered]) -> str:
    """Return how many questions have an answer and how many the article does not answer; "" when it answers all."""
    given = sum(bool(given_text(question, record)) for question, record in answered)
    none = len(answered) - given
    return f'<p class="kinds">{given:,} answered, {none:,} not in the article</p>' if none else ""


def quiz_score(scores: Scores) -> str:
    """Return the score by kind of a file with a key, and a button that shows the misses alone; "" without a key."""
    if not scores.kinds:
        return ""
    right = sum(tally.right for tally in scores.kinds.values())
    total = sum(tally.total for tally in scores.kinds.values())
    kinds = "".join(_tally(KINDS[kind], tally) for kind, tally in sorted(scores.kinds.items()))
    share = f"<span><strong>{right} of {total}</strong> right ({right / total:.0%})</span>"
    return f'<p class="score">{share}{_only_misses(total - right)}</p><ul class="kinds">{kinds}</ul>'


def _only_misses(misses: int) -> str:
    if not misses:
        return ""
    what = "the miss" if misses == 1 else f"the {misses:,} misses"
    return f' <button type="button" class="quiet" data-do="quiz-misses" aria-pressed="false">Show only {what}</button>'


def _tally(kind: str, tally: Tally) -> str:
    unanswered = f", {tally.not_answered} not answered" if tally.not_answered else ""
    return f"<li>{escaped(kind)}: {tally.right} of {tally.total} right{unanswered}</li>"
