"""An answer as plain text for the terminal."""

from qa.answer import Alternative, Answer, Citation
from qa.calibration import confidence_word

_NEAREST = 2


def answer_text(answer: Answer) -> str:
    """Return the lines shown for `answer`: text, confidence, each citation as `[¶7] "quoted sentence"`."""
    lines: list[str] = []
    if answer.understood_as and answer.understood_as != answer.question:
        lines.append(f"(understood as: {printable(answer.understood_as)})")
    if answer.text is None:
        lines.append("The article does not say.")
        nearest = list(dict.fromkeys(_nearest(alternative) for alternative in answer.alternatives))[:_NEAREST]
        if nearest:
            lines += ["", "Nearest passages, not an answer:", *nearest]
        return "\n".join(lines)
    lines.append(
        f"{printable(answer.text)}   ({confidence_word(answer.confidence)} confidence, {answer.confidence:.0%})"
    )
    lines += [citation_text(citation) for citation in answer.citations]
    return "\n".join(lines)


def citation_text(citation: Citation) -> str:
    """Return `[¶7] "quoted sentence"`."""
    return f"[{citation.paragraph.label}] “{printable(citation.quote)}”"


def _nearest(alternative: Alternative) -> str:
    return "  " + citation_text(alternative.citations[0])


def printable(text: str) -> str:
    """Return a text on one line, without what could drive the terminal or turn its writing around."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
