"""Follow-ups that go through a list: "What about the second one?"."""

import re

from qa.answer import Turn
from qa.phrases import sentence
from qa.question_form import Form, parse
from qa.word_forms import head_noun, is_plural, plain
from qa.words import ORDINALS

ORDINAL = re.compile(
    rf"^(?:(?:what|how) about |(?:what|which|who) (?:is|was|are|were) )?(?:in |for )?(?:the )?"
    rf"(?P<ordinal>{'|'.join(ORDINALS)}|last)(?: (?P<noun>\w+))?$",
    re.IGNORECASE,
)


def with_ordinal(body: str, turn: Turn) -> str | None:
    """Return the previous question asked for the item `body` names, or None if it names none of a list."""
    found = ORDINAL.match(body)
    form = parse(turn.question)
    if not found or form is None:
        return None
    noun = (found["noun"] or "one").casefold()
    ordinal = found["ordinal"].casefold()
    earlier = re.search(
        rf"\b(?:the|his|her|its|their|what) ({'|'.join(ORDINALS)}|last)\b", turn.question, re.IGNORECASE
    )
    listed = _listed(form)
    if noun not in {"one", "ones"} and noun not in {
        plain(t) for t in f"{turn.question} {listed} {_singular(listed)}".split()
    }:
        return None
    if earlier:
        return turn.question[: earlier.start(1)] + ordinal + turn.question[earlier.end(1) :]
    if not listed:
        return None
    item = f"{ordinal} {_singular(listed)}"
    if plain(form.wh) == "why":
        return sentence(f"what is the {item} why", form.subject, form.auxiliary, form.rest)
    if not form.wh_noun:
        of = form.subject.partition(listed)[2]
        return sentence(f"what is the {item}", of, form.rest)
    if form.subject:
        return sentence(f"what {item}", form.auxiliary, form.subject, form.rest)
    return sentence(f"what is the {item} that", form.auxiliary, form.rest)


def _listed(form: Form) -> str:
    """Return the noun of the list a question asks for: "reasons" of "What are the three reasons for it?"."""
    if form.wh_noun:
        return plain(form.wh_noun.split()[-1]) if is_plural(form.wh_noun) else ""
    if plain(form.wh) == "why":
        return "reasons"
    if plain(form.wh) in {"what", "which"} and plain(form.auxiliary) in {"are", "were"} and form.subject:
        noun = head_noun(form.subject)
        return noun if is_plural(noun) else ""
    return ""


def _singular(noun: str) -> str:
    if noun in {"people", "men", "women", "children"}:
        return {"people": "person", "men": "man", "women": "woman", "children": "child"}[noun]
    for ending, single in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if noun.endswith(ending):
            return noun.removesuffix(ending) + single
    return noun


def with_listed_item(question: str, turn: Turn) -> str:
    """Replace "the second one" by the second part of an answer that lists, in a question that is otherwise whole."""
    found = re.search(rf"\bthe ({'|'.join(ORDINALS)}) one\b", question, re.IGNORECASE)
    items = _items((turn.answer or "").strip(". "))
    if not found or len(items) < 2 or ORDINALS.index(found[1].lower()) >= len(items):
        return question
    return question[: found.start()] + items[ORDINALS.index(found[1].lower())] + question[found.end() :]


def _items(answer: str) -> list[str]:
    """Return the items of an answer that lists: its parts where it has several, else what commas and "and" part."""
    joint = r";\s+(?:and\s+)?" if "; " in answer else r"\s*(?:(?<!\d)[,;]|[,;](?!\d))\s*(?:and\s+)?|\s+and\s+"
    return [item for item in re.split(joint, answer) if item]
