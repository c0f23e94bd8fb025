"""What an author's key means: letters, places, texts, words for true and false, numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal

from qa.answer import VERDICTS, QuestionType, Verdict
from qa.quiz.numbers import number_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = "_____"
_VERDICT_WORDS: dict[str, Verdict] = {
    **dict.fromkeys(("true", "t", "yes", "y", "supported", "right", "correct"), "supported"),
    **dict.fromkeys(("false", "f", "no", "n", "contradicted", "wrong", "incorrect"), "contradicted"),
    **dict.fromkeys(("not stated", "not_stated", "not given", "ng", "not mentioned", "unknown"), "not_stated"),
    **dict.fromkeys(("not said", "not known", "doesn't say", "does not say", "no information"), "not_stated"),
    **dict.fromkeys((f"{cannot} {tell}" for cannot in ("cannot", "can't") for tell in ("tell", "say")), "not_stated"),
}
_SEVERAL_WORDS = (
    *(
        "multiple select",
        "multiple selection",
        "multiple response",
        "multiple answer",
        "multiple answers",
        "multi select",
    ),
    *("multiselect", "checkbox", "checkboxes", "check box", "check boxes", "select all", "select all that apply"),
)
_TYPE_WORDS: dict[str, QuestionType] = {
    **dict.fromkeys(
        ("open", "open ended", "essay", "text", "short answer", "shortanswer", "question", "paragraph"), "open"
    ),
    **dict.fromkeys(("multiple choice", "multichoice", "multiplechoice", "mc", "mcq", "choice"), "multiple_choice"),
    **dict.fromkeys(("single choice", "single select", "radio", "dropdown", "poll"), "multiple_choice"),
    **dict.fromkeys(_SEVERAL_WORDS, "multiple_choice"),
    **dict.fromkeys(("true false", "truefalse", "tf", "t f", "boolean", "true or false", "yes no"), "true_false"),
    **dict.fromkeys(
        (f"{pair} {third}" for pair in ("true false", "yes no") for third in ("not given", "not stated")), "true_false"
    ),
    **dict.fromkeys(("numeric", "numerical", "number"), "numeric"),
    **dict.fromkeys(("fill in", "fill in the blank", "fill in the blanks", "fib", "blank", "cloze", "gap"), "fill_in"),
}
_GAP = re.compile(r"_{3,}")


def question_type(name: str) -> QuestionType | None:
    """Return the kind that a word of a file names (`Checkbox`, `True/False`), None if it is no known word."""
    return _TYPE_WORDS.get(" ".join(re.split(r"[\W_]+", name.casefold())).strip())


def are_several(name: str) -> bool:
    """Return whether the word for a kind says that several choices may be chosen (`Checkbox`)."""
    return " ".join(re.split(r"[\W_]+", name.casefold())).strip() in _SEVERAL_WORDS


def verdict_of(word: str) -> Verdict | None:
    """Return the verdict that a key names (`TRUE`, `no`, `not stated`), None if it names none."""
    return _VERDICT_WORDS.get(" ".join(word.casefold().replace("’", "'").split()).strip(" ."))


def is_true_or_false(word: str) -> bool:
    """Return whether a key by itself tells that its question is a statement to be judged."""
    return word.casefold().strip(" .") in ("true", "false", "not stated", "not given")


def are_true_and_false(choices: Sequence[str]) -> bool:
    """Return whether choices only say that a statement is true and false, or true, false and not stated."""
    if len(choices) == len(VERDICTS):
        return {verdict_of(choice) for choice in choices} == set(VERDICTS)
    words = {choice.casefold().strip(" .") for choice in choices}
    return len(choices) == 2 and words in ({"true", "false"}, {"t", "f"})


def has_blank(question: str) -> bool:
    """Return whether a word is left out of the question: `_____`."""
    return bool(_GAP.search(question))


def fill_blank(question: str, word: str) -> str:
    """Return the question with `word` in place of its blanks."""
    return _GAP.sub(word, question)


def bounds(text: str) -> tuple[Decimal, Decimal] | None:
    """Return the least and greatest number that a numeric key (`5`, `3.1..3.2`) accepts, None if it is none."""
    first, dots, second = text.partition("..")
    low, high = number_of(first), number_of(second if dots else first)
    return None if low is None or high is None or low > high else (low, high)


def widened(key: str, tolerance: Decimal) -> str:
    """Return a numeric key as the range of what it accepts: `5` with a tolerance of 1 is `4..6`."""
    found = bounds(key)
    if found is None or not tolerance:
        return key
    return f"{found[0] - abs(tolerance):f}..{found[1] + abs(tolerance):f}"


def places(key: str, choices: Sequence[str], by_place: bool = False) -> tuple[int, ...]:
    """Return the places from 0 of the choices that a key names by text, by letter, or by number from 1.

    The text of a choice goes before its letter or number, unless the format says `by_place`.

    Raises:
        ValueError: it names something that is no choice.
    """
    parts = [part.strip() for part in re.split(r"[;|\n]|,(?!\d{3}\b)", key) if part.strip()]
    for names in ([key.strip()], parts):
        found = [_place(name, choices, by_place) for name in names]
        if names and None not in found:
            return tuple(sorted({place for place in found if place is not None}))
    raise ValueError(f"the key {key.strip()!r} is not one of the {len(choices)} choices")


def _place(name: str, choices: Sequence[str], by_place: bool) -> int | None:
    folded = " ".join(name.casefold().split())
    texts = [" ".join(choice.casefold().split()) for choice in choices]
    if folded in texts and not by_place:
        return texts.index(folded)
    bare = folded.strip("().").upper()
    if len(bare) == 1 and bare in LETTERS[: len(choices)]:
        return LETTERS.index(bare)
    if re.fullmatch(r"[0-9]{1,2}", bare) and 1 <= int(bare) <= len(choices):
        return int(bare) - 1
    return texts.index(folded) if folded in texts else None
