"""Seats of government said as the article says them, and left where they may mean something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loading import article_from_text
from qa.naming import plainly_named

ARTICLE = article_from_text(
    "North Korea and South Korea built a road. Russia paid for it, and France asked why. "
    "The Paris Agreement was not touched.",
    source="t",
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Moscow pay for?", "What did Russia pay for?"),
        ("what did the kremlin pay for?", "what did Russia pay for?"),
        ("What does the North want from Pyongyang's road?", "What does North Korea want from North Korea's road?"),
        ("what did the south build?", "what did South Korea build?"),
        ("Who made a visit to the North?", "Who made a visit to North Korea?"),
        ("What did Moscow get in return from Pyongyang?", "What did Russia get in return from North Korea?"),
        ("What did Paris send to Moscow?", "What did France send to Russia?"),
    ],
)
def test_a_seat_is_named_as_the_article_names_the_country(question: str, named: str) -> None:
    assert plainly_named(question, ARTICLE) == named


@pytest.mark.parametrize(
    "question",
    [
        "who is the south korean president?",
        "what do the north koreans want?",
        "Who is the North korean envoy?",
        "does the south korea fund pay?",
        "who hunts whales off the south african coast?",
        "what lives in or below the north atlantic?",
        "who holds the north of the valley?",
        "Who paid for the North-South road links?",
        "Is there a Moscow-Pyongyang axis?",
        "Is there a Moscow\u2013Paris line?",
        "What do Moscow-based firms build?",
        "when was the paris agreement signed?",
        "Why was the visit to Pyongyang put off?",
        "Who flew to Pyongyang?",
        "Who flew with two aides to Pyongyang?",
        "When did she arrive at Moscow?",
        "Who left for Moscow?",
        "Who left Moscow?",
        "Who returned from Paris?",
        "Who went to Moscow?",
        "Who lives in Moscow?",
    ],
)
def test_what_may_be_a_place_or_a_longer_name_is_left_as_typed(question: str) -> None:
    assert plainly_named(question, ARTICLE) == question


@given(st.lists(st.sampled_from(["visit", "left", "to", "the north", "Moscow", "korean", "-", "flew", "x?"])))
def test_naming_twice_is_naming_once(words: list[str]) -> None:
    once = plainly_named(" ".join(words), ARTICLE)
    assert "korea korea" not in once.lower()
    assert plainly_named(once, ARTICLE) == once
