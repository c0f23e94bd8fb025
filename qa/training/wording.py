"""Rewords training questions the way people type them, and swaps what they ask about.

Readers trained on edited questions fail on typed ones: lower case, no question mark, typos,
telegraphic style, capitals and nicknames for governments.
"""

import random
import re

_FUNCTION_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "did",
        "does",
        "do",
        "was",
        "were",
        "is",
        "are",
        "of",
        "to",
        "in",
        "on",
        "for",
        "has",
        "have",
        "had",
        "that",
    ]
)

# People name a country by its capital, its leader's seat, or a nickname.
NICKNAMES: dict[str, tuple[str, ...]] = {
    "United States": ("Washington", "the White House", "America", "the US", "the USA"),
    "U.S.": ("Washington", "America", "the USA"),
    "America": ("the United States", "the US", "Washington"),
    "Russia": ("Moscow", "the Kremlin"),
    "Soviet Union": ("Moscow", "the Kremlin", "the USSR", "the Soviets"),
    "China": ("Beijing",),
    "North Korea": ("Pyongyang", "the North", "the DPRK"),
    "South Korea": ("Seoul", "the South"),
    "Japan": ("Tokyo",),
    "Ukraine": ("Kyiv", "Kiev"),
    "United Kingdom": ("London", "Britain", "Downing Street", "the UK"),
    "Britain": ("London", "the UK", "Westminster"),
    "England": ("London", "the English"),
    "France": ("Paris", "the French"),
    "Germany": ("Berlin", "the Germans"),
    "Italy": ("Rome", "the Italians"),
    "Spain": ("Madrid", "the Spanish"),
    "India": ("New Delhi", "Delhi"),
    "Pakistan": ("Islamabad",),
    "Iran": ("Tehran",),
    "Iraq": ("Baghdad",),
    "Israel": ("Jerusalem", "Tel Aviv"),
    "Egypt": ("Cairo",),
    "Turkey": ("Ankara",),
    "Poland": ("Warsaw",),
    "Australia": ("Canberra",),
    "Canada": ("Ottawa",),
    "Mexico": ("Mexico City",),
    "Greece": ("Athens",),
    "Syria": ("Damascus",),
    "European Union": ("Brussels", "the EU"),
    "Taiwan": ("Taipei",),
    "Vietnam": ("Hanoi",),
    "Cuba": ("Havana",),
    "Pentagon": ("the US military", "the Defense Department"),
    "president": ("leader", "head of state"),
    "prime minister": ("premier", "leader", "head of government"),
}
_NICKNAME = re.compile(r"\b(?:the )?(" + "|".join(map(re.escape, NICKNAMES)) + r")\b(?!['’]s\b)")

OPPOSITES: dict[str, str] = {}
for _one, _other in (
    ("largest", "smallest"),
    ("highest", "lowest"),
    ("most", "least"),
    ("first", "last"),
    ("before", "after"),
    ("increase", "decrease"),
    ("increased", "decreased"),
    ("oldest", "youngest"),
    ("longest", "shortest"),
    ("north", "south"),
    ("east", "west"),
    ("northern", "southern"),
    ("eastern", "western"),
    ("allow", "forbid"),
    ("allowed", "forbidden"),
    ("support", "oppose"),
    ("supported", "opposed"),
    ("accept", "reject"),
    ("accepted", "rejected"),
    ("friends", "enemies"),
    ("best", "worst"),
    ("fewer", "more"),
):
    OPPOSITES |= {_one: _other, _other: _one}
OPPOSITE = re.compile(r"\b(" + "|".join(OPPOSITES) + r")\b")

NAME = re.compile(r"(?<!^)\b[A-Z][\w’'-]+(?: (?:of |the |de |von )?[A-Z][\w’'-]+)*")
YEAR = re.compile(r"\b1[0-9]{3}\b|\b20[0-9]{2}\b")
NUMBER = re.compile(r"\b\d[\d,.]*\b")


def retype(question: str, chance: random.Random) -> str:
    """Return `question` as a person in a hurry might type it (unchanged half of the time)."""
    if chance.random() < 0.5:
        question = nickname(question, chance)
    style = chance.random()
    if style < 0.62:
        return question
    if style < 0.80:
        question = question.lower()
    if chance.random() < 0.6:
        question = question.rstrip("? ")
    if style > 0.90:
        question = _telegraphic(question)
    if chance.random() < 0.3:
        question = _typo(question, chance)
    return question


def nickname(question: str, chance: random.Random) -> str:
    """Replace the first country or office named by a nickname people use for it."""
    match = _NICKNAME.search(question)
    if match is None:
        return question
    return question[: match.start()] + chance.choice(NICKNAMES[match[1]]) + question[match.end() :]


def swap_subject(question: str, passage: str, answer: str, strangers: list[str], chance: random.Random) -> str | None:
    """Return a near miss: `question` about another name, year, number, or with a word turned round.

    The replacement is taken from the passage itself or from `strangers` (names in other passages),
    so that the passage no longer answers it. None where the question offers nothing to swap.
    """
    if chance.random() < 0.25 and (match := OPPOSITE.search(question)):
        return question[: match.start()] + OPPOSITES[match[1]] + question[match.end() :]
    for pattern, others in (
        (YEAR, [str(int(y) + chance.choice((-12, -5, -2, -1, 1, 3, 7, 20))) for y in YEAR.findall(question)]),
        (NAME, names(passage) if chance.random() < 0.5 else strangers),
        (NUMBER, NUMBER.findall(passage)),
    ):
        found = [m for m in pattern.finditer(question) if m[0] in passage]
        usable = [o for o in others if o not in question and o not in answer and answer not in o]
        if found and usable:
            match = chance.choice(found)
            return question[: match.start()] + chance.choice(usable) + question[match.end() :]
    return None


def names(text: str) -> list[str]:
    """Return the capitalised names in `text`, without the word that starts it."""
    return [name for name in NAME.findall(text) if len(name) > 3]


def _telegraphic(question: str) -> str:
    words = question.split()
    kept = [word for word in words if word.lower() not in _FUNCTION_WORDS]
    return " ".join(kept) if len(kept) >= 3 else question


def _typo(question: str, chance: random.Random) -> str:
    """Drop, double or swap one letter inside one longer word."""
    words = question.split(" ")
    longer = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not longer:
        return question
    i = chance.choice(longer)
    word, at = words[i], chance.randrange(1, len(words[i]) - 2)
    words[i] = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
