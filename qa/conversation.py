"""Reading a follow-up question as if it stood alone, by rules and without a generator.

A question that stands alone is returned as it is: in doubt nothing is changed, so that unrelated earlier turns never
change an answer. A follow-up either misses a part (`Why?`, `And China?`, `What about the second one?`), which the
previous question lends, or holds a pronoun (`When did he resign?`), which is replaced by what it refers to.
"""

import re
from collections.abc import Sequence

from qa.answer import Turn
from qa.ellipsis import completed
from qa.references import resolved

LOOK_BACK = 3  # turns in which the antecedent of a pronoun is looked for, the latest first
MAX_CHARACTERS = 400  # longer is no follow-up, and a rewritten question must not grow without end


def understand(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it should be read after the turns of `history` (oldest first)."""
    context: tuple[Turn, ...] = ()
    for turn in history:
        # Each turn is understood in its own context, so that a chain of follow-ups keeps its subject.
        if len(turn.question) <= MAX_CHARACTERS:
            read = Turn(_read(turn.question, context), (turn.answer or "")[:MAX_CHARACTERS] or None)
            context = (*context, read)[-LOOK_BACK:]
    return _read(question, context)


def _read(question: str, context: Sequence[Turn]) -> str:
    if not context or len(question) > MAX_CHARACTERS or not re.search(r"\w", question):
        return question
    rewritten = completed(question, context) or resolved(question, context)
    if rewritten is None or len(rewritten) > MAX_CHARACTERS:
        return question
    return rewritten
