"""Chunks: exact, complete, within their budgets."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import small_article

from index.chunking import ChunkSettings, _token_starts, chunk_article
from index.encoder import MAX_WORD_PIECES, encoder_folder
from index.loading import article_from_text
from index.retrieval import encoded_text
from index.sentences import sentence_spans

WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "Kim",
            "said",
            "U.S.",
            "3.5",
            "treaty,",
            "“peace”",
            "well;",
            "e.g.",
            "Dr.",
            "storm",
            "—",
            "café",
            "北京",
            "in",
            "1951.",
            "Why?",
            "ok!",
            "\n",
        ]
    ),
    min_size=1,
    max_size=120,
).map(" ".join)
BUDGETS = st.tuples(st.integers(2, 120), st.integers(0, 119)).filter(lambda b: b[1] < b[0])


@given(st.lists(WORDS | st.text(max_size=300), min_size=1, max_size=5), BUDGETS)
@settings(max_examples=60, deadline=None)
def test_chunks_are_exact_cover_the_prose_and_keep_their_budget(blocks: list[str], budget: tuple[int, int]) -> None:
    text = "\n\n".join(blocks)
    if not text.strip() or "\x00" in text:
        return
    article = article_from_text(text, source="t")
    chunks = chunk_article(article, ChunkSettings(*budget))
    covered: set[int] = set()
    for chunk in chunks:
        assert article.text[chunk.start : chunk.end] == chunk.text
        assert article.paragraph_at(chunk.start, chunk.end) is not None
        covered |= set(range(chunk.start, chunk.end))
    for block in article.paragraphs:
        assert all(at in covered for at in range(block.start, block.end) if not article.text[at].isspace())
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))


def test_a_chunk_holds_whole_sentences_and_neighbours_share_some() -> None:
    sentences = [f"This is sentence number {n} of a long paragraph about ships." for n in range(40)]
    article = article_from_text(" ".join(sentences), source="t")
    chunks = chunk_article(article, ChunkSettings(max_tokens=60, overlap_tokens=20))
    assert len(chunks) > 5
    for one, other in pairwise(chunks):
        assert one.text.endswith(".")
        assert other.text.startswith("This is")
        shared = article.text[other.start : one.end]
        assert 0 < len(_token_starts(shared)) <= 20
        assert len(_token_starts(one.text)) <= 60


def test_a_sentence_over_the_budget_is_cut_at_spaces() -> None:
    article = article_from_text(" ".join(f"word{n}" for n in range(500)), source="t")
    chunks = chunk_article(article, ChunkSettings(max_tokens=30, overlap_tokens=0))
    assert all(len(_token_starts(chunk.text)) <= 31 for chunk in chunks)
    assert [word for chunk in chunks for word in chunk.text.split()] == article.text.split()


def test_a_sentence_over_the_budget_is_a_chunk_of_its_own() -> None:
    long = "The keeper noted " + ", ".join(f"that lamp {n} had burnt out overnight" for n in range(14)) + "."
    assert 100 < len(_token_starts(long)) < 180
    article = article_from_text(f"It rained. {long} Nobody came. The ferry was late.", source="t")
    texts = [chunk.text for chunk in chunk_article(article, ChunkSettings())]
    assert texts == ["It rained.", long, "Nobody came. The ferry was late."]


def test_the_pieces_of_a_very_long_sentence_share_what_the_cut_goes_through() -> None:
    article = article_from_text(" ".join(f"word{n}" for n in range(500)), source="t")
    chunks = chunk_article(article, ChunkSettings())
    for one, other in pairwise(chunks):
        shared = article.text[other.start : one.end]
        assert one.start < other.start < one.end < other.end
        assert 20 < len(_token_starts(shared)) <= 31
        assert shared.startswith("word")
        assert len(_token_starts(one.text)) <= 61


@given(st.integers(1, 400), st.sampled_from(["run", "北京", "🙂", "—-", "a b\t \n  c"]), BUDGETS)
@settings(max_examples=60, deadline=None)
def test_cuts_go_forward_through_any_run(times: int, unit: str, budget: tuple[int, int]) -> None:
    text = "so it was " + unit * times + " in the end"
    chunks = chunk_article(article_from_text(text, source="t"), ChunkSettings(*budget, sentence_tokens=0))
    assert all(one.start <= other.start and one.end <= other.end for one, other in pairwise(chunks))


def test_chunks_know_their_paragraph_and_section() -> None:
    article = small_article()
    storm = next(chunk for chunk in chunk_article(article, ChunkSettings()) if "nineteen" in chunk.text)
    assert (storm.paragraph_numbers, storm.section) == ((2,), "Storms")


def test_budgets_must_make_sense() -> None:
    with pytest.raises(ValueError, match="overlap_tokens"):
        ChunkSettings(max_tokens=10, overlap_tokens=10)


@pytest.mark.parametrize(
    "text", ["北京大学" * 400, "1234567890" * 300, "🙂" * 500, "supercalifragilistic" * 100, "e.g. U.S. 1,000.5% " * 80]
)
def test_no_chunk_exceeds_the_encoders_window(text: str) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for chunk in chunk_article(article_from_text(text, source="t"), ChunkSettings()):
        assert len(tokenizer.encode(encoded_text(chunk)).ids) <= MAX_WORD_PIECES


@pytest.mark.parametrize(
    "unit", ["北京大学", "маяк на острове погас ", "— well; (so) ", "the keeper’s Pyŏng’an lamps "]
)
@pytest.mark.parametrize("times", range(8, 60, 4))
def test_no_sentence_kept_whole_exceeds_the_encoders_window(unit: str, times: int) -> None:
    test_no_chunk_exceeds_the_encoders_window(unit * times)


def test_sentences_have_no_white_space_around_them() -> None:
    text = "  Dr. Kell came. He said: “Go!”\nThen 3.5 ships left.  "
    spans = sentence_spans(text)
    assert [text[start:end] for start, end in spans] == ["Dr. Kell came.", "He said: “Go!”", "Then 3.5 ships left."]
