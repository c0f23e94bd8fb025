"""The phrases of a question, found by word lists and word order alone: what a follow-up may borrow."""

import re
from dataclasses import dataclass

from qa.naming import SEATS
from qa.words import (
    ADJECTIVES,
    AUXILIARIES,
    BE,
    BREAKS,
    COUNTRIES,
    DEMONSTRATIVES,
    DETERMINERS,
    DO,
    FEMALE,
    HAVE,
    HOW_WORDS,
    IRREGULAR,
    MALE,
    MANNER,
    MODAL,
    NOUNS_IN_ING,
    ORGANISATIONS,
    PEOPLE,
    PLURALS,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    VERBS,
    WH,
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


def _is_progressive(word: str) -> bool:
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


def sentence(*parts: str) -> str:
    """Join the parts of a question, which may be empty."""
    text = " ".join(" ".join(parts).split())
    return f"{text[:1].upper()}{text[1:]}?"


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


@dataclass(frozen=True, slots=True)
class Form:
    """A question taken apart: "In which year | did | the firm | close its mine".

    `subject` is empty where the question asks for it ("Who | | | closed the mine").
    """

    wh: str
    auxiliary: str
    subject: str
    rest: str

    @property
    def wh_noun(self) -> str:
        """The noun asked about: "countries" of "which countries", else nothing."""
        found = re.match(r"(?:\w+ )?(?:which|what|whose|how many|how much) (?:other )?(.+)", self.wh, re.IGNORECASE)
        return found[1] if found else ""

    @property
    def verb(self) -> str:
        """The full verb right after the subject, or nothing ("is the mine old")."""
        first = self.rest.split(" ")[0]
        return first if first and (is_verb(first) or self.auxiliary.casefold() in DO | MODAL | {""}) else ""


def parse(question: str) -> Form | None:
    """Take a question apart; None where it is not one by its form."""
    text = re.sub(r"^(\w+)['’]s\b", r"\1 is", question.strip().rstrip(" ?!."))
    tokens = text.split()
    words = [plain(t) for t in tokens]
    if not words:
        return None
    lead = 1 if words[0] in PREPOSITIONS and len(words) > 1 else 0
    at = _wh_end(tokens, words, lead) if words[lead] in WH else 0
    if not at and words[0] not in AUXILIARIES:
        return None
    wh, auxiliary, subject = " ".join(tokens[:at]), "", ""
    if at < len(words) and words[at] in AUXILIARIES:
        end = _subject_end(tokens, at + 1, words[at])
        auxiliary, subject, at = tokens[at], " ".join(tokens[at + 1 : end]), end
    return Form(wh, auxiliary, subject, " ".join(tokens[at:]))


def _wh_end(tokens: list[str], words: list[str], at: int) -> int:
    head, at = words[at], at + 1
    if at < len(words) and words[at] in {"else", "exactly"}:
        return at + 1
    if head == "how" and at < len(words) and words[at] in HOW_WORDS:
        at += 1
        if words[at - 1] not in {"many", "much"}:
            return at
    elif head not in {"what", "which", "whose"}:
        return at
    first = at
    while at < len(words) and words[at] not in AUXILIARIES | DETERMINERS - {"other"}:
        noun_position = at == first and (head == "which" or (at + 1 < len(words) and _verbal(words[at + 1])))
        if (_verbal(words[at]) and not noun_position) or (words[at] in PREPOSITIONS and words[at] != "of"):
            break
        if (at > first or head == "what") and _is_verb_before_name(tokens[at : at + 2]):
            break
        at += 1
    return at


def _is_verb_before_name(tokens: list[str]) -> bool:
    """Tell whether the first word is a verb unknown to the lists: "which country | borders Ukraine"."""
    return len(tokens) > 1 and tokens[0].islower() and tokens[0].endswith("s") and tokens[1][0].isupper()


def _verbal(word: str) -> bool:
    return word in AUXILIARIES or is_verb(word)


def _ends_subject(token: str, auxiliary: str) -> bool:
    word = plain(token)
    if token[0].isupper():
        return False
    if auxiliary in DO | MODAL:
        return word in VERBS
    if word in {"been", "being"}:
        return True
    return is_past(word) or word in ADJECTIVES or _is_progressive(word) or word.endswith(ADJECTIVE_ENDINGS)


def _subject_end(tokens: list[str], start: int, auxiliary: str) -> int:
    at, size = start, len(tokens)
    if at == size or plain(tokens[at]) in PRONOUNS - {"her"}:
        return min(at + 1, size)
    if plain(tokens[at]) in DETERMINERS:
        if plain(tokens[at]) in DEMONSTRATIVES and _stands_for_noun(tokens[at + 1 : at + 3], auxiliary):
            return at + 1
        at += 1
    elif _ends_subject(tokens[at], auxiliary):
        return at
    first, at = at, at + 1
    while at < size and not tokens[at - 1].endswith(","):
        word = plain(tokens[at])
        joins = word in {"of", "and"} and at + 1 < size and not _verbal(plain(tokens[at + 1]))
        if joins:
            at += 2 if plain(tokens[at + 1]) in DETERMINERS else 1
        elif (
            word in PREPOSITIONS | BREAKS | MANNER | DETERMINERS | WH
            or word.endswith("ly")
            or (_ends_subject(tokens[at], auxiliary) and not _is_modifier(tokens, at, auxiliary))
        ):
            break
        at += 1
    at = min(at, size)
    unknown_verb = auxiliary in DO | MODAL and (at == size or plain(tokens[at]) not in VERBS)
    if unknown_verb and at > first + 1 and tokens[at - 1][0].islower():
        at = first + 1
        while at < size and tokens[at][0].isupper():
            at += 1
    return at


def _is_modifier(tokens: list[str], at: int, auxiliary: str) -> bool:
    """Tell whether an adjective or participle stands before its noun: "is the newly | opened | bridge safe"."""
    return (auxiliary in BE | HAVE and plain(tokens[at - 1]) in DETERMINERS) or (
        auxiliary in BE and at + 1 < len(tokens) and plain(tokens[at]) in ADJECTIVES and is_past(tokens[at + 1])
    )


def _stands_for_noun(following: list[str], auxiliary: str) -> bool:
    if not following or plain(following[0]) in PREPOSITIONS | MANNER | BREAKS:
        return True
    next_is_verb = len(following) > 1 and _ends_subject(following[1], auxiliary)
    return _ends_subject(following[0], auxiliary) and not next_is_verb


def noun_phrases(text: str) -> list[str]:
    """Return the noun phrases of a text in order, determiners included; pronouns are none."""
    found: list[list[str]] = [[]]
    tokens = text.strip().rstrip("?!. ").split()
    for at, token in enumerate(tokens):
        word, open_phrase = plain(token), found[-1]
        after_determiner = len(open_phrase) == 1 and plain(open_phrase[0]) in DETERMINERS
        inner_of = word == "of" and open_phrase and at + 1 < len(tokens)
        after_of = bool(open_phrase) and open_phrase[-1] == "of"
        if word in DETERMINERS and not after_of:
            found.append([token])
        elif not inner_of and (
            word in PREPOSITIONS | AUXILIARIES - {"may"} | BREAKS | MANNER | WH | PRONOUNS
            or word.endswith("ly")
            or (is_verb(token) and not after_determiner)
            or (len(word) < 2 and not word.isdigit())
        ):
            found.append([])
        elif word:
            if open_phrase and token[0].isupper() != open_phrase[-1][0].isupper() and not after_determiner:
                # "gave Anna flowers" holds two phrases, "the Nobel committee" one.
                starts_name = token[0].isupper() and plain(open_phrase[0]) not in DETERMINERS and not after_of
                if starts_name and open_phrase[-1] != "of":
                    found.append([])
            found[-1].append(token.strip(",;:"))
            if token.endswith((",", ";", ":")):
                found.append([])
    phrases = (" ".join(tokens) for tokens in found if tokens)
    return [p for p in phrases if plain(p) not in DETERMINERS | ADJECTIVES and not _is_bare_adjective(p)]


def _is_bare_adjective(phrase: str) -> bool:
    return phrase.islower() and " " not in phrase and phrase.endswith(ADJECTIVE_ENDINGS)


def topics(question: str) -> list[str]:
    """Return the noun phrases a question is about, its subject first."""
    form = parse(question)
    if form is None:
        return noun_phrases(question)
    subject = [form.subject] if form.subject and plain(form.subject) not in PRONOUNS | DEMONSTRATIVES else []
    verb_first = not form.auxiliary and (form.wh_noun or plain(form.wh) in {"who", "what", "which"})
    rest = form.rest.partition(" ")[2] if verb_first and form.rest[:1].islower() else form.rest
    return subject + noun_phrases(rest) + ([form.wh_noun] if form.wh_noun and not form.subject else [])
