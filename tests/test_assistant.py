"""The assistant on small real parts: answers, refusals, citations, order, follow-ups."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import CALIBRATION, TEXT, OverlapReader, small_article, small_assistant

from index.article import Hit
from index.errors import QuestionError
from qa.answer import Answer, Span, Turn
from qa.assistant import MAX_QUESTION_CHARACTERS, Assistant
from qa.calibration import confidence_word
from qa.citing import cite
from qa.contract import answer_record

KNOWN = "How many sailors did Maria Sund save in the storm?"
UNKNOWN = "Which football club won the cup in Brazil?"
ASSISTANT = small_assistant()
VOCABULARY = sorted({word.strip(".,#") for word in TEXT.split()} | {"who", "what", "when", "Brazil", "cup", "?"})


def test_an_answer_is_the_articles_words_with_paragraph_and_sentence() -> None:
    answer = ASSISTANT.ask(KNOWN)
    (citation,) = answer.citations
    assert answer.text is not None
    assert "nineteen sailors" in answer.text
    assert ASSISTANT.article.text[citation.start : citation.end] == answer.text
    assert (citation.paragraph_number, citation.paragraph.label, citation.paragraph.section) == (2, "¶2", "Storms")
    assert answer.text in citation.quote


def test_what_the_article_does_not_say_is_refused_without_citation() -> None:
    answer = ASSISTANT.ask(UNKNOWN)
    assert answer.abstained
    assert answer.text is None
    assert answer.citations == ()
    assert 0 <= answer.confidence < CALIBRATION.threshold


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_invariants_of_every_answer(question: str) -> None:
    try:
        answer = ASSISTANT.ask(question)
    except QuestionError:
        return
    article = ASSISTANT.article
    assert (answer.text is None) == (not answer.citations)
    assert 0 <= answer.confidence <= 1
    for citation in [*answer.citations, *(c for a in answer.alternatives for c in a.citations)]:
        block = citation.paragraph
        assert article.text[citation.start : citation.end] == citation.text
        assert block.start <= citation.start <= citation.end <= block.end
        assert article.text[citation.quote_start :].startswith(citation.quote)
        assert block.start <= citation.quote_start
        assert citation.text in citation.quote
    texts = [a.text for a in answer.alternatives]
    assert len(set(texts)) == len(texts)
    assert answer.text not in texts
    record = answer_record(answer, "1")
    assert record["abstained"] == (record["answer"] is None)
    cited = [article.text[c["start"] : c["end"]] for c in record["citations"]]
    assert "; ".join(cited) == (record["answer"] or "")
    again = answer_record(ASSISTANT.ask(question), "1")
    assert json.dumps(again | {"seconds": 0}) == json.dumps(record | {"seconds": 0})


def test_when_words_stand_twice_the_place_that_was_read_is_cited() -> None:
    text = (
        "The mill of Arden burned in 1911.\n\nThe bakery opened late. "
        "The mill of Arden burned in 1911, says the priest."
    )
    assistant = small_assistant(text)
    article = assistant.article
    second = article.text.rindex("1911")
    citation = cite(article, Span(second, "1911", 0.0))
    assert citation.paragraph_number == 2
    assert citation.quote == "The mill of Arden burned in 1911, says the priest."


def test_a_span_that_is_not_the_articles_cannot_be_cited() -> None:
    with pytest.raises(ValueError, match="not the article's"):
        cite(ASSISTANT.article, Span(3, "invented words", 0.0))


def test_an_answer_without_citation_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="citations exactly when"):
        Answer("q", "invented", 0.9, (), (), (), ASSISTANT.article, 0.0)


@pytest.mark.parametrize("turns", [0, 1, 5])
@pytest.mark.parametrize("question", [KNOWN, UNKNOWN, "Who built the lighthouse of Marrow Point?"])
def test_unrelated_turns_change_nothing(question: str, turns: int) -> None:
    history = [Turn(f"What colour is roof number {n}?", None if n % 2 else "red") for n in range(turns)]
    alone, after = ASSISTANT.ask(question), ASSISTANT.ask(question, history)
    assert replace(after, seconds=0.0) == replace(alone, seconds=0.0)


def test_reading_more_hits_keeps_the_verdict() -> None:
    for question in (KNOWN, UNKNOWN):
        verdicts = {small_assistant(top_k=k).ask(question).text for k in (3, 10, 30)}
        assert len(verdicts) == 1


def test_within_reads_only_the_paragraphs_named() -> None:
    answer = ASSISTANT.ask(KNOWN, within=frozenset({1}))
    assert all(hit.chunk.paragraph_numbers == (1,) for hit in answer.hits)


@pytest.mark.parametrize(
    ("question", "message"), [("", "empty"), (" ?! ", "empty"), ("a" * 10_000, "10,000 characters")]
)
def test_a_question_that_cannot_be_asked_says_why(question: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        ASSISTANT.ask(question)


def test_the_longest_question_is_read() -> None:
    assert ASSISTANT.ask("why " * (MAX_QUESTION_CHARACTERS // 4)) is not None


def test_confidence_words() -> None:
    assert [confidence_word(p) for p in (0.95, 0.7, 0.1)] == ["high", "medium", "low"]


def test_the_same_span_from_two_overlapping_chunks_is_one_candidate() -> None:
    from qa.features import candidates

    index = ASSISTANT.index
    hits = tuple(Hit(index.chunks[0], 0.03, rank, 0.5) for rank in (1, 2))
    readings = OverlapReader().read([(KNOWN, hit.chunk) for hit in hits])
    places = [(c.span.start, c.span.end) for c in candidates(hits, readings)]
    assert len(places) == len(set(places))


def test_a_reader_that_finds_nothing_is_a_refusal() -> None:
    class Blind:
        name = "blind"

        def read(self, pairs):  # type: ignore[no-untyped-def]
            return [replace(reading, spans=()) for reading in OverlapReader().read(pairs)]

    answer = Assistant(ASSISTANT.index, Blind(), CALIBRATION).ask(KNOWN)
    assert (answer.text, answer.confidence, answer.alternatives) == (None, 0.0, ())


def test_the_article_is_unchanged_by_loading() -> None:
    assert small_article().text == TEXT
