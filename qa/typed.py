"""Questions as people type them, brought to one form, so that how one is typed does not change its answer."""

import re

# A full stop after a single letter belongs to it ("in the U.S.").
_END = re.compile(r"(?:(?<=\w\w)[.,;:]+|\s+[.,;:]+)?[\s?!…]*$")


def well_formed(question: str) -> str:
    """Return the question with one question mark at its end, and in lower case if it is shouted.

    Encoder and reader do not see case, but capitals tell names; in a question all in capitals they tell nothing.
    """
    asked = _END.sub("", question, count=1)
    return f"{asked.lower() if asked.isupper() and ' ' in asked else asked}?"
