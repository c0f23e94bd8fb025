"""A question taken apart by word order: question word, auxiliary, subject and the rest."""

import re
from dataclasses import dataclass

from qa.word_forms import ADJECTIVE_ENDINGS, is_past, is_progressive, is_verb, plain
from qa.words import (
    ADJECTIVES,
    AUXILIARIES,
    BE,
    BREAKS,
    DEMONSTRATIVES,
    DETERMINERS,
    DO,
    HAVE,
    HOW_WORDS,
    MANNER,
    MODAL,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    WH,
)


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
    return is_past(word) or word in ADJECTIVES or is_progressive(word) or word.endswith(ADJECTIVE_ENDINGS)


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
