"""Questions for several things, and blocks that count them out."""

import pytest
from small_models import small_article, small_assistant

from qa.enumeration import asked_count, series_in

FIRES = """Fires were rare in Arden. The town gave three reasons for moving the mill. First, the river had dried up. \
Second, the miller, an old man, wanted to live by the sea. And third, the road had been closed.

The baker was glad. She sold more bread than before.
"""


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What are the three reasons for moving the mill?", 3),
        ("what are the reasons for moving the mill", 0),
        ("List the reasons", 0),
        ("Name three reasons why the mill was moved", 3),
        ("For which two things was she thanked?", 2),
        ("what reasons did the town give", 0),
        ("What is the reason for the move?", None),
        ("Who named the ship?", None),
        ("When were the two ships built?", 2),
        ("How many ships were built?", None),
        ("Why did he leave?", None),
    ],
)
def test_how_many_things_are_asked_for(question: str, count: int | None) -> None:
    assert asked_count(question) == count


def test_a_block_that_counts_gives_its_parts_in_order() -> None:
    article = small_article(FIRES)
    series = series_in(article, article.paragraphs[0])
    assert series is not None
    assert [part.text for part in series.parts] == [
        "the river had dried up",
        "the miller, an old man, wanted to live by the sea",
        "the road had been closed",
    ]
    assert all(article.text[part.start : part.end] == part.text for part in series.parts)
    assert series_in(article, article.paragraphs[1]) is None


def test_a_second_count_in_one_block_does_not_run_on() -> None:
    text = "First, we ate. Second, we slept. First, they sang. Second, they danced. Finally, they left."
    series = series_in(small_article(text), small_article(text).paragraphs[0])
    assert series is not None
    assert [part.text for part in series.parts] == ["they sang", "they danced", "they left"]


def test_the_answer_has_every_part_with_its_citation() -> None:
    assistant = small_assistant(FIRES)
    answer = assistant.ask("What are the three reasons the town gave for moving the mill?")
    assert answer.text is not None
    assert len(answer.citations) == 3
    assert answer.text == "; ".join(citation.text for citation in answer.citations)
    assert {citation.paragraph_number for citation in answer.citations} == {1}


def test_a_wrong_number_asked_gets_the_span_that_was_read() -> None:
    answer = small_assistant(FIRES).ask("What are the five reasons the town gave for moving the mill?")
    assert len(answer.citations) == 1
