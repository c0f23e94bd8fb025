"""From start and end logits to spans of whole words.

Source: Devlin et al. 2019 (arXiv 1810.04805), section 4.3, and the SQuAD 2.0 convention that the
first token stands for no answer: a pair scores start logit + end logit, never each argmaxed alone.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_ANSWER_TOKENS = 40
_TRIM_LEFT = " \t\n\r.,;:!?)]}”’'\"“‘(–—-*_…"
_TRIM_RIGHT = " \t\n\r,;:!?([{“‘'\"”’–—-*_…"
_PAIRS = {")": "(", "]": "[", "”": "“", "’": "‘", '"': '"'}


def decode(
    logits: NDArray[np.float32],
    offsets: NDArray[np.int64],
    readable: NDArray[np.bool_],
    text: str,
    count: int,
) -> tuple[list[tuple[int, int, float]], float]:
    """Return up to `count` spans (start, end, score) in characters of `text`, best first, and the null score.

    Shapes: logits (tokens, 2), offsets (tokens, 2), readable (tokens,). Scores are start + end
    logit less the null score. Spans do not overlap, are whole words, and are never empty.
    """
    null_score = float(logits[0].sum())
    tokens = np.flatnonzero(readable)
    if tokens.size == 0:
        return [], null_score
    starts, ends = logits[tokens, 0], logits[tokens, 1]
    first, last = _pairs(tokens.size)
    scores = starts[first] + ends[last]
    ranked = _best(scores, 60 * count)
    places = zip(offsets[tokens[first[ranked]], 0].tolist(), offsets[tokens[last[ranked]], 1].tolist(), strict=True)
    found: list[tuple[int, int, float]] = []
    for place, score in zip(places, scores[ranked].tolist(), strict=True):
        start, end = whole_words(text, *place)
        if start < end and all(end <= s or start >= e for s, e, _ in found):
            found.append((start, end, score - null_score))
            if len(found) == count:
                break
    return found, null_score


@lru_cache(maxsize=64)
def _pairs(tokens: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and last token of every span of at most MAX_ANSWER_TOKENS among `tokens`, in reading order."""
    order = np.arange(tokens)
    length = order[None, :] - order[:, None]
    first, last = np.nonzero((length >= 0) & (length < MAX_ANSWER_TOKENS))
    return first, last


def _best(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the places of the `count` best finite scores, best first; ties by place, so that same gives same."""
    places = np.flatnonzero(np.isfinite(scores))
    if places.size > count:
        least = np.partition(scores[places], places.size - count)[places.size - count]
        places = places[scores[places] >= least]
    ranked: NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")][:count]
    return ranked


@lru_cache(maxsize=1 << 15)  # the same chunks are read for every question
def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen `[start, end)` to whole words, then trim stray punctuation at both ends (empty if nothing is left)."""
    while start > 0 and start < len(text) and _joins(text, start):
        start -= 1
    while 0 < end < len(text) and _joins(text, end):
        end += 1
    while start < end and text[start] in _TRIM_LEFT and not _opens(text, start, end):
        start += 1
    while start < end and _stray_at_end(text, start, end):
        end -= 1
    return start, end


def _joins(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` belong to one word (numbers keep their point and comma)."""
    left, right = text[at - 1], text[at]
    if left.isalnum() and right.isalnum():
        return True
    if right in ".,'’-" and at + 1 < len(text) and left.isalnum() and text[at + 1].isalnum():
        return right in "'’-" or (left.isdigit() and text[at + 1].isdigit())
    if left in ".,'’-" and at >= 2 and right.isalnum() and text[at - 2].isalnum():
        return left in "'’-" or (right.isdigit() and text[at - 2].isdigit())
    return (left in "$€£" and right.isdigit()) or (left.isdigit() and right == "%")


def _opens(text: str, start: int, end: int) -> bool:
    """Whether the mark at `start` opens a pair that closes inside the span."""
    return any(text[start] == opening and closing in text[start + 1 : end] for closing, opening in _PAIRS.items())


def _stray_at_end(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    if last == ".":
        # The point of an abbreviation such as "U.S." belongs to it.
        word = text[max(text.rfind(" ", start, end - 1) + 1, start) : end - 1]
        return "." not in word
    if last in _PAIRS:
        opening = _PAIRS[last]
        return opening not in text[start : end - 1]
    return last in _TRIM_RIGHT
