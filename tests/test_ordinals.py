"""Follow-ups that name one item of an answer that lists."""

import pytest

from qa.answer import Turn
from qa.ordinals import with_listed_item


@pytest.mark.parametrize(
    ("answer", "question", "read"),
    [
        (
            "cheap bread, rum and oil; a road to Arden",
            "Who gains from the second one?",
            "Who gains from a road to Arden?",
        ),
        ("bread; rum, oil and tea; and hay", "Who sells the third one?", "Who sells hay?"),
        ("bread; rum, oil and tea", "Who sells the third one?", "Who sells the third one?"),
        ("10,000 bees and 2,500 ants", "Who counted the second one?", "Who counted 2,500 ants?"),
        ("10,000 bees", "Who counted the second one?", "Who counted the second one?"),
        ("Lima, Oslo and Riga", "When did the third one join?", "When did Riga join?"),
        (None, "When did the third one join?", "When did the third one join?"),
    ],
)
def test_one_item_of_a_list_is_named(answer: str | None, question: str, read: str) -> None:
    assert with_listed_item(question, Turn("What is there?", answer)) == read
