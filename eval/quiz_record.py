"""Records and figures of quiz questions: choices and verdicts against the key."""

from collections.abc import Sequence

from eval.asking import best_guess, ranking
from eval.figures import Figure, mean_figure, time_figures
from eval.metrics import is_right, is_verbatim, squad_scores
from eval.record import Outcome, Record
from qa.answer import Answer, QuizQuestion


def make_quiz_record(question: QuizQuestion, answer: Answer, seconds: float) -> Record:
    """Score one quiz answer: 1 for the key's choice or verdict, else 0; open questions by SQuAD's EM and F1.

    Golds and answer are the texts of the choices, or the verdicts; no choice made is an abstention.
    """
    given, gold = _given(question, answer), _gold(question)
    if question.type == "open":
        em, f1 = squad_scores(given, (gold,))
        right = is_right(given, (gold,))
    else:
        right = given is not None and _chosen(question, answer) == question.gold
        em = f1 = float(right)
    return Record(
        id=question.id,
        kind=question.type.replace("_", " "),
        question=question.question,
        understood_as=answer.understood_as,
        golds=(gold,),
        places=(),
        answer=given,
        confidence=answer.confidence,
        cited=tuple(citation.paragraph.label for citation in answer.citations),
        quotes=tuple(citation.quote for citation in answer.citations),
        guess=given if question.type != "open" else best_guess(answer),
        guess_right=right,
        ranking=ranking(answer),
        outcome=_outcome(given, f1),
        em=em,
        f1=f1,
        guess_em=em,
        guess_f1=f1,
        in_sentence=None,
        parts=None,
        verbatim=is_verbatim(answer.article, answer.citations) if answer.citations else None,
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
    """Return accuracy by type with its chance level, verdicts by key, and time."""
    pairs = list(zip(questions, records, strict=True))
    choices = [(q, r) for q, r in pairs if q.type == "multiple_choice"]
    verdicts = [(q, r) for q, r in pairs if q.type == "true_false"]
    opened = [r for q, r in pairs if q.type == "open"]
    group = "Quiz (an abstention counts as wrong)"
    rows: list[tuple[str, str, list[float]]] = [
        ("accuracy", "Right, all types (open: exact match)", [r.em for r in records]),
        ("choice_accuracy", "Multiple choice, right", [r.em for _, r in choices]),
        ("choice_chance", "Multiple choice, chance", [1 / len(q.choices) for q, _ in choices]),
        ("verdict_accuracy", "True/false/not stated, right", [r.em for _, r in verdicts]),
        *(
            (f"verdict_{key}", f"Key {key.replace('_', ' ')}: right", [r.em for q, r in verdicts if q.gold == key])
            for key in ("supported", "contradicted", "not_stated")
        ),
        ("open_em", "Open, exact match", [r.em for r in opened]),
        ("open_f1", "Open, token F1", [r.f1 for r in opened]),
        ("abstained", "No choice, verdict or answer given", [float(r.abstained) for r in records]),
        (
            "verbatim",
            "Cited characters are the article's",
            [float(r.verbatim) for r in records if r.verbatim is not None],
        ),
    ]
    shares = [mean_figure(key, title, group, values, seed) for key, title, values in rows if values]
    return (*shares, *time_figures(records, seed))


def _given(question: QuizQuestion, answer: Answer) -> str | None:
    """Return what was answered, as text: the choice, the verdict, or the open answer."""
    if question.type == "multiple_choice":
        return None if answer.choice is None else question.choices[answer.choice]
    return answer.verdict if question.type == "true_false" else answer.text


def _chosen(question: QuizQuestion, answer: Answer) -> str | int | None:
    return answer.choice if question.type == "multiple_choice" else answer.verdict


def _gold(question: QuizQuestion) -> str:
    return question.choices[question.gold] if isinstance(question.gold, int) else str(question.gold)


def _outcome(given: str | None, f1: float) -> Outcome:
    if given is None:
        return "refused an answerable question"
    return "right" if f1 == 1.0 else "partly right" if f1 else "wrong span"
