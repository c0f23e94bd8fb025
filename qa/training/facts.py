"""Changes one fact of a sentence, as the false statements of quizzes do: roles, name, number, year, polarity."""

import random
import re
from collections.abc import Callable

from qa.training.wording import NAME, NUMBER, OPPOSITES, YEAR

Change = Callable[[str, str, random.Random], str | None]
_PAIRS = """
accept refuse; accepted refused; accepts refuses; better worse; improved worsened; improves worsens;
strengthened weakened; strengthens weakens; strengthen weaken; increased reduced; increases reduces;
increase reduce; rose fell; rises falls; growing shrinking; grew shrank; friendly hostile; friend enemy;
ally enemy; allies enemies; welcomed condemned; welcomes condemns; supported opposed; supports opposes;
support oppose; supporter opponent; won lost; win lose; winner loser; allowed forbade; allows forbids;
allowed forbidden; agreed refused; confirmed denied; confirms denies; admitted denied; joined left;
joins leaves; arrived left; began ended; begins ends; opened closed; opens closes; built destroyed; bought sold;
buys sells; gave took; gives takes; gained lost; hired dismissed; likely unlikely; possible impossible;
willing unwilling; able unable; happy unhappy; popular unpopular; safe dangerous; rich poor; strong weak;
stronger weaker; large small; larger smaller; big small; bigger smaller; high low; higher lower; long short;
longer shorter; old young; older younger; early late; earlier later; many few; all none; everyone nobody;
always never; often rarely; most least; more less; first last; before after; above below; inside outside;
north south; east west; northern southern; eastern western; hot cold; easy difficult; hard easy; public private;
success failure; succeeded failed; succeeds fails; remember forget; hope fear; loved hated; loves hates;
praised criticised; praises criticises; with without; both neither; only not only
"""
# The verbs and adjectives that turn a statement round; training questions have fewer (wording.OPPOSITES).
_TURNS: dict[str, str] = dict(OPPOSITES)
for _pair in " ".join(_PAIRS.split()).split(";"):
    _one, _, _other = _pair.strip().partition(" ")
    _TURNS.setdefault(_one, _other)
    _TURNS.setdefault(_other, _one)
_TURN = re.compile(r"\b(" + "|".join(sorted(_TURNS, key=len, reverse=True)) + r")\b")
_AFTER = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|did|does|do|should|must)\b(?! not\b)(?= \w)")
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|did|does|do|should|must) not\b")


def changed_fact(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Return `sentence` with one fact changed so that `passage` no longer says it; None if it has nothing to change."""
    for change in chance.sample(_CHANGES, len(_CHANGES)):
        changed = change(sentence, passage, chance)
        if changed and changed != sentence and changed not in passage:
            return changed
    return None


def _swap_roles(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Let two names of the sentence change places."""
    found = [m for m in NAME.finditer(sentence) if len(m[0]) > 2]
    first = re.match(r"[A-Z][a-z]{2,}(?= [a-z])", sentence)
    if first and first[0] in NAME.findall(passage):
        found.insert(0, first)
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :] if a[0] != b[0]]
    # Two names joined ("Lind and Moe") keep their meaning when they change places.
    pairs = [(a, b) for a, b in pairs if not re.fullmatch(r",? ?(?:and|or|,)? ?", sentence[a.end() : b.start()])]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    return sentence[: a.start()] + b[0] + sentence[a.end() : b.start()] + a[0] + sentence[b.end() :]


def _other_name(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put another name of the passage in a name's place."""
    found = list(NAME.finditer(sentence))
    others = sorted({name for name in NAME.findall(passage) if len(name) > 3 and name not in sentence})
    return _replaced(sentence, chance.choice(found), chance.choice(others)) if found and others else None


def _other_number(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put another number in a number's place: one of the passage, or one near it."""
    found = list(NUMBER.finditer(sentence))
    if not found:
        return None
    match = chance.choice(found)
    number = match[0].rstrip(".,")
    others = [n.rstrip(".,") for n in NUMBER.findall(passage) if n.rstrip(".,") not in sentence]
    if YEAR.fullmatch(number):
        others = [n for n in others if YEAR.fullmatch(n)]
        near = str(int(number) + chance.choice((-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10)))
    elif number.isdigit() and len(number) < 7:
        near = str(max(1, round(int(number) * chance.choice((0.2, 0.5, 0.8, 1.3, 2, 3, 10)))))
        near = near if near != number else str(int(number) + 1)
    else:
        near = ""
    new = chance.choice([n for n in (near, chance.choice(others) if others else "") if n] or [""])
    return sentence[: match.start()] + new + sentence[match.start() + len(number) :] if new else None


def _turned(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Deny what is said, say what is denied, or turn a word round (first, last)."""
    if match := _NOT.search(sentence):
        return sentence[: match.end(1)] + sentence[match.end() :]
    turns = list(_TURN.finditer(sentence))
    if turns and chance.random() < 0.75:
        match = chance.choice(turns)
        return _replaced(sentence, match, _TURNS[match[1]])
    found = list(_AFTER.finditer(sentence))
    if not found:
        return None
    match = chance.choice(found)
    return sentence[: match.end()] + chance.choice((" not", " not", " never")) + sentence[match.end() :]


def _replaced(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


_CHANGES: tuple[Change, ...] = (_swap_roles, _swap_roles, _other_name, _other_number, _turned, _turned)
