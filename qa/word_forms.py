"""What a word or a phrase is, by word lists and endings alone: past, plural, a name, a person."""

import re

from qa.naming import SEATS
from qa.words import (
    COUNTRIES,
    DETERMINERS,
    FEMALE,
    IRREGULAR,
    MALE,
    NOUNS_IN_ING,
    ORGANISATIONS,
    PEOPLE,
    PLURALS,
    TIMES,
    VERBS,
)

ADJECTIVE_ENDINGS = ("ful", "ous", "able", "ible")
SUFFIXES = (("ied", "y"), ("ies", "y"), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e"), ("es", ""), ("s", ""))


def plain(token: str) -> str:
    """Return the word in lower case, without the punctuation around it."""
    return token.strip(',;:?!."“”()').replace("’", "'").casefold()


def base_form(verb: str) -> str:
    """Return the infinitive of an English verb form, as far as rules and lists go."""
    word = plain(verb)
    if word in IRREGULAR:
        return IRREGULAR[word]
    stems = [word]
    for suffix, ending in SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            stem = word.removesuffix(suffix) + ending
            doubled = suffix in {"ed", "ing"} and stem not in VERBS and stem[-1:] == stem[-2:-1]
            stems.append(stem[:-1] if doubled else stem)
    return next((stem for stem in stems if stem in VERBS), stems[1] if len(stems) > 1 else word)


def is_past(token: str) -> bool:
    """Tell whether the word looks like a past tense or a participle."""
    word = plain(token)
    return word in IRREGULAR or (word.endswith("ed") and not word.endswith("eed") and len(word) > 4)


def is_verb(token: str) -> bool:
    """Tell whether the word, written small, may be a full verb in any form."""
    return token[:1].islower() and (is_past(token) or plain(token) in VERBS or base_form(token) in VERBS)


def is_progressive(word: str) -> bool:
    """Tell whether the word, in lower case, is a verb in "ing", not a noun like "building"."""
    return word.endswith("ing") and word not in NOUNS_IN_ING and base_form(word) in VERBS


def is_plural(phrase: str) -> bool:
    """Tell whether the phrase names several: "the banks", "Peru and Chile"."""
    head = plain(head_noun(phrase))
    regular = head.endswith("s") and not head.endswith(("ss", "us", "is", "'s")) and not phrase.split()[-1][0].isupper()
    return " and " in phrase or head in PLURALS or regular


def is_name(phrase: str) -> bool:
    """Tell whether every full word of the phrase is capitalised."""
    tokens = [t for t in phrase.split() if plain(t) not in DETERMINERS | {"of", "de", "van", "von", "and"}]
    return bool(tokens) and all(t[0].isupper() for t in tokens)


def head_noun(phrase: str) -> str:
    """Return the noun the phrase is about: "the head" of "the head of the bank" is "head"."""
    return re.split(r" (?:of|in|for|at|on|from|to) ", phrase)[0].split()[-1]


def kind(phrase: str) -> str:
    """Return what sort of thing is named: time, place, person, plural, organisation, name or thing."""
    tokens = {plain(t) for t in phrase.split()}
    head = plain(head_noun(phrase))
    if any(t[0].isdigit() for t in tokens if t) or head in TIMES:
        return "time"
    if head in COUNTRIES or {plain(phrase), f"the {plain(phrase)}"} & SEATS:
        return "place"
    if is_plural(phrase):
        return "plural"
    if tokens & ORGANISATIONS:
        return "organisation"
    if head in PEOPLE or head.endswith(("ist", "man", "woman")) or tokens & (FEMALE | MALE):
        return "person"
    return "name" if is_name(phrase) else "thing"
