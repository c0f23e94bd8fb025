"""Records and figures of quiz questions, scored against the key as `article-qa batch` scores them."""

from collections.abc import Sequence
from typing import Any

from eval.figures import Figure, mean_figure, time_figures
from eval.metrics import squad_scores
from eval.record import Outcome, Record
from index.article import Article
from qa.answer import QuizQuestion
from qa.contract import Record as Answered
from qa.quiz.scoring import outcome_of
from qa.quiz.wording import VERDICT_WORDS, given_text, key_text

TYPE_NAMES = {
    "multiple_choice": "multiple choice",
    "true_false": "true/false",
    "numeric": "numeric",
    "fill_in": "fill in",
    "open": "open",
}


def make_quiz_record(question: QuizQuestion, answered: Answered, article: Article, seconds: float) -> Record:
    """Score one quiz answer (a record of the JSON contract): 1 for what the key accepts, else 0.

    `qa.quiz.scoring` judges: choices as sets, numbers within their tolerance, texts by what is accepted. Texts also
    have SQuAD's token F1. Golds and answer are what is shown: choices with their letters, verdicts in words.
    """
    given = given_text(question, answered) or None
    em = float(outcome_of(question, answered) == "right")
    keys = tuple(key for key in (str(question.gold), *question.accepted) if key)
    f1 = max(em, squad_scores(given, keys)[1]) if question.type in ("open", "fill_in") else em
    citations = answered["citations"]
    return Record(
        id=question.id,
        kind=_kind(question),
        question=question.question,
        understood_as=question.question,
        golds=() if question.gold == "" else keys if question.type in ("open", "fill_in") else (key_text(question),),
        places=(),
        answer=given,
        confidence=answered["confidence"],
        cited=tuple(citation["label"] for citation in citations),
        quotes=tuple(citation["quote"] for citation in citations),
        guess=given,
        guess_right=bool(em),
        ranking=(),
        outcome=_outcome(question, given, f1),
        em=em,
        f1=f1,
        guess_em=em,
        guess_f1=f1,
        in_sentence=None,
        parts=None,
        verbatim=all(_stands(article, citation) for citation in citations) if citations else None,
        place_right=None,
        in_hits=None,
        given_answer=None,
        given_em=None,
        given_f1=None,
        given_guess_em=None,
        given_guess_f1=None,
        seconds=seconds,
    )


def quiz_figures(questions: Sequence[QuizQuestion], records: Sequence[Record], seed: int = 0) -> tuple[Figure, ...]:
    """Return the share right by type, of choices with its chance level, of verdicts by key, and the time."""
    pairs = list(zip(questions, records, strict=True))
    by_type = {name: [(q, r) for q, r in pairs if q.type == name] for name in TYPE_NAMES}
    verdicts = by_type["true_false"]
    answered = [r.em for r in records if r.answerable and not r.abstained]
    group = "Quiz (nothing given counts as wrong)"
    rows: list[tuple[str, str, list[float]]] = [
        ("accuracy", "Right, all types", [r.em for r in records]),
        ("answered_right", "Right, of those answered", answered),
        ("choice_accuracy", "Multiple choice, right", [r.em for _, r in by_type["multiple_choice"]]),
        ("choice_chance", "Multiple choice, chance", [_chance(q) for q, _ in by_type["multiple_choice"]]),
        ("verdict_accuracy", "True/false/not stated, right", [r.em for _, r in verdicts]),
        *(
            (f"verdict_{key}", f"Key {word}: right", [r.em for q, r in verdicts if q.gold == key])
            for key, word in VERDICT_WORDS.items()
        ),
        ("numeric_accuracy", "Numeric, within the tolerance", [r.em for _, r in by_type["numeric"]]),
        ("fill_in_accuracy", "Fill in, an accepted text", [r.em for _, r in by_type["fill_in"]]),
        ("open_em", "Open, exact match", [r.em for _, r in by_type["open"]]),
        ("open_f1", "Open, token F1", [r.f1 for _, r in by_type["open"]]),
        ("abstained", "No choice, verdict or answer given", [float(r.abstained) for r in records]),
        (
            "verbatim",
            "Cited characters are the article's",
            [float(r.verbatim) for r in records if r.verbatim is not None],
        ),
    ]
    shares = [mean_figure(key, title, group, values, seed) for key, title, values in rows if values]
    return (*shares, *time_figures(records, seed))


def _kind(question: QuizQuestion) -> str:
    """Name the kind for the table of kinds: the type, of verdicts with the key, and the file's own category."""
    name = TYPE_NAMES[question.type]
    if question.type == "true_false":
        name += f", key {VERDICT_WORDS[str(question.gold)]}"
    return f"{name}, {question.category}" if question.category else name


def _chance(question: QuizQuestion) -> float:
    """Return the chance of a blind guess: of one choice, or of a set of choices where the key names several."""
    count = len(question.choices)
    if not isinstance(question.gold, tuple):
        return 1 / count
    return len(question.gold) / count if question.any_right else 1 / (2**count - 1)


def _outcome(question: QuizQuestion, given: str | None, f1: float) -> Outcome:
    if question.gold == "" and question.type != "multiple_choice":
        return "answered an unanswerable question" if given else "refused rightly"
    if given is None:
        return "not answered"
    return "right" if f1 == 1.0 else "partly right" if f1 else "wrong answer"


def _stands(article: Article, citation: dict[str, Any]) -> bool:
    """Return whether the cited characters stand in the quote, and both in a block of the label that is named."""
    start, end, quote = citation["start"], citation["end"], citation["quote"]
    return bool(quote) and any(
        block.label == citation["label"]
        and block.start <= start < end <= block.end
        and quote in block.text
        and article.text[start:end] in quote
        for block in article.paragraphs
    )
