"""Questions that ask for several things, and the passages that count them out.

A passage counts when sentences of one block begin with First, Second, ... in order. A list inside
one sentence ("A, B and C") needs none of this: it is one span.
"""

import re
from dataclasses import dataclass

from index.article import Article, Paragraph
from index.sentences import sentence_spans
from qa.answer import Span
from qa.word_forms import base_form, is_past, is_plural, is_verb, plain
from qa.words import ADJECTIVES, AUXILIARIES, DETERMINERS, MANNER, ORDINALS, PREPOSITIONS, PRONOUNS, WH

_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {word: number for number, word in enumerate(_CARDINALS, start=1) if number > 1}
_COUNTS |= {str(number): number for number in _COUNTS.values()} | {"both": 2}
# What is counted out in sentences, whatever the passage itself calls it.
_NOUNS = """
    actions advantages aims arguments aspects benefits causes challenges changes concerns conditions consequences
    dangers demands directions disadvantages drawbacks effects examples factors features goals grounds ideas issues
    items lessons measures motives moves objections objectives obstacles options parts points principles problems
    proposals purposes questions reasons recommendations requirements respects results risks rules stages steps
    suggestions tasks things ways
"""
_LISTED = frozenset(_NOUNS.split())
_OPENING = re.compile(
    r"(?:^|[.,;:?!] )(?:(?:and|so|please|can you|could you) )*"
    r"(?:(?P<order>list|name|enumerate|give|tell)(?: me| us)?"
    r"|(?P<be>(?:what|which|who) (?:are|were))"
    r"|(?:in |for |on |by |to |at |from |under |with )?(?:what|which))"
    r"(?: all(?: of)?| some(?: of)?)?(?: the| his| her| its| their| these| those)? ",
    re.IGNORECASE,
)
_MAX_PHRASE = 4  # words from the number to the noun: "three less obvious reasons"
# Participles that may follow what is asked for: "the reasons given".
_TOLD = frozenset({"cited", "described", "given", "listed", "mentioned", "named", "offered", "proposed", "taken"})
_BOUNDS = DETERMINERS | PREPOSITIONS | PRONOUNS | WH
_NOT_BEFORE_NOUN = _BOUNDS | AUXILIARIES
_AFTER_NOUN = _BOUNDS | _TOLD

_BEFORE = r"^(?:and |but |then )?"
_COPULA = r"(?P<copula>\s+(?:is|was|are|were|would be|will be)(?: that)?)\s+"
_NOUN = r"(?:\s+[\w'’-]+){0,2}?"
_FIRST_WORDS = r"|for one(?: thing)?|to begin with|first of all|first and foremost"
_SECOND_WORDS = r"|another|for another(?: thing)?"
_LAST_WORDS = r"|finally|lastly|last|last but not least"


def _marker(rank: int) -> re.Pattern[str]:
    """Return what begins the part of `rank`, from 0: "Second, ...", "Second he ...", "The second step was ..."."""
    ordinal, more = ORDINALS[rank], ("", _FIRST_WORDS) if rank == 0 else ("|last", _LAST_WORDS)
    other = ("one", "another")[rank] if rank < 2 else None
    counted = rf"(?:the |a )(?:{ordinal}{more[0]}){_NOUN}|{ordinal}{more[0]}" + (rf"|{other}{_NOUN}" if other else "")
    commas = rf"{ordinal}(?:ly)?|{_CARDINALS[rank]}{more[1]}{_SECOND_WORDS if rank == 1 else ''}"
    bare = rf"{ordinal}(?:ly)?\s+(?=(?:the|an?|he|she|it|they|we|there|his|her|its|their|this|that)\b)"
    return re.compile(rf"{_BEFORE}(?:(?:{commas})[,:]\s+|{bare}|(?:{counted}){_COPULA})", re.IGNORECASE)


_MARKERS = tuple(_marker(rank) for rank in range(len(ORDINALS)))


@dataclass(frozen=True, slots=True)
class Asked:
    """Several things asked for: how many (0: no number given), and the noun for them in lower case."""

    count: int
    noun: str


@dataclass(frozen=True, slots=True)
class Series:
    """The counted-out parts of one block, in order, each without its ordinal and final point.

    `[start, end)` are the characters of the article from the sentence of the first part to that of the last; `before`
    is the sentence right before them, empty at the start of the block. Scores of spans are 0.0.
    """

    parts: tuple[Span, ...]
    start: int
    end: int
    before: Span


def parts_asked_for(article: Article, question: str, found: Span) -> tuple[Span, ...]:
    """Return the parts of the series that `found` stands in, if `question` asks for them, else nothing."""
    asked = asked_for(question)
    block = article.paragraph_at(found.start, found.end)
    if asked is None or block is None:
        return ()
    series = series_in(block)
    return series.parts if series and _is_asked(series, asked, found) else ()


