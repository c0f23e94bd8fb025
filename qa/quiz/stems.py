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
_ASKING = "who|whom|whose|which|what|when|where|why|how"
_CONTRACTED = re.compile(rf"\b(ca|wo|sha|{AUXILIARIES})(?:n['’]t|not)\b", re.I)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
_LEAD = "according|based|as|of|in|on|at|to|for|from|by|with|among|during|after|before|choose|select|pick|tick|mark"
_CLAUSE = rf"{_ASKING}|that|because|if|unless|whether|while|though|although|but|{AUXILIARIES}"
# "Which of the towers that he built": a clause with no auxiliary, after which the main one goes on.
_RELATIVE = rf"\b(?:of|about) the \w+ (?:that|who) (?!(?:\w+ )?(?:{AUXILIARIES})\b)\w+\b"
# "Which ... is (it) not": the first auxiliary of a sentence that asks "which" at its start, or after a few words.
_WHICH_NOT = re.compile(
    rf"(?:^|[.:;!?] )\W*(?:(?:{_LEAD})\b(?:(?!\b(?:{_ASKING})\b)[^:;!?])*)?(?<!\bfor )\bwhich\b"
    rf"(?:{_RELATIVE}|(?!\b(?:{_CLAUSE}|he|she|they|we)\b)[^:;!?])*"
    rf"\b(?:{AUXILIARIES})\b(?:(?!\b(?:{_CLAUSE}|not)\b)[^:;!?])*(?P<denial>\bnot\b)(?! only)",
    re.I,
)
# A denial of the question as a whole; "Why did he not come?" asks for what is so.
_DENIALS = (
    re.compile(r"(?P<denial>\s*\b(?:NOT|NEVER|EXCEPT)\b)"),
    _WHICH_NOT,
    re.compile(r"(?P<denial>,?\s*\bexcept(?: for)?)(?=[\s:.?]*$)", re.I),
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
    text = _CONTRACTED.sub(lambda found: f"{_WHOLE.get(found[1].casefold(), found[1])} not", text)
    for pattern in _DENIALS:
        if found := pattern.search(text):
            affirmed = " ".join((text[: found.start("denial")] + text[found.end("denial") :]).split())
            return _ALL_FOLLOWING.sub("Which of these", affirmed)
    return None


def is_all(choice: str) -> bool:
    """Return whether a choice says that all the others are right."""
    return bool(_ALL.fullmatch(_plain(choice)))


def is_none(choice: str) -> bool:
    """Return whether a choice says that none of the others is right."""
    return bool(_NONE.fullmatch(_plain(choice)))


def named_choices(choice: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the two others that a choice names by letter ("Both A and C"), () if it names none.

    Letters that would name a choice about choices name none: among "A and B", "B and C" they are meant as they stand.
    """
    named = _lettered(choice, choices)
    others = [choices[place] for place in named]
    return () if any(is_all(c) or is_none(c) or _lettered(c, choices) for c in others) else named


def plain_choices(choices: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the choices that are not about the others; all places where none is (`All`, `None`)."""
    about = [is_all(choice) or is_none(choice) or bool(named_choices(choice, choices)) for choice in choices]
    return tuple(place for place in range(len(choices)) if all(about) or not about[place])


def _lettered(choice: str, choices: Sequence[str]) -> tuple[int, ...]:
    found = _BOTH.fullmatch(_plain(choice))
    places = tuple(LETTERS.index(letter.upper()) for letter in found.groups()) if found else ()
    return places if all(place < len(choices) for place in places) else ()


def _plain(choice: str) -> str:
    return " ".join(choice.casefold().split()).strip(" .!")
