"""Numbers in answers, in figures and in words."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quiz.numbers import numbers_and_months, numbers_in

ONES = re.findall(
    "[a-z]+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
TENS = re.findall("[a-z]+", "ten twenty thirty forty fifty sixty seventy eighty ninety")


def in_words(number: int, hyphen: str, both: str) -> str:
    """Return a number below a billion in English words; `both` stands before what follows the hundreds."""
    for size, name in ((1_000_000, "million"), (1_000, "thousand")):
        if number >= size:
            rest = in_words(number % size, hyphen, both) if number % size else ""
            return f"{in_words(number // size, hyphen, both)} {name} {rest}".strip()
    if number >= 100:
        rest = f" {both} {in_words(number % 100, hyphen, both)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    if number >= 20:
        return TENS[number // 10 - 1] + (f"{hyphen}{ONES[number % 10]}" if number % 10 else "")
    return ONES[number]


@given(st.integers(0, 999_999_999), st.sampled_from("- "), st.sampled_from(("and", "")))
def test_a_number_in_words_is_the_number_in_figures(number: int, hyphen: str, both: str) -> None:
    words = in_words(number, hyphen, both)
    assert numbers_in(f"About {words} people") == numbers_in(f"About {number:,} people") == [Decimal(number)]
    assert numbers_in(f"{words}, {words}") == [Decimal(number)] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("between fifty and sixty", ["50", "60"]),
        ("3.5 million", ["3500000"]),
        ("a hundred", ["100"]),
        ("two dozen and one", ["25"]),
        ("12 and 13", ["12", "13"]),
        ("24 years, 3 months", ["24", "3"]),
        ("-3.5", ["-3.5"]),
        ("mid-1874", ["1874"]),
        ("1990-2000", ["1990", "2000"]),
        ("1990−2000, or -5 to +.5", ["1990", "2000", "-5", "0.5"]),
        ("a COVID-19 ward of fifty-two", ["19", "52"]),
        ("100 thousand", ["100000"]),
        ("hundreds of thousands", []),
        ("someone", []),
        ("9" * 40, ["9" * 40]),
    ],
)
def test_numbers_as_people_write_them(text: str, found: list[str]) -> None:
    assert numbers_in(text) == [Decimal(number) for number in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In March 2024 a hundred thousand men may march.", {"march", 2024, 100_000}),
        ("May was one of them.", set()),
        ("Since May, or JUNE; two of 10,000", {"may", "june", 2, 10_000}),
    ],
)
def test_what_a_text_counts_and_dates_by(text: str, found: set[object]) -> None:
    assert numbers_and_months(text) == found
