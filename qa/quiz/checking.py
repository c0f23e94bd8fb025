"""What must hold of a question of any format before it is asked."""

import math
from dataclasses import replace

from index.errors import QuestionError
from qa.answer import VERDICTS, QuizQuestion
from qa.assistant import checked_question
from qa.quiz.keys import LETTERS, bounds, fill_blank

MAX_CHOICES = len(LETTERS)
MAX_CHOICE_CHARACTERS = 1000
MAX_ID_CHARACTERS = 200


def as_asked(question: QuizQuestion) -> str:
    """Return the text that the article is asked: a blank is asked for as "what", unless choices or a verdict are."""
    text = question.question
    return text if question.type in ("multiple_choice", "true_false") else fill_blank(text, "what")


def checked(question: QuizQuestion) -> QuizQuestion:
    """Return the question without white space around its text.

    Raises:
        ValueError: it cannot be asked, or its key does not fit its kind; the message says why.
    """
    texts = (question.id, question.question, question.title, question.category, *question.choices, *question.accepted)
    history = tuple(text for turn in question.history for text in (turn.question, turn.answer or ""))
    gold = (question.gold,) if isinstance(question.gold, str) else ()
    if any(_half_characters(text) for text in (*texts, *history, *gold)):
        raise ValueError("half of a character (a lone surrogate) stands in it; save the file as UTF-8 again")
    text = _askable(question.question)
    _askable(as_asked(question), 'with "what" for each blank, ')
    if not question.id.strip() or len(question.id) > MAX_ID_CHARACTERS:
        raise ValueError(f"its id is empty or longer than {MAX_ID_CHARACTERS} characters")
    if question.type == "multiple_choice":
        _check_choices(question)
    if question.gold is not None:
        _check_key(question)
    key = question.gold
    right = key if isinstance(key, tuple) else ()
    several = question.several or (len(right) > 1 and not question.any_right)  # who must choose them all, may
    return replace(question, question=text, gold=right[0] if len(right) == 1 else key, several=several)


def _askable(text: str, said: str = "") -> str:
    try:
        return checked_question(text)
    except QuestionError as error:
        raise ValueError(f"{said}{error}") from error


def _half_characters(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _check_choices(question: QuizQuestion) -> None:
    if not 2 <= len(question.choices) <= MAX_CHOICES:
        raise ValueError(f"it has {len(question.choices)} choices; a multiple choice question has 2 to {MAX_CHOICES}")
    if any(not choice.strip() for choice in question.choices):
        raise ValueError("one of its choices is empty")
    if any(len(choice) > MAX_CHOICE_CHARACTERS for choice in question.choices):
        raise ValueError(f"a choice is longer than {MAX_CHOICE_CHARACTERS:,} characters")


def _check_key(question: QuizQuestion) -> None:
    gold = question.gold
    if question.type == "multiple_choice":
        places = gold if isinstance(gold, tuple) else (gold,)
        last = len(question.choices) - 1
        if not places or not all(type(place) is int and 0 <= place <= last for place in places):
            raise ValueError(f"its key is {gold!r}, not the place of a choice (0 to {last})")
    elif question.type == "true_false":
        if gold not in VERDICTS:
            raise ValueError(f"its key is {gold!r}, not one of {', '.join(VERDICTS)}")
    elif not isinstance(gold, str):
        raise ValueError(f"its key is {gold!r}, not a text")
    elif question.type == "numeric":
        wrong = [key for key in (gold, *question.accepted) if key and bounds(key) is None]
        if wrong:
            raise ValueError(f"its key is {wrong[0]!r}, not a number or a range like 3.1..3.2")
        if not (0 <= question.tolerance < math.inf):
            raise ValueError(f"its tolerance is {question.tolerance}, not a number from 0")
