"""Spans from logits: valid pairs, whole words, no overlap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.decoding import MAX_ANSWER_TOKENS, decode, whole_words


def _tokens(text: str) -> np.ndarray:
    """One token a character pair, as a stand-in for word pieces, after a [CLS] of no text."""
    spans = [(0, 0)] + [(at, min(at + 2, len(text))) for at in range(0, len(text), 2)]
    return np.array(spans, dtype=np.int64)


def _decode(text: str, starts: dict[int, float], ends: dict[int, float], count: int = 3, null: float = 0.0):  # type: ignore[no-untyped-def]
    offsets = _tokens(text)
    logits = np.full((len(offsets), 2), -5.0, dtype=np.float32)
    logits[0] = null / 2
    for at, value in starts.items():
        logits[1 + at // 2, 0] = value
    for at, value in ends.items():
        logits[1 + at // 2, 1] = value
    readable = np.arange(len(offsets)) > 0
    return decode(logits, offsets, readable, text, count)


def test_the_sum_decides_not_each_best() -> None:
    # The best start stands after the best end: argmaxing them apart would give an empty span.
    text = "aa bb cc dd ee ff"
    spans, _ = _decode(text, {12: 6.0, 0: 5.0}, {3: 6.0, 15: 2.0})
    assert text[spans[0][0] : spans[0][1]] == "aa bb"


def test_score_is_what_the_span_has_above_the_null() -> None:
    spans, null = _decode("aa bb", {0: 4.0}, {0: 3.0}, null=2.0)
    assert null == pytest.approx(2.0)
    assert spans[0][2] == pytest.approx(5.0)


def test_nothing_readable_gives_no_span() -> None:
    logits = np.zeros((2, 2), dtype=np.float32)
    assert decode(logits, np.zeros((2, 2), dtype=np.int64), np.zeros(2, dtype=bool), "text", 3)[0] == []


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("some 10,000 troops", "10", "10,000"),
        ("in the US, said", "US,", "US"),
        ("of the U.S. army", "U.S.", "U.S."),
        ("It ended.", "ended.", "ended"),
        ("the “big mistake” line", "“big mistake”", "“big mistake”"),
        ("the “big mistake” line", "big mistake”", "big mistake"),
        ("Yoon Seok-yeol's office", "Seok", "Seok-yeol's"),
        ("costs $35 now", "35", "$35"),
        ("rose 4.5% then", "5", "4.5%"),
        ("he (Kim) left", "(Kim)", "(Kim)"),
        ("he (Kim) left", "Kim)", "Kim"),
        ("programs—and more", "programs—", "programs"),
        ("well, then", ", ", ""),
    ],
)
def test_spans_are_whole_words_without_stray_marks(text: str, piece: str, whole: str) -> None:
    start = text.index(piece)
    first, last = whole_words(text, start, start + len(piece))
    assert text[first:last] == whole


@given(
    st.text(alphabet="ab1.,'’-–“”() $%é\n", min_size=1, max_size=60),
    st.randoms(use_true_random=False),
    st.integers(1, 5),
)
@settings(max_examples=200, deadline=None)
def test_spans_are_valid_ordered_and_apart(text: str, chance, count: int) -> None:  # type: ignore[no-untyped-def]
    offsets = _tokens(text)
    logits = np.array([[chance.uniform(-8, 8), chance.uniform(-8, 8)] for _ in offsets], dtype=np.float32)
    spans, _ = decode(logits, offsets, np.arange(len(offsets)) > 0, text, count)
    assert len(spans) <= count
    assert [score for *_, score in spans] == sorted((score for *_, score in spans), reverse=True)
    taken: set[int] = set()
    for start, end, _ in spans:
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert not taken & set(range(start, end))
        taken |= set(range(start, end))


def test_the_length_is_capped() -> None:
    text = "ab " * 200
    spans, _ = _decode(text, {0: 9.0}, {len(text) - 2: 9.0})
    assert all(end - start <= 2 * MAX_ANSWER_TOKENS + 4 for start, end, _ in spans)
