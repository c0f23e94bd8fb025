"""The page's pieces as pure functions: escaping, golden files, exports, one reader's session."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import small_article, small_assistant

from eval.dataset import parse_item
from index.article import Article, Chunk, Hit
from index.loading import article_from_text
from qa.answer import Alternative, Answer, Span
from qa.citing import cite
from ui.article_view import article_html
from ui.export import conversation_json, conversation_markdown, evaluation_lines
from ui.render import ConfidenceScale, answer_html, error_html, pending_html, welcome_html
from ui.session import MAX_UPLOAD_BYTES, Library, Session

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    "He said <script>alert(1)</script> & <img src=x onerror=alert(2)> to \"them\" and 'us', "
    "see [here](javascript:alert(3)) or `${alert(4)}` {{alert}} at http://evil.example or www.evil.example."
)
BLOCKS = {"article", "details", "div", "h1", "h2", "h3", "li", "ol", "p", "summary", "ul"}
ALLOWED = BLOCKS | {"bdi", "button", "i", "mark", "span", "strong"}


class Page(HTMLParser):
    """The tags, attribute names and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.marked = ""
        self.stack: list[str] = []
        self.feed(html)
        self.close()
        assert not self.stack, f"left open: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.stack:
            self.marked += data


def span(article: Article, words: str) -> Span:
    return Span(article.text.index(words), words, 1.0)


def small_answer(text: str | None = "Maria Sund", question: str = "Who lit the fire?", understood: str = "") -> Answer:
    article = small_article()
    other = cite(article, span(article, "Tobias Kell"))
    citations = (cite(article, span(article, text)),) if text else ()
    chunk = Chunk(0, article.paragraphs[1].start, article.paragraphs[1].text, (1,))
    return Answer(
        question=question,
        text=text,
        confidence=0.83 if text else 0.2,
        citations=citations,
        alternatives=(Alternative("Tobias Kell", 0.11, (other,)),),
        hits=(Hit(chunk, 1.0, 1),),
        article=article,
        seconds=0.25,
        understood_as=understood or question,
    )


def hostile_answer() -> Answer:
    article = article_from_text(f"{HOSTILE}\n\nA second paragraph.", source="h.txt", title=HOSTILE)
    citation = cite(article, Span(0, HOSTILE, 1.0))
    chunk = Chunk(0, 0, HOSTILE, (1,))
    other = Alternative(HOSTILE, 0.5, (citation,))
    return Answer(HOSTILE, HOSTILE, 0.9, (citation,), (other,), (Hit(chunk, 1, 1),), article, 0.1, HOSTILE + "!")


