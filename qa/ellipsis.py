"""Follow-up questions that miss a part, completed from the previous question."""

import re
from collections.abc import Sequence

from qa.answer import Turn
from qa.ordinals import with_ordinal
from qa.phrases import noun_phrases, sentence
from qa.question_form import Form, parse
from qa.references import answer_phrase
from qa.substitution import with_phrase
from qa.word_forms import base_form, is_past, is_plural, plain
from qa.words import BE, DETERMINERS, GENERIC, INDEFINITE, PREPOSITIONS, PRONOUNS, TIMES

LEAD = re.compile(r"^(?:(?:and|but|so|or|then|also)\b,?\s+|(?:ok|okay|well|yes|no|oh),\s*)+", re.IGNORECASE)
SYNONYMS = {
    "how come": "why",
    "why so": "why",
    "how so": "how",
    "why exactly": "why",
    "what for": "why",
    "how exactly": "how",
    "why there": "why",
    "when there": "when",
}
STRANDED = re.compile(r"^(?P<wh>where|who|whom|what) (?P<preposition>to|from|with|by|at|against|about|on|in)$")
PREDICATE = re.compile(
    r"^(?P<wh>.+?) (?:did|do|does|would|will|could|can|has|have|had|was|were|is|are) (?P<subject>.+?)"
    r" (?:do|does|done|doing|did) (?:it|that|this|so)$"
)
EVENT = re.compile(
    r"^(?P<wh>why|when|where|how|since when|how often|for how long)"
    r" (?:(?:is|was) (?:that|this|it)(?: so)?|(?:did|does|would) (?:that|this|it) (?:happen|occur|take place))$"
)


def completed(question: str, context: Sequence[Turn]) -> str | None:
    """Return the question completed from the latest turn, or None if it misses nothing or nothing fits."""
    stripped = question.strip().rstrip(" ?!.")
    body = LEAD.sub("", stripped)
    continues = body != stripped
    turn = context[-1]
    if not re.search(r"\w", body):
        return None
    return with_ordinal(body, turn) or _with_wh(body, turn, continues) or with_phrase(body, context, continues)


# A question word alone: "Why?", "And for how long?", "How many?", "Why did they do it?"


def _with_wh(body: str, turn: Turn, continues: bool) -> str | None:
    text = body.casefold()
    whole = PREDICATE.match(text)
    if whole and _is_known(whole["subject"], turn):
        return _asked(whole["wh"], turn)
    if event := EVENT.match(text):
        return _asked(event["wh"], turn)
    if text == "why not":
        return _asked("why", turn, negated=True)
    if stranded := STRANDED.match(text):
        return _asked(_fronted(stranded["wh"], stranded["preposition"]), turn)
    if other := re.match(r"^(who|what|where|when|how|why|which|any(?:one|thing|body)?) (?:else|others?)$", text):
        return _asked_other(other[1], turn)
    wh = SYNONYMS.get(text, body)
    form = parse(wh)
    if form is None or form.auxiliary or form.rest or not form.wh or text in {"what", "how"}:
        return None
    noun = plain(form.wh_noun.split()[-1]) if form.wh_noun else ""
    mentioned = noun in {plain(t) for t in f"{turn.question} {turn.answer}".split()}
    if noun and not (mentioned or noun in GENERIC or continues or plain(body.split()[0]) in PREPOSITIONS):
        return None
    return None if _may_hold_verb(form.wh_noun) else _asked(form.wh, turn)


def _may_hold_verb(noun: str) -> bool:
    """Tell whether more than a noun may follow the question word: "which country borders ukraine"."""
    parts = [part.split() for part in noun.split(" of ")]
    several = any(word.endswith("s") and is_plural(word) for words in parts if len(words) > 1 for word in words)
    return several or noun != noun.casefold() or any(len(words) > 2 for words in parts)


def _is_known(subject: str, turn: Turn) -> bool:
    return subject in PRONOUNS or subject in f"{turn.question} {turn.answer}".casefold()


