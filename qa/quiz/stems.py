"""What a multiple choice question asks for: what is so or what is not, one or several; and choices about choices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer import QuizQuestion
from qa.quiz.keys import LETTERS
from qa.quiz.statements import AUXILIARIES

_OTHERS = (
    r"(?: of)?(?: the| these| those)?(?: above| answers?| choices?| options?)*(?: is| are)?(?: correct| right| true)?"
)
_ALL = re.compile(rf"(?:all|each|every one){_OTHERS}")
_NONE = re.compile(rf"(?:none|neither|not any){_OTHERS}")
_BOTH = re.compile(r"(?:both )?(?:answers? |choices? |options? )?\(?([a-z])\)?,?(?: and | & )\(?([a-z])\)?")
# A denial of the question as a whole; "Why did he not come?" asks for what is so.
_DENIALS = (
    re.compile(r"(?<=\w)n['’]t\b(?=.*\?)|\s*\b(?:NOT|NEVER|EXCEPT)\b"),
    re.compile(rf"^(which\b.{{0,60}}?\b(?:{AUXILIARIES})\b.{{0,30}}?) not\b", re.I),
    re.compile(r",?\s*\bexcept(?: for)?(?=[\s:.?]*$)", re.I),
)
_WHICH = re.compile(r"\b(?:which|all|what)\b", re.I)
_SEVERAL = re.compile(r"\b(?:all that apply|(?:select|choose|tick|mark|check|pick) (?:all|every|any))\b", re.I)
_COUNTED = re.compile(r"\b(?:which|choose|select|pick|tick|mark) (two|three|four)\b", re.I)
_ALL_FOLLOWING = re.compile(r"^all (?:of )?(?:the following|these)\b", re.I)
_COUNTS = {"two": 2, "three": 3, "four": 4}


@dataclass(frozen=True, slots=True)
class Stem:
    """A question without its denial, and what is asked for.

    `negated`: the choice that is not so. `count`: how many choices, None where it is not said and `several` are
    to be chosen.
    """

    question: str
    negated: bool = False
    several: bool = False
    count: int | None = 1


def read_stem(question: QuizQuestion) -> Stem:
    """Read what a multiple choice question asks for."""
    text = " ".join(question.question.split())
    counted = _COUNTED.search(text)
    several = question.several or bool(_SEVERAL.search(text))
    count = _COUNTS[(counted[1]).casefold()] if counted and several else None if several else 1
    affirmed = _without_denial(text)
    return Stem(affirmed or text, affirmed is not None, several, count)


def _without_denial(text: str) -> str | None:
    if not _WHICH.search(text):
        return None
    for pattern in _DENIALS:
        if found := pattern.search(text):
            kept = found[1] if found.re.groups else ""
            affirmed = " ".join((text[: found.start()] + kept + text[found.end() :]).split())
            return _ALL_FOLLOWING.sub("Which of these", affirmed)
    return None


def is_all(choice: str) -> bool:
    """Return whether a choice says that all the others are right."""
    return bool(_ALL.fullmatch(_plain(choice)))


def is_none(choice: str) -> bool:
    """Return whether a choice says that none of the others is right."""
    return bool(_NONE.fullmatch(_plain(choice)))


def named_choices(choice: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the two others that a choice names by letter ("Both A and C"), () if it names none."""
    found = _BOTH.fullmatch(_plain(choice))
    places = tuple(LETTERS.index(letter.upper()) for letter in found.groups()) if found else ()
    return places if all(place < len(choices) for place in places) else ()


def _plain(choice: str) -> str:
    return " ".join(choice.casefold().split()).strip(" .!")
