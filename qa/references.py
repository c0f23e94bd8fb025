"""Pronouns of a follow-up question: do they refer to an earlier turn, and to what there?"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal

from qa.answer import Turn
from qa.expletives import EMPTY_IT
from qa.ordinals import with_listed_item
from qa.phrases import noun_phrases, topics
from qa.question_form import Form, parse
from qa.word_forms import base_form, is_name, is_past, is_plural, is_verb, kind, plain
from qa.words import (
    AUXILIARIES,
    BREAKS,
    DEMONSTRATIVES,
    DETERMINERS,
    FEMALE,
    MALE,
    MANNER,
    PREPOSITIONS,
    PRONOUNS,
)

Family = Literal["man", "woman", "thing", "several", "place"]
Role = Literal["who", "what", "event", ""]
"""How a phrase stands in a turn: it answers "who" or "what", is told of in an event ("visited Peru"), or neither."""
FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("he", "him", "his"), "man"),
    **dict.fromkeys(("she", "her", "hers"), "woman"),
    **dict.fromkeys(("it", "its", "this", "that"), "thing"),
    **dict.fromkeys(("they", "them", "their", "theirs", "these", "those"), "several"),
    "there": "place",
}
POSSESSIVES = frozenset(("his", "her", "hers", "its", "their", "theirs"))
OBJECTS = frozenset(("him", "her", "it", "them", "that", "these", "those"))  # a last "this" is often the article
PARTICLES = frozenset(("been", "being", "away", "back", "out"))  # "been away from it"
MAX_ANSWER_WORDS = 8


def resolved(question: str, context: Sequence[Turn]) -> str | None:
    """Return the question with its outward pronouns replaced, or None where there is none that can be."""
    whole = " ".join(re.sub(r"^(\w+)['’]s\b", r"\1 is", question).split())
    text = with_listed_item(whole, context[-1])
    tokens = text.split()
    chosen: dict[Family, str] = {}
    for at, token in enumerate(tokens):
        word = re.sub(r"'(?:s|d|ll|re|ve)$", "", plain(token))
        if word not in FAMILIES or not _refers_outside(tokens, at, word):
            continue
        family = FAMILIES[word]
        phrase = chosen.get(family) or antecedent(family, context, frozenset(chosen.values()))
        if phrase is not None:
            chosen[family] = phrase
            place = token.casefold().index(word)
            phrase = _case(phrase, word, _next(tokens, at), plain(tokens[at - 1]) if at else "")
            tokens[at] = token[:place] + phrase + token[place + len(word) :]
    if not chosen and text == whole:
        return None
    rewritten = " ".join(tokens)
    return rewritten[:1].upper() + rewritten[1:]


def _case(phrase: str, word: str, following: str, before: str) -> str:
    """Return the phrase as it stands in the pronoun's place."""
    if word == "there":
        return phrase if before in PREPOSITIONS else f"in {phrase}"
    possessive = word in POSSESSIVES and not (word == "her" and _ends_object(following))
    if not possessive or phrase.endswith(("'s", "’s")):
        return phrase
    return f"{phrase}'" if phrase.endswith("s") and is_plural(phrase) else f"{phrase}'s"


def _next(tokens: Sequence[str], at: int) -> str:
    return plain(tokens[at + 1]) if at + 1 < len(tokens) else ""


def _ends_object(following: str) -> bool:
    return not following or following in PREPOSITIONS | MANNER | BREAKS


