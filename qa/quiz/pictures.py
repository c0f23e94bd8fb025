"""Choices that show something which is no text: they cannot be answered, and must not vanish from among the others."""

import re

_SHOWN = re.compile(r"<(?:img|svg|picture|video|audio|object|embed|iframe|canvas|math)\b", re.IGNORECASE)


def refuse_picture(markup: str, text: str) -> None:
    """Check that a choice with `markup` has a text, or shows nothing at all.

    Raises:
        ValueError: it is a picture alone.
    """
    if not text and _SHOWN.search(markup):
        raise ValueError("a choice is a picture without text; describe the picture in its alt text")
