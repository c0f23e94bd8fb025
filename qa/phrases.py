"""The phrases of a question, found by word lists and word order alone: what a follow-up may borrow."""

from qa.question_form import parse
from qa.word_forms import ADJECTIVE_ENDINGS, is_verb, plain
from qa.words import ADJECTIVES, AUXILIARIES, BREAKS, DEMONSTRATIVES, DETERMINERS, MANNER, PREPOSITIONS, PRONOUNS, WH


def sentence(*parts: str) -> str:
    """Join the parts of a question, which may be empty."""
    text = " ".join(" ".join(parts).split())
    return f"{text[:1].upper()}{text[1:]}?"


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