def _refers_outside(tokens: Sequence[str], at: int, word: str) -> bool:
    """Tell whether the pronoun `word` at `at` has no antecedent in the question itself."""
    text, family = " ".join(tokens), FAMILIES[word]
    form = parse(text)
    start = 0 if form is None else len(f"{form.wh} {form.auxiliary}".split())
    if word in {"it", "that"} and EMPTY_IT.search(text):
        return False
    if not tokens[at][0].isalpha() or re.search(rf"\b{word} means? \w", text, re.IGNORECASE):
        return False  # a quoted word, or a clause: "Does that mean war is coming?"
    if re.search(rf"\b(?:do|does|did|done|doing) {word}\W*$", text, re.IGNORECASE):
        return False  # "do it" stands for a whole predicate, no phrase fits
    if _fits_any(family, noun_phrases(" ".join(tokens[at + 1 :]).partition(",")[2])):
        return False  # "When he was young, where did Einstein live?"
    if family == "place":
        last = (
            at == len(tokens) - 1 > 0 and plain(tokens[at - 1]) not in AUXILIARIES and "those" not in map(plain, tokens)
        )
        return last and not any(is_name(p) for p in noun_phrases(" ".join(tokens[start:at])))
    if form is not None and form.subject and at == start:
        return word not in DEMONSTRATIVES or plain(form.subject) == word
    if form is not None and _is_bare_object(tokens, at, word, start, form):
        return True
    if word in DEMONSTRATIVES:
        return False
    if form is not None and not form.subject and plain(form.wh) == "who" and family != "thing":
        return False  # "Who lost his leg?"
    return not _fits_any(family, noun_phrases(" ".join(tokens[start if form and form.subject else 0 : at])))


def _is_bare_object(tokens: Sequence[str], at: int, word: str, start: int, form: Form) -> bool:
    """Tell whether only the verb and prepositions stand between the subject and the object pronoun.

    Such a pronoun cannot mean the subject: "What did the minister say about it?"
    """
    between = [plain(t) for t in tokens[start + len(form.subject.split()) : at]]
    if word not in OBJECTS or not between or not _ends_object(_next(tokens, at)):
        return False
    if word in DEMONSTRATIVES and _next(tokens, at):
        return False
    verbs = between[0] in AUXILIARIES or is_verb(between[0]) or form.verb == between[0]
    return (verbs or between[0] in PREPOSITIONS) and all(w in PREPOSITIONS | PARTICLES for w in between[1:])


def antecedent(family: Family, context: Sequence[Turn], taken: frozenset[str] = frozenset()) -> str | None:
    """Return the phrase of the latest turn that offers one for a pronoun of this family.

    None also where a later turn holds another phrase that may be meant, though nothing shows that it is.
    """
    doubts: set[str] = set()
    for turn in reversed(context):
        offers = [(_fit(family, phrase, role), phrase) for phrase, role in _offers(turn) if phrase not in taken]
        if family == "place":  # "When did Putin visit Pyongyang?" names a place, but not before the verb
            form = parse(turn.question)
            offers.sort(key=lambda offer: form is not None and offer[1] == form.subject)
        best = max((fit for fit, _ in offers), default=0)
        if best > 0:
            found = next(phrase for fit, phrase in offers if fit == best)
            return found if doubts <= {found} else None
        doubts |= _doubtful(family, turn) - taken
    return None


def _doubtful(family: Family, turn: Turn) -> set[str]:
    """Return what the pronoun may mean in a turn that offers nothing sure: "putin" for "he", "Nokia" for "it"."""
    if family == "thing":
        return {phrase for phrase, role in _offers(turn) if role != "who" and kind(phrase) in {"name", "place"}}
    form = parse(turn.question)
    if family not in {"man", "woman"} or form is None or not form.subject.islower():
        return set()
    known = plain(form.subject.split()[0]) in DETERMINERS | PRONOUNS or kind(form.subject) != "thing"
    return set() if known else {form.subject}


