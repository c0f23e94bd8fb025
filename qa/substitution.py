"""Follow-up questions that name another phrase for the same place: "And China?", "What about in 2020?"."""

import re
from collections.abc import Sequence

from qa.answer import Turn
from qa.phrases import noun_phrases, topics
from qa.question_form import parse
from qa.references import resolved
from qa.word_forms import head_noun, is_past, kind, plain
from qa.words import AUXILIARIES, DETERMINERS, PREPOSITIONS, PRONOUNS, WH

NAMED = {"name", "organisation", "person", "place"}


def with_phrase(body: str, context: Sequence[Turn], continues: bool) -> str | None:
    """Return the latest question with the phrase that `body` names in the place of one like it, or None.

    `continues` says that the follow-up began with "and" or alike.
    """
    asked = re.match(r"^(?:what|how) about (.+)$", body, re.IGNORECASE)
    if not asked and not continues:
        return None
    phrase = (asked[1] if asked else body).strip()
    words = [plain(t) for t in phrase.split()]
    if set(words) & (PRONOUNS - {"one", "her"} | {"that", "this"}) or words == ["her"]:
        return None
    phrase = _own(phrase, context)
    tokens = phrase.split()
    if len(tokens) > 6 or any(plain(t) in AUXILIARIES - {"may"} | WH for t in tokens) or any(map(is_past, tokens)):
        return None
    if plain(tokens[0]) in PREPOSITIONS and len(tokens) > 1:
        return _with_adverbial(tokens[0].lower(), " ".join(tokens[1:]), context[-1].question)
    return _swapped(phrase, context[-1].question, confident=not asked)


def _own(phrase: str, context: Sequence[Turn]) -> str:
    """Resolve "her husband" before it is put into the previous question."""
    if plain(phrase.split()[0]) not in {"his", "her", "its", "their"}:
        return phrase
    read = resolved(phrase, context)
    return re.sub(r"^The ", "the ", read) if read else phrase


def _with_adverbial(preposition: str, phrase: str, question: str) -> str:
    body = question.rstrip(" ?!.")
    places = [
        (found[1].lower(), old, found.start(2))
        for old in noun_phrases(body)
        for found in re.finditer(rf"\b(\w+) ({re.escape(old)})\b", body)
        if found[1].lower() in PREPOSITIONS and found[1].lower() != "of"
    ]
    alike = [p for p in places if (kind(p[1]) == "time") == (kind(phrase) == "time")]
    best = next((p for p in alike if p[0] == preposition), None)
    if best is None:
        return f"{body} {preposition} {phrase}?"
    return f"{body[: best[2]]}{phrase}{body[best[2] + len(best[1]) :]}?"


def _swapped(phrase: str, question: str, confident: bool) -> str | None:
    """Return the question with `phrase` in the place of the most alike phrase, or None if none is alike."""
    form = parse(question)
    if form is None:
        return None
    offers = topics(question)
    head = plain(head_noun(phrase))
    if head in {"one", "ones"}:
        return _with_one(phrase, question, offers)
    old = next((p for p in offers if plain(head_noun(p)) == head), None)
    old = old or next((p for p in offers if kind(p) == kind(phrase) != "thing"), None)
    if old is None and kind(phrase) in NAMED:
        if kind(phrase) == "place":  # no place for a person, nor for one of two names that may be either
            offers = [p for p in offers if kind(p) != "person"]
            if [kind(p) for p in offers].count("name") > 1:
                return None
        old = next((p for p in offers if kind(p) in NAMED), None)
        old = old or next((p for p in offers[:1] if p == form.subject and kind(p) != "time"), None)
    if old is None and confident and kind(phrase) == "thing":
        old = next((p for p in offers if kind(p) in {"thing", "organisation"}), None)
    if old is None or (plain(form.wh) == "who" and kind(old) == "thing" != kind(phrase)):
        return None
    return _replaced(question, old, phrase)


def _with_one(phrase: str, question: str, offers: Sequence[str]) -> str | None:
    """Put "the silver one" into the place of "the bronze medal"."""
    old = next((p for p in offers if len(p.split()) > 2 and plain(p.split()[0]) in DETERMINERS), None)
    if old is None:
        return None
    return _replaced(question, old, " ".join([*phrase.split()[:-1], head_noun(old)]))


def _replaced(question: str, old: str, new: str) -> str:
    body = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, question.rstrip(" ?!."), count=1)
    return f"{body}?"