def _asked(wh: str, turn: Turn, negated: bool = False) -> str:
    """Return the previous question asked with another question word."""
    form = parse(turn.question)
    if form is None:
        about = re.sub(
            r"^(?:tell me|explain|describe)(?: about)? ", "", turn.question.rstrip(" ?!."), flags=re.IGNORECASE
        )
        return sentence(f"{wh},", about)
    if re.fullmatch(r"how many|which(?: ones?)?", wh, re.IGNORECASE):
        return _counted(re.sub(r" ones?$", "", wh), form, turn)
    if plain(wh) == "who" and form.subject:
        if plain(form.subject) in INDEFINITE:
            return sentence("who", form.auxiliary.lower(), form.rest)
        wh = "by whom" if plain(form.auxiliary) in BE and is_past(form.rest.split(" ")[0]) else wh
    auxiliary, subject, rest = _gap_filled(form, turn)
    return sentence(wh, auxiliary.lower(), subject, "not" if negated else "", rest)


def _fronted(wh: str, preposition: str) -> str:
    """Return "where to" or "who by" as it stands before a whole question."""
    if wh == "where":
        return "from where" if preposition == "from" else wh
    return f"{preposition} {'what' if wh == 'what' else 'whom'}"


def _gap_filled(form: Form, turn: Turn) -> tuple[str, str, str]:
    """Return auxiliary, subject and rest of the previous question with its answer in the place asked for."""
    noun, head = form.wh_noun, plain(form.wh).split(" ")[-1]
    asks_argument = head in {"who", "whom", "what", "which"} or (noun and plain(noun.split()[-1]) not in TIMES)
    if re.match(r"(?:\w+ )?how (?:many|much)", form.wh, re.IGNORECASE):
        filler = noun
    else:
        filler = answer_phrase(turn) or (f"the {noun}" if noun else "")
    if not form.subject:
        subject = filler or ("something" if head == "what" else "someone")
        return _with_auxiliary(form, subject)
    if not asks_argument or not filler or form.wh.split(" ")[0].lower() in PREPOSITIONS:
        return form.auxiliary, form.subject, form.rest
    if not form.verb:
        return form.auxiliary, f"{filler} {form.subject}", form.rest
    verb, _, tail = form.rest.partition(" ")
    stranded = tail in PREPOSITIONS
    return form.auxiliary, form.subject, f"{verb} {tail} {filler}" if stranded else f"{verb} {filler} {tail}"


def _with_auxiliary(form: Form, subject: str) -> tuple[str, str, str]:
    """Turn "who | founded the firm" into "did | Mara Lind | found the firm"."""
    if form.auxiliary:
        return form.auxiliary, subject, form.rest
    verb, _, tail = form.rest.partition(" ")
    several = is_plural(subject)
    auxiliary = "did" if is_past(verb) else "do" if several else "does"
    return auxiliary, subject, f"{base_form(verb)} {tail}"


def _counted(wh: str, form: Form, turn: Turn) -> str:
    """Ask "how many" or "which" of the several things the previous question speaks of."""
    verb_part = (form.auxiliary.lower(), form.subject, form.rest)
    if form.wh_noun:
        return sentence(wh, form.wh_noun, *verb_part)
    if form.subject and is_plural(form.subject):
        return sentence(wh, _bare(form.subject), form.auxiliary.lower(), form.rest)
    if not form.subject:
        return sentence(wh, "people" if plain(form.wh) == "who" else "", *verb_part)
    several = next((p for p in noun_phrases(form.rest) if is_plural(p)), None)
    if several is None:
        return sentence(wh, *_gap_filled(form, turn))
    rest = form.rest.replace(several, "", 1)
    return sentence(wh, _bare(several), form.auxiliary.lower(), form.subject, rest)


def _asked_other(head: str, turn: Turn) -> str | None:
    form = parse(turn.question)
    if form is None or not form.wh:
        return None
    if form.wh_noun:
        return sentence(f"which other {form.wh_noun}", form.auxiliary, form.subject, form.rest)
    if head.startswith(("any", "which")):
        head = plain(form.wh)
    return sentence(f"{head} else", form.auxiliary, form.subject, form.rest)


def _bare(phrase: str) -> str:
    first, _, others = phrase.partition(" ")
    return others if plain(first) in DETERMINERS and others else phrase