def _offers(turn: Turn) -> Iterator[tuple[str, Role]]:
    """Yield the phrases a turn lends, best first, and how each stands in it."""
    form = parse(turn.question)
    if form is None:
        for phrase in [*topics(turn.question), *filter(is_name, _answer_phrases(turn))]:
            yield phrase, ""
        return
    wh = plain(form.wh)
    of_who = wh.startswith(("who", "whom", "by whom", "to whom"))
    asks_thing = wh.startswith(("what", "which", "whose", "where"))
    of_what = asks_thing and not (form.wh_noun and kind(form.wh_noun) == "person")
    role: Role = "who" if of_who else "what" if of_what else ""
    answered = [(phrase, role) for phrase in _answer_phrases(turn)]
    asked = [(phrase, _role_asked(phrase, form, of_who)) for phrase in topics(turn.question) if phrase != form.wh_noun]
    if form.wh_noun:
        asked.append((f"the {form.wh_noun}", ""))
    if not (asks_thing or of_who):
        yield from chain(asked, (offer for offer in answered if is_name(offer[0])))
    elif _answer_describes(form):
        yield from asked
    else:
        of_subject = wh == "where" and not form.rest  # "Where is the museum?"
        yield from chain(asked, answered) if of_subject else chain(answered, asked)


def _role_asked(phrase: str, form: Form, of_who: bool) -> Role:
    if of_who and plain(form.auxiliary) == "is":
        return "who"
    event = plain(form.auxiliary) == "did" or is_past(form.rest.split(" ")[0])
    return "event" if event and phrase != form.subject else ""


def _answer_describes(form: Form) -> bool:
    """Tell whether the question itself names what is talked about: "Who is Ada Obi?", "What caused the fire?"."""
    defines = form.subject and not form.rest and (is_name(form.subject) or " " not in form.subject)
    return bool(defines) or base_form(form.verb) in {"cause", "spark", "trigger"}


def _answer_phrases(turn: Turn) -> list[str]:
    phrase = answer_phrase(turn)
    names = [p for p in noun_phrases(turn.answer or "") if is_name(p)]
    return [phrase] if phrase else names if len(names) == 1 else []


def answer_phrase(turn: Turn) -> str | None:
    """Return the answer if it can stand in a question as a noun phrase."""
    answer = re.sub(r"^(?:by|in|at|from|to|on) ", "", " ".join((turn.answer or "").split()).rstrip(".")).strip('"“”')
    tokens = answer.split()
    if not tokens or len(tokens) > MAX_ANSWER_WORDS or re.search(r"[,;:?!]", answer):
        return None
    if plain(tokens[0]) in BREAKS - {"all"} | PREPOSITIONS or any(plain(t) in AUXILIARIES - {"may"} for t in tokens):
        return None
    small = plain(tokens[0]) in DETERMINERS
    return " ".join([tokens[0].lower() if small else tokens[0], *tokens[1:]])


def _fits_any(family: Family, phrases: Sequence[str]) -> bool:
    """Tell whether one of the phrases may be what a pronoun of the same question means: in doubt, yes."""
    excluded = {
        "man": {"time", "plural", "place"},
        "woman": {"time", "plural", "place"},
        "thing": {"time", "plural", "person"},
        "several": {"time"},
        "place": {"time"},
    }
    return any(kind(phrase) not in excluded[family] for phrase in phrases)


def _fit(family: Family, phrase: str, role: Role) -> int:
    """Return how well a pronoun fits a phrase: 0 not, 1 possibly, 2 well."""
    sort, words, of_who = kind(phrase), {plain(t) for t in phrase.split()}, role == "who"
    determined = plain(phrase.split()[0]) in DETERMINERS
    if family in {"man", "woman"}:
        if words & (FEMALE if family == "man" else MALE) and not words & (MALE if family == "man" else FEMALE):
            return 0
        if sort == "name" and not determined:
            return 2 if of_who or " " in phrase else 1
        bare = len(words) == 1 and not phrase[0].isdigit()
        return 2 if sort == "person" else int(sort == "thing" and bare and of_who)
    if family == "several":
        return {"plural": 2, "organisation": 1, "place": 1, "person": int(of_who), "name": int(of_who)}.get(sort, 0)
    if family == "place":
        return {"place": 2, "name": 1}.get(sort, 0)
    if sort == "name":  # a bare name may be a person's
        return int(role == "what" or (determined and not of_who))
    if sort == "place":  # "When did he visit Peru?": "it" may be the visit
        return 0 if role == "event" else 2
    return 1 + (not of_who) if sort in {"thing", "organisation"} else 0
