"""Questions for several things, and blocks that count them out."""

import pytest
from small_models import small_article, small_assistant

from qa.answer import Span
from qa.enumeration import asked_for, parts_asked_for, series_in

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
        ("When were the two ships built?", None),
        ("In what two ways does it help?", 2),
        ("which three things did he list", 3),
        ("name the two keepers", 2),
        ("Please list all of the author's four reasons.", 4),
        ("According to the baker, what were the three reasons she gave?", 3),
        ("What are the four less obvious reasons Kell gives?", 4),
        ("Who were the two keepers of the lamp?", 2),
        ("What factors led to the fire?", 0),
        ("Who would have been sorry about the two moves?", None),
        ("What are the keepers long aware of?", None),
        ("What are the two keepers afraid of?", None),
        ("What were the two steps meant to do?", None),
        ("Name the town paying for the mill with Arden", None),
        ("Give the date", None),
        ("Which firm's two ships sank?", None),
        ("Which of the four reasons is about bread?", None),
        ("What causes rust?", None),
        ("What makes things float?", None),
        ("What are the parts made of?", None),
        ("How many ships were built?", None),
        ("Why did he leave?", None),
    ],
)
def test_how_many_things_are_asked_for(question: str, count: int | None) -> None:
    asked = asked_for(question)
    assert (asked.count if asked else None) == count


def test_a_block_that_counts_gives_its_parts_in_order() -> None:
    article = small_article(FIRES)
    series = series_in(article.paragraphs[0])
    assert series is not None
    assert [part.text for part in series.parts] == [
        "the river had dried up",
        "the miller, an old man, wanted to live by the sea",
        "the road had been closed",
    ]
    assert all(article.text[part.start : part.end] == part.text for part in series.parts)
    assert series_in(article.paragraphs[1]) is None


def test_a_second_count_in_one_block_does_not_run_on() -> None:
    text = "First, we ate. Second, we slept. First, they sang. Second, they danced. Finally, they left."
    series = series_in(small_article(text).paragraphs[0])
    assert series is not None
    assert [part.text for part in series.parts] == ["they sang", "they danced", "they left"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "The first is bread: it is cheap. The second is a promise of rain.",
            ["bread: it is cheap", "a promise of rain"],
        ),
        ("One reason was that oil ran out. Another is the wind.", ["oil ran out", "the wind"]),
        ("The first step was to plough. And the last step was to plant.", ["to plough", "to plant"]),
        (
            "First of all, it rained. Second the river rose. Last, it froze.",
            ["it rained", "the river rose", "it froze"],
        ),
        ("The first is increased pay. The second is rest.", ["increased pay", "rest"]),
        ("First, it rained. Second, it froze. Last week Kell left.", ["it rained", "it froze"]),
        ("First, it rained. Second, ...", []),
        ("One baker said no. Another said yes.", []),
        ("One baker was hurt. Another was killed in the fire.", []),
        ("The first ship was built in 1900. The second ship was built in 1910.", []),
        ("First Bank closed. Second Street is quiet.", []),
        ("One had left. Two ships were late.", []),
    ],
)
def test_a_part_reads_as_a_phrase(text: str, parts: list[str]) -> None:
    article = small_article(text)
    series = series_in(article.paragraphs[0])
    found = series.parts if series else ()
    assert [part.text for part in found] == parts
    assert all(article.text[part.start : part.end] == part.text for part in found)


LAMP = """Arden paid for the lamp. It stood in fog. The lamp had two keepers. The first was Ada Finch. \
She came in 1902. The second was Bo Lind. Their house is gone.
"""


@pytest.mark.parametrize(
    ("text", "question", "found", "count"),
    [
        (LAMP, "Name the two keepers", "Bo Lind", 2),
        (LAMP, "Name the two keepers", "two keepers", 2),
        (LAMP, "Name the two keepers", "Arden", 0),
        (LAMP, "Name the two owners", "Bo Lind", 2),
        (LAMP, "Name the three keepers", "Bo Lind", 0),
        (LAMP, "Name the town that paid", "Arden", 0),
        (LAMP, "Who was older than the two keepers?", "Bo Lind", 0),
        (FIRES, "What are the reasons?", "the road had been closed", 3),
        (FIRES, "What are the reasons?", "moving the mill", 3),
        (FIRES, "What are the reasons?", "Fires were rare", 0),
        (FIRES, "What are the three reasons?", "Fires were rare", 3),
        (FIRES, "Name the three bakers", "an old man", 0),
    ],
)
def test_the_parts_come_only_where_they_are_asked_for(text: str, question: str, found: str, count: int) -> None:
    article = small_article(text)
    assert len(parts_asked_for(article, question, Span(article.text.index(found), found, 0.0))) == count


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
