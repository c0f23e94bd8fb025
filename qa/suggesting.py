"""Questions to begin with, made from an article's sentences by rule and kept if the assistant answers them from there.

A sentence that begins with a name and a verb loses its subject to `Who` (or `Which country`); one that begins with a
date loses that to `When did`. What the assistant does not find again in the same place is not suggested.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.article import Article
from index.sentences import sentence_spans
from qa.asking import Asks
from qa.words import BREAKS, COUNTRIES, DEMONSTRATIVES, IRREGULAR, MODAL, PREPOSITIONS, PRONOUNS, VERBS

MAX_SUGGESTIONS = 3
MAX_TRIED = 12
WORDS = range(4, 16)
"""How many words a suggested question may have."""
ENOUGH_WORDS = 8
"""How many words a suggested question must have that names nothing."""

_NAME = r"(?:The |President |Professor )?[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+){0,3}"
_LEAD = r"(?:[A-Z][a-z]+ (?:[a-z]+ ){0,5}[a-zA-Z]+, )?"  # "After the vote, "
_SUBJECT = re.compile(rf"(?P<subject>{_NAME}) (?P<verb>[a-z]+) (?P<rest>(?:[^,;:—–()“”\"]|,(?=\d))+)")
_LED = re.compile(_LEAD + _SUBJECT.pattern)
_DATED = re.compile(rf"(?P<date>(?:In|On) (?:[A-Z][a-z]+ )?(?:\d{{1,2}},? )?\d{{4}}),? (?P<dated>{_SUBJECT.pattern})")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+")  # capitals inside a sentence are of names
# These lean on what stands before them.
_LEANING = re.compile(
    r"\b(?:he|him|his|she|her|it|its|they|them|their|this|these|those|such|also|however|so|too|we|our|I)\b", re.I
)
_SINGULAR = MODAL | {"has", "was", "is"}
_NOT_NAMES = PRONOUNS | DEMONSTRATIVES | BREAKS | PREPOSITIONS


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with the place `[start, end)` where its answer stands."""

    question: str
    start: int
    end: int


def suggested_questions(assistant: Asks, count: int = MAX_SUGGESTIONS) -> tuple[str, ...]:
    """Return up to `count` questions, each on another paragraph, that `assistant` answers from the right place.

    At most 12 drafts are tried, spread over the article; an article without fitting sentences gets no question.
    """
    found: dict[int, str] = {}
    for draft in _spread(list(drafts(assistant.article)), MAX_TRIED):
        answer = assistant.ask(draft.question)
        block = assistant.article.paragraph_at(draft.start, draft.end)
        if block is None or block.start in found or not answer.citations:
            continue
        cited = answer.citations[0]
        if cited.start < draft.end and draft.start < cited.end:
            found[block.start] = draft.question
        if len(found) == count:
            break
    return tuple(found.values())


def drafts(article: Article) -> Iterator[Draft]:
    """Yield a draft for each fitting sentence of the numbered paragraphs, in order."""
    names = frozenset(_INSIDE.findall(article.text))
    for block in article.paragraphs:
        if block.number is None:
            continue
        for start, end in sentence_spans(block.text):
            sentence = block.text[start:end]
            draft = _when(sentence, block.start + start) or _who(sentence, block.start + start, names)
            if draft is not None and len(draft.question.split()) in WORDS and _says_of_what(draft.question):
                yield draft


def _who(sentence: str, at: int, names: frozenset[str]) -> Draft | None:
    match = _LED.match(sentence)
    if match is None or not _stands_alone(match) or not _can_follow_who(match["verb"]):
        return None
    if match["subject"].split()[-1] not in names:
        return None
    asker = "Which country" if match["subject"].lower().split()[-1] in COUNTRIES else "Who"
    question = f"{asker} {match['verb']} {match['rest'].strip(' .')}?"
    return Draft(question, at + match.start("subject"), at + match.end("subject"))


def _when(sentence: str, at: int) -> Draft | None:
    match = _DATED.match(sentence)
    base = _base(match["verb"]) if match else None
    if match is None or base is None or not _stands_alone(match):
        return None
    subject = re.sub("^The ", "the ", match["subject"])
    return Draft(
        f"When did {subject} {base} {match['rest'].strip(' .')}?", at + match.start("date"), at + match.end("date")
    )


def _stands_alone(match: re.Match[str]) -> bool:
    return match["subject"].lower().split()[0] not in _NOT_NAMES and not _LEANING.search(match["rest"])


def _says_of_what(question: str) -> bool:
    """Tell whether a newcomer would know what is asked (not in "Who was cautious?"): it names something or is long."""
    return bool(re.search(r" [A-Z0-9]", question)) or len(question.split()) >= ENOUGH_WORDS


def _can_follow_who(verb: str) -> bool:
    return verb in IRREGULAR or verb in _SINGULAR or (verb.endswith("ed") and len(verb) > 4)


def _base(verb: str) -> str | None:
    """Return the infinitive of a past form, or None if it is not known."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    forms = (verb[:-2], verb[:-1], verb[:-3], verb[:-3] + "y")
    return next((form for form in forms if form in VERBS), None) if verb.endswith("ed") else None


def _spread(items: list[Draft], count: int) -> list[Draft]:
    """Return up to `count` items at even distances."""
    step = max(len(items) / count, 1.0)
    return [items[int(i * step)] for i in range(min(count, len(items)))]