def golden(name: str, text: str) -> None:
    """Compare with the golden file; a missing one is written, for a person to look at."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and has been written; look at it and run again")
    assert text == path.read_text(encoding="utf-8")


def test_an_answer_is_as_it_was() -> None:
    scale = ConfidenceScale(accuracy={"high": (0.91, 120)})
    golden("answer.html", answer_html(small_answer(understood="Who lit the fire on the rocks?"), 1, scale) + "\n")


def test_a_refusal_is_as_it_was() -> None:
    golden("refusal.html", answer_html(small_answer(None), 2) + "\n")


def test_an_article_is_as_it_was() -> None:
    article = small_article()
    start = article.text.index("nineteen sailors")
    golden("article.html", article_html(article, [(start, start + len("nineteen sailors"))]) + "\n")


def test_exports_are_as_they_were() -> None:
    answers = [small_answer(), small_answer(None, "Who painted it?")]
    golden("conversation.md", conversation_markdown(small_article(), answers, "small 0123abcd"))
    golden("conversation.json", conversation_json(small_article(), answers, "small"))


def test_an_enumeration_in_one_sentence_is_shown_once() -> None:
    article = small_article()
    parts = [cite(article, span(article, words)) for words in ("12,000 pounds", "41 metres")]
    answer = Answer("How?", "12,000 pounds; 41 metres", 0.9, tuple(parts), (), (), article, 0.1)
    page = answer_html(answer, 1)
    assert page.count('class="sentence"') == 1
    assert (
        '<strong class="span">12,000 pounds</strong> and stands <strong class="span">41 metres</strong> tall.' in page
    )
    assert f'data-spans="{parts[0].start}-{parts[0].end} {parts[1].start}-{parts[1].end}"' in page


def test_a_refusal_shows_no_support() -> None:
    page = answer_html(small_answer(None), 1)
    assert "The article does not say." in page
    assert "Nearest passages, not an answer" in page
    assert "<strong" not in page
    assert "confidence" not in page


def test_nothing_hostile_becomes_markup() -> None:
    answer = hostile_answer()
    pieces = [
        answer_html(answer, 1),
        answer_html(Answer(HOSTILE, None, 0.1, (), (), answer.hits, answer.article, 0.1, HOSTILE), 2),
        article_html(answer.article),
        pending_html(HOSTILE, 3, answer.article, answer.hits),
        error_html(HOSTILE, 4, HOSTILE),
        welcome_html(answer.article, (HOSTILE,)),
    ]
    for piece in pieces:
        page = Page(piece)
        assert page.tags <= ALLOWED
        assert not {name for name in page.attributes if name.startswith("on") or name in ("src", "href", "style")}
        assert HOSTILE in page.text


def test_a_refusal_names_a_passage_once() -> None:
    refusal = small_answer(None)
    twice = replace(refusal, alternatives=refusal.alternatives * 2)
    assert conversation_markdown(small_article(), [twice]) == conversation_markdown(small_article(), [refusal])


def test_markdown_cannot_link_or_embed() -> None:
    text = conversation_markdown(hostile_answer().article, [hostile_answer()])
    for mark in ("<script", "<img", "](", "http://", "www.", "`$"):
        assert mark not in text.replace("\\" + mark[0], "").replace("www\\.", ""), mark


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\r\n\t<>&\"'"), min_size=1, max_size=80)
)
def test_the_article_keeps_every_character(text: str) -> None:
    source = f"Once {text} there was an end."
    article = article_from_text(source, source="x.txt", title="x")
    block = article.paragraphs[0]
    words = block.text[: len(block.text) // 2]
    page = Page(article_html(article, [(block.start, block.start + len(words))]))
    assert page.marked == words
    assert block.text in page.text


def test_a_mark_lies_only_in_its_own_block() -> None:
    article = small_article()
    first = article.paragraphs[1]
    page = Page(article_html(article, [(first.end - 5, first.end + 40), (first.start, first.start + 3)]))
    assert page.marked.startswith(first.text[:3] + first.text[-5:])


def test_offsets_survive_the_export() -> None:
    answer = small_answer()
    record = json.loads(conversation_json(answer.article, [answer], "small"))
    (citation,) = record["answers"][0]["citations"]
    assert answer.article.text[citation["start"] : citation["end"]] == "Maria Sund" == citation["text"]
    at = citation["quote_start"]
    assert answer.article.text[at : at + len(citation["quote"])] == citation["quote"]
    assert record["article"]["fingerprint"] == answer.article.fingerprint


def test_a_wrong_answer_becomes_an_evaluation_row() -> None:
    (line,) = evaluation_lines([("turn-1", small_answer(), ())]).splitlines()
    row = json.loads(line)
    assert (row["id"], row["question"]) == ("turn-1", "Who lit the fire?")
    assert (row["answers"], row["paragraphs"], row["answerable"]) == ([], [], None)
    assert (row["given"], row["given_paragraphs"]) == ("Maria Sund", [2])


def test_the_row_of_a_follow_up_brings_the_turns_it_was_read_with() -> None:
    talk = session()
    for question in ("Who was Maria Sund?", "What did she do?", "Who broke the lamp?"):
        list(talk.ask(question))
    for turn in (2, 3):
        talk.mark_wrong(turn, True)
    follow_up, alone = map(json.loads, talk.export("wrong")["text"].splitlines())
    assert [turn["question"] for turn in follow_up["history"]] == ["Who was Maria Sund?"]
    assert "history" not in alone
    filled = follow_up | {"answers": ["Maria Sund"], "paragraphs": [2], "answerable": True}
    item = parse_item(filled, 1)
    assert talk.assistant.ask(item.question, item.history).understood_as == follow_up["understood_as"]


def session() -> Session:
    return Session(Library(small_assistant(), lambda source: small_assistant(str(source))))


def test_a_session_shows_passages_then_the_answer() -> None:
    first, last = session().ask("Who broke the lamp?")
    assert (first["done"], last["done"]) == (False, True)
    assert "Reading" in first["html"]
    assert last["said"].startswith("A storm in January 1902")


def test_the_words_as_typed_ignore_the_conversation() -> None:
    reader = session()
    list(reader.ask("Who was Maria Sund?"))
    *_, followed = reader.ask("What did she do?")
    *_, literal = reader.ask("What did she do?", as_typed=True)
    assert "Read as “What did Maria Sund do?”" in followed["html"]
    assert "Read as" not in literal["html"]


@pytest.mark.parametrize("question", ["  ", "?!", "why " * 1000])
def test_a_question_that_cannot_be_asked_is_one_line(question: str) -> None:
    (message,) = session().ask(question)
    assert message["done"]
    assert 'class="error"' in message["html"]
    assert len(message["html"]) < 1000


def test_an_answer_that_comes_after_another_article_is_dropped() -> None:
    reader = session()
    asking = reader.ask("Who broke the lamp?")
    next(asking)
    reader.open_text("# Bread\n\nThe bread was baked by Ida.")
    assert list(asking) == []
    assert reader.answers == {}


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * (MAX_UPLOAD_BYTES + 1))
    message = session().open_file(path)
    assert message["kind"] == "notice"
    assert "5.0 MB" in message["text"]
    assert str(tmp_path) not in message["text"]


def test_another_article_begins_another_conversation() -> None:
    reader = session()
    list(reader.ask("Who broke the lamp?"))
    reader.mark_wrong(1, True)
    assert reader.open_text("# Bread\n\nThe bread was baked by Ida.")["title"] == "Bread"
    assert (reader.answers, reader.wrong) == ({}, {})
    assert reader.export("wrong")["text"] == ""
