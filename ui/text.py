"""An answer as plain text for the terminal."""

from qa.answer import Alternative, Answer, Citation
from qa.calibration import confidence_word

_NEAREST = 2


def answer_text(answer: Answer) -> str:
    """Return the lines shown for `answer`: text, confidence, each citation as `[¶7] "quoted sentence"`."""
    lines: list[str] = []
    if answer.understood_as and answer.understood_as != answer.question:
        lines.append(f"(understood as: {answer.understood_as})")
    if answer.text is None:
        lines.append("The article does not say.")
        nearest = [_nearest(alternative) for alternative in answer.alternatives[:_NEAREST]]
        if nearest:
            lines += ["", "Nearest passages, not an answer:", *nearest]
        return "\n".join(lines)
    lines.append(f"{_plain(answer.text)}   ({confidence_word(answer.confidence)} confidence, {answer.confidence:.0%})")
    lines += [citation_text(citation) for citation in answer.citations]
    return "\n".join(lines)


def citation_text(citation: Citation) -> str:
    """Return `[¶7] "quoted sentence"`."""
    return f"[{citation.paragraph.label}] “{_plain(citation.quote)}”"


def _nearest(alternative: Alternative) -> str:
    return "  " + citation_text(alternative.citations[0])


def _plain(text: str) -> str:
    """Put a hard-wrapped text on one line and drop what could drive the terminal."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
