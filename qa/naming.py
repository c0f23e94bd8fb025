"""Capitals and seats that stand for governments ("Moscow", "the Kremlin"), said as the article says them.

The reader finds "Russia sent troops" for a question about Russia far more often than for one about the Kremlin
(decision 0005). A name is replaced only if the article itself uses the other one, and never where the city is meant
as a place ("in Moscow", "visit Moscow", "flew to Moscow") or as a part of a longer name ("Washington Post",
"the Moscow-Beijing axis", "the north korean president").
"""

import re
from functools import cache, lru_cache

from index.article import Article

_SEATS = {
    "United States|US|U.S.|USA|America": "Washington|the White House",
    "Russia": "Moscow|the Kremlin",
    "China": "Beijing|Peking",
    "South Korea": "Seoul|the Blue House",
    "North Korea": "Pyongyang",
    "Ukraine": "Kyiv|Kiev",
    "United Kingdom|UK|Britain": "London|Downing Street|Whitehall",
    "European Union|EU": "Brussels",
    "France": "Paris|the Elysée|the Élysée",
    "Germany": "Berlin",
    "Japan": "Tokyo",
    "India": "New Delhi|Delhi",
    "Pakistan": "Islamabad",
    "Iran": "Tehran|Teheran",
    "Iraq": "Baghdad",
    "Syria": "Damascus",
    "Turkey|Türkiye": "Ankara",
    "Israel": "Jerusalem|Tel Aviv",
    "Egypt": "Cairo",
    "Saudi Arabia": "Riyadh",
    "Poland": "Warsaw",
    "Italy": "Rome",
    "Spain": "Madrid",
    "Greece": "Athens",
    "Hungary": "Budapest",
    "Belarus": "Minsk",
    "Serbia": "Belgrade",
    "Taiwan": "Taipei",
    "Vietnam": "Hanoi",
    "Philippines": "Manila",
    "Indonesia": "Jakarta",
    "Thailand": "Bangkok",
    "Australia": "Canberra",
    "Canada": "Ottawa",
    "Cuba": "Havana",
    "Venezuela": "Caracas",
    "Brazil": "Brasília|Brasilia",
    "Argentina": "Buenos Aires",
    "Nigeria": "Abuja",
    "Kenya": "Nairobi",
    "Ethiopia": "Addis Ababa",
    "South Africa": "Pretoria",
    "Afghanistan": "Kabul",
    "Finland": "Helsinki",
    "Sweden": "Stockholm",
    "Norway": "Oslo",
    "Denmark": "Copenhagen",
}
SEATS = frozenset(seat.lower() for seats in _SEATS.values() for seat in seats.split("|"))
"""Every seat, in lower case: "moscow", "the kremlin"."""
_WITH_ARTICLE = frozenset({"United States", "US", "U.S.", "USA", "United Kingdom", "UK", "European Union", "EU"})
_HALVES = ("Korea", "Vietnam", "Sudan", "Yemen", "Carolina", "Dakota")
_SIDES = ("the north", "the south")
_AS_PLACE = re.compile(r"\b(?:in|near|outside|visit\w*|capital,?|city of)\s+$", re.IGNORECASE)
# A journey, at most three words, and where it goes, as in "flew with two aides to".
_ON_A_JOURNEY = re.compile(
    r"\b(?:reach\w*|left|leav(?:e|es|ing)"
    r"|(?:visit\w*|trips?|fl(?:y|ies|ew|own|ying|ights?)|travel\w*|journey\w*|tour(?:s|ed|ing)?|go|goes|gone|went"
    r"|arriv\w+|depart\w*|left|leav(?:e|es|ing)|head(?:s|ed|ing)|(?<!in )return\w*|sail\w*|stay\w*|land(?:s|ed|ing))"
    r"(?:\s+[^\s?!,;]+){0,3}\s+(?:to|from|at|for))\s+$",
    re.IGNORECASE,
)
_LONGER_NAME = re.compile(r"^(?:'s|’s)?\s+(?!I\b)[A-Z]")
_NAME_BEFORE = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]+\s+$")
# What "the north" begins when typed without capitals: "the north korean", "the south american", "the north of".
_MORE_THAN_A_SIDE = re.compile(
    rf"^\s+(?:(?:{'|'.join(_HALVES)})\w*|\w\w+(?:eans?|ians?|icans?|ese)|of|East|West|Coast|Pole|Sea|Atlantic|Pacific"
    r"|America|Africa|Asia|China)\b",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"^\s+(\w+)")


def plainly_named(question: str, article: Article) -> str:
    """Return `question` with seats of government named as `article` names the country."""
    names = _names(article.text)
    if not names:
        return question

    def named(match: re.Match[str]) -> str:
        before, after = question[: match.start()], question[match.end() :]
        seat = match[1].lower()
        if _is_place(seat, before) or _NAME_BEFORE.search(before) or _is_longer(seat, after, article.text):
            return match[0]
        country = names[seat]
        article_word = country in _WITH_ARTICLE and not re.search(r"\bthe\s+$", before, re.IGNORECASE)
        return f"the {country}" if article_word else country

    return _seats(tuple(names)).sub(named, question)


def _is_place(seat: str, before: str) -> bool:
    """Whether the words before `seat` make it a place; a journey to "the North" goes to the country."""
    return bool(_AS_PLACE.search(before) or (seat not in _SIDES and _ON_A_JOURNEY.search(before)))


def _is_longer(seat: str, after: str, text: str) -> bool:
    """Whether `after` goes on with the name that `seat` begins, also in a question typed without capitals."""
    if _LONGER_NAME.match(after) or (seat in _SIDES and _MORE_THAN_A_SIDE.match(after)):
        return True
    following = _NEXT_WORD.match(after)
    if not following:
        return False
    longer = f"{seat.removeprefix('the ').title()} {following[1].capitalize()}"
    # The plain search first: it is many times faster in a long article.
    return longer in text and bool(re.search(rf"\b{re.escape(longer)}\b", text))


@cache
def _seats(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    joined = r"[\w\u2010\u2011\u2013-]"  # also by a hyphen or an en dash: "the Moscow-Beijing axis"
    return re.compile(rf"(?<!{joined})({'|'.join(map(re.escape, longest_first))})(?!{joined})", re.IGNORECASE)


@lru_cache(maxsize=32)  # articles opened last; a server must not keep every text it has seen
def _names(text: str) -> dict[str, str]:
    """Return each seat, in lower case, with the name that `text` uses most for its country."""
    names: dict[str, str] = {}
    for country_names, seats in _SEATS.items():
        counts = {name: len(re.findall(rf"\b{re.escape(name)}(?!\w)", text)) for name in country_names.split("|")}
        most = max(counts, key=lambda name: counts[name])
        if counts[most]:
            names |= {seat.lower(): most for seat in seats.split("|")}
    for half in _HALVES:
        for side in ("North", "South"):
            if f"{side} {half}" in text:
                names.setdefault(f"the {side.lower()}", f"{side} {half}")
    return names