def asked_for(question: str) -> Asked | None:
    """Return the several things `question` asks for, or None if it does not surely ask for several."""
    question = " ".join(question.split())
    opening = _OPENING.search(question)
    if opening is None:
        return None
    words = question[opening.end() :].split()
    count = 0
    for at, word in enumerate(plain(w) for w in words[: _MAX_PHRASE + 1]):
        if not count and word in _COUNTS:
            count = _COUNTS[word]
        elif word in _NOT_BEFORE_NOUN:
            return None
        elif word in _LISTED or (count and is_plural(word)):
            asked, rest = Asked(count, word), words[at + 1 :]
            return asked if opening["order"] or _asks_for(asked, rest, bool(opening["be"])) else None
        elif not opening["order"] and not opening["be"] and not count and _turns_away(word):
            return None
    return None


def _turns_away(word: str) -> bool:
    """Tell whether a noun after this word cannot be what is asked for: "which firm's ships", "what makes things"."""
    return word.endswith(("'s", "s'")) or (is_verb(word) and not is_past(word))


def _asks_for(asked: Asked, rest: list[str], be: bool) -> bool:
    """Tell whether the noun is what is asked for, by the words after it: not so in "what are the two ships made of"."""
    following = plain(rest[0]) if rest else ""
    if not following:
        return True
    if be:
        if following in _AFTER_NOUN or rest[0][0].isupper():
            return True
        told_of = is_verb(following) or following in ADJECTIVES | MANNER or following.endswith(("ing", "ly"))
        return asked.noun in _LISTED and not told_of
    if asked.count or following in AUXILIARIES or is_verb(following):
        return True
    return not is_verb(asked.noun) and following in PREPOSITIONS - {"to"}  # not "what results from", "what points to"


def series_in(block: Paragraph) -> Series | None:
    """Return the series of `block`, or None if it does not count at least to two.

    Where the block counts more than once, it is the first longest run.
    """
    places = sentence_spans(block.text)
    runs: list[list[tuple[int, int]]] = [[]]  # of each part: the number of its sentence, and where it begins in it
    for number, (start, end) in enumerate(places):
        sentence = block.text[start:end]
        first, here = _part_start(sentence, 0), _part_start(sentence, len(runs[-1]))
        begins = first if here is None else here
        if begins is None:
            continue
        if here is None and runs[-1]:
            runs.append([])
        runs[-1].append((number, begins))
    longest = max(runs, key=len)
    if len(longest) < 2:
        return None
    spans = [Span(block.start + start, block.text[start:end], 0.0) for start, end in places]
    first_number, last_number = longest[0][0], longest[-1][0]
    start = spans[first_number].start
    return Series(
        tuple(_part(spans[number], begins) for number, begins in longest),
        start,
        spans[last_number].end,
        spans[first_number - 1] if first_number else Span(start, "", 0.0),
    )


def _is_asked(series: Series, asked: Asked, found: Span) -> bool:
    """Tell whether `series` is what was asked for, `found` being the span that was read in its block."""
    if asked.count not in (0, len(series.parts)):
        return False
    if asked.count and asked.noun in _LISTED:
        return True  # the block counts out as many as are asked for
    words = [plain(word) for word in series.before.text.split()]
    names = _LISTED.intersection(words)
    numbered = any(_COUNTS.get(word) == len(series.parts) for word in words)
    start = series.before.start if names or numbered else series.start
    suits = asked.noun in _LISTED or asked.noun in words or (numbered and not names)
    return suits and start <= found.start and found.end <= series.end


def _part_start(sentence: str, rank: int) -> int | None:
    """Return where the part of `rank` begins in `sentence`, after "Second, " or "The second is "; None if none does."""
    marker = _MARKERS[rank].match(sentence) if rank < len(_MARKERS) else None
    part = sentence[marker.end() :] if marker else ""
    if marker is None or not re.search(r"\w", part) or (marker["copula"] and _is_passive(part)):
        return None
    return marker.end()


def _is_passive(text: str) -> bool:
    """Tell whether what follows "was" makes a predicate of it: "built in 1900", but not "increased pay"."""
    words = text.split(maxsplit=2)
    goes_on = len(words) > 1 and words[0][-1].isalnum() and plain(words[1]) not in PREPOSITIONS
    return is_past(words[0]) and base_form(words[0]) != plain(words[0]) and not goes_on


def _part(sentence: Span, begins: int) -> Span:
    return Span(sentence.start + begins, sentence.text[begins:].rstrip(" \n.;,"), 0.0)
