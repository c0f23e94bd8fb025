"""A question and one of its choices as a statement, by rule; what the verifier is trained on and asked."""

import re

_BLANK = re.compile(r"_{2,}|\.{3,}|…")
_WH = re.compile(r"\b(who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
AUXILIARIES = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
_AUXILIARY = AUXILIARIES.removeprefix("is|are|was|were|")
# "Who signed ...", "What is the ...": the answer takes the place of the question word and the order stays.
_SUBJECT = re.compile(rf"^(?:who\s+(?!(?:{_AUXILIARY}|else)\b)|what\s+(?=(?:is|are|was|were)\b))", re.IGNORECASE)
_WHOSE_IT_IS = re.compile(r"^(?:who|what)\s+\w+(?:'s|’s)\b", re.IGNORECASE)


def statement(question: str, answer: str) -> str:
    """Return `answer` to `question` as one statement.

    A blank is filled, a sentence left open is completed, "who" or "what" as the subject is replaced; where English
    would need another word order, the answer follows the question ("When did it end? 1953").
    """
    question, answer = " ".join(question.split()), " ".join(answer.split())
    if _BLANK.search(question):
        return _sentence(_BLANK.sub(lambda _: answer.rstrip("."), question, count=1))
    bare = question.rstrip(" ?:.")
    if not question.endswith("?") and not _WH.match(bare):
        return _sentence(f"{bare} {answer}")
    found = _SUBJECT.match(bare)
    if found and not _WHOSE_IT_IS.match(bare):
        return _sentence(f"{answer.rstrip('.')} {bare[found.end() :]}")
    return _sentence(f"{bare}? {answer}")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
