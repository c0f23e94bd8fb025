"""When an answer counts as the gold answer: the SQuAD definitions.

Source: Rajpurkar et al. 2016, SQuAD (arXiv 1606.05250), section 6.1: lower case, no punctuation,
no articles, single spaces; exact match and bag-of-words F1, best over the gold answers.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalize(text: str) -> str:
    """Return `text` in lower case without ASCII punctuation and articles, single-spaced."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Return 1.0 if `answer` equals a gold after normalising, else 0.0. No golds: 1.0 for an empty answer."""
    return float(normalize(answer) in {normalize(gold) for gold in golds} or (not golds and not normalize(answer)))


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best F1 of word overlap with a gold, in [0, 1]. No golds: 1.0 for an empty answer, else 0.0."""
    return max((_f1(answer, gold) for gold in golds or ("",)), default=0.0)


def _f1(answer: str, gold: str) -> float:
    said, right = normalize(answer).split(), normalize(gold).split()
    if not said or not right:
        return float(said == right)
    common = sum((Counter(said) & Counter(right)).values())
    return 2 * common / (len(said) + len(right))
