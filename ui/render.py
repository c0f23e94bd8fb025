"""Answers as HTML. Pure functions; every text that is not ours is escaped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from index.article import Article, Hit, Paragraph
from qa.answer import Alternative, Answer, Citation
from qa.calibration import confidence_word
from ui.article_view import escaped, one_line

CONTEXT_CHARACTERS = 260  # shown on each side of a span: one long sentence
PASSAGE_CHARACTERS = 180
NEAREST = 3


@dataclass(frozen=True, slots=True)
class ConfidenceScale:
    """How a confidence in [0, 1] is worded; `accuracy` gives for a word the share right and of how many answers.

    `measured_on` says which answers: "test" or "development".
    """

    word: Callable[[float], str] = confidence_word
    accuracy: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    measured_on: str = "test"

    def explain(self, confidence: float) -> str:
        """Return the sentence that stands behind the word."""
        word = self.word(confidence)
        if word in self.accuracy:
            share, count = self.accuracy[word]
            return f"Of {count:,} {self.measured_on} answers with {word} confidence, {share:.0%} were right."
        return f"The reader puts {confidence:.0%} on this being the right words."


def answer_html(answer: Answer, turn: int, scale: ConfidenceScale | None = None) -> str:
    """Return one turn of the conversation: the question and the answer, or the refusal, with its citations."""
    reply = _refusal(answer) if answer.abstained else _found(answer, scale or ConfidenceScale())
    return _turn(turn, answer.question, _understood(answer) + reply)


def pending_html(question: str, turn: int, article: Article, hits: Sequence[Hit]) -> str:
    """Return the turn as it stands while the reader works: the passages that are being read."""
    chips = " ".join(_passage_chip(block, hit) for hit, block in _blocks_of(article, hits))
    return _turn(
        turn, question, f'<p class="reading"><span class="pulse" aria-hidden="true"></span>Reading {chips}</p>'
    )


def error_html(question: str, turn: int, message: str) -> str:
    """Return the turn of a question that could not be asked."""
    return _turn(turn, question, f'<p class="error">{escaped(_sentence(message))}</p>')


def welcome_html(article: Article, suggestions: Sequence[str] = ()) -> str:
    """Return what an empty conversation shows: the article and questions to begin with."""
    numbered = sum(1 for paragraph in article.paragraphs if paragraph.number is not None)
    paragraphs = "one paragraph" if numbered == 1 else f"{numbered:,} paragraphs"
    asks = "".join(
        f'<li><button type="button" class="suggestion" dir="auto" data-ask="{escaped(question)}">'
        f"{escaped(question)}</button></li>"
        for question in suggestions
    )
    start = f'<ul class="suggestions" aria-label="Questions to begin with">{asks}</ul>' if asks else ""
    return (
        f'<div class="welcome"><p class="kicker">{paragraphs}, ready to be asked</p>'
        f'<h2 dir="auto">{escaped(article.title)}</h2>'
        "<p>Answers are the article’s own words, with the place they stand. "
        f"If it does not answer, you are told so.</p>{start}</div>"
    )


def chip(paragraph: Paragraph, spans: Sequence[tuple[int, int]], quote: str) -> str:
    """Return a citation chip: a button that lights up `spans` in the article and previews `quote`."""
    places = " ".join(f"{start}-{end}" for start, end in spans)
    spoken = f"paragraph {paragraph.number}" if paragraph.number is not None else paragraph.kind
    return (
        f'<button type="button" class="chip" data-spans="{places}" '
        f'data-quote="{escaped(one_line(quote))}" aria-label="Show {spoken} in the article">'
        f"{escaped(paragraph.label)}</button>"
    )


def _turn(turn: int, question: str, content: str) -> str:
    return (
        f'<article class="turn" id="turn-{turn}" data-turn="{turn}" aria-label="Question {turn}">'
        f'<h3 class="asked" dir="auto">{escaped(question)}</h3>{content}</article>'
    )


def _found(answer: Answer, scale: ConfidenceScale) -> str:
    sentences = "".join(
        f'<p class="sentence" dir="auto">{_excerpt(c)} {_citation_chip(*c)}</p>' for c in _sentences(answer.citations)
    )
    after = f'<div class="after">{_why(answer)}{_actions(answer)}</div>'
    return f'<div class="reply">{sentences}{_confidence(answer.confidence, scale)}</div>{after}'


def _refusal(answer: Answer) -> str:
    # Not in bold, and not called citations: a refusal must never look as if the article supported something.
    places = {a.citations[0].paragraph.start: a.citations[0] for a in reversed(answer.alternatives)}
    items = [f'<li dir="auto">{_passage(c.quote)} {_citation_chip(c)}</li>' for c in reversed(places.values())]
    if not items:
        found = _blocks_of(answer.article, answer.hits)
        items = [f'<li dir="auto">{_passage(hit.chunk.text)} {_passage_chip(p, hit)}</li>' for hit, p in found]
    listed = "".join(items[:NEAREST])
    offered = (
        f'<details class="nearest" open><summary>Nearest passages, not an answer</summary><ul>{listed}</ul></details>'
    )
    offered = offered if items else ""
    after = f'<div class="after">{offered}{_actions(answer)}</div>'
    return f'<div class="reply refusal"><p class="sentence">The article does not say.</p></div>{after}'


def _why(answer: Answer) -> str:
    rows = "".join(_runner_up(alternative) for alternative in answer.alternatives)
    read = len(answer.hits)
    passages = "one passage" if read == 1 else f"{read} passages"
    others = f"<p>Other words it weighed:</p><ol>{rows}</ol>" if rows else "<p>No other words came close.</p>"
    return (
        f'<details class="why"><summary>Why this answer</summary><p>{passages.capitalize()} read in '
        f"{answer.seconds:.2f} seconds. These words fitted best ({answer.confidence:.0%}).</p>{others}</details>"
    )


def _runner_up(alternative: Alternative) -> str:
    places = " ".join(_citation_chip(citation) for citation in alternative.citations)
    share = f'<span class="share">{alternative.confidence:.0%}</span>'
    return f"<li>“<bdi>{escaped(one_line(alternative.text))}</bdi>” {share} {places}</li>"


def _confidence(confidence: float, scale: ConfidenceScale) -> str:
    word, why = scale.word(confidence), escaped(scale.explain(confidence))
    return (
        f'<p class="confidence {escaped(word)}"><button type="button" class="word" data-tip="{why}" '
        f'aria-label="{escaped(word.capitalize())} confidence. {why}">'
        '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'
        f"{escaped(word.capitalize())} confidence</button></p>"
    )


def _understood(answer: Answer) -> str:
    if not answer.understood_as or answer.understood_as == answer.question:
        return ""
    return (
        f'<p class="understood">Read as “{escaped(answer.understood_as)}” '
        f'<button type="button" class="quiet" data-literal="{escaped(answer.question)}">'
        "Ask it as I typed it</button></p>"
    )


def _actions(answer: Answer) -> str:
    what = "The article does say it" if answer.abstained else "This answer is wrong"
    return f'<p class="actions"><button type="button" class="quiet" data-wrong aria-pressed="false">{what}</button></p>'


def _citation_chip(*citations: Citation) -> str:
    spans = [(citation.start, citation.end) for citation in citations]
    return chip(citations[0].paragraph, spans, citations[0].quote)


def _passage_chip(block: Paragraph, hit: Hit) -> str:
    return chip(block, [(hit.chunk.start, hit.chunk.end)], hit.chunk.text)


def _sentences(citations: Sequence[Citation]) -> list[tuple[Citation, ...]]:
    """Group the citations by the sentence they quote: an enumeration often stands in one."""
    groups: dict[tuple[int, int], tuple[Citation, ...]] = {}
    for citation in citations:
        key = (citation.quote_start, len(citation.quote))
        groups[key] = (*groups.get(key, ()), citation)
    return list(groups.values())


def _excerpt(citations: Sequence[Citation]) -> str:
    """The quoted sentence with the spans in bold; a very long sentence is cut at words around them."""
    quote, offset = citations[0].quote, citations[0].quote_start
    places = sorted((c.start - offset, c.end - offset) for c in citations)
    before, after = quote[: places[0][0]], quote[places[-1][1] :]
    if len(before) > CONTEXT_CHARACTERS:
        before = "… " + before[-CONTEXT_CHARACTERS:].partition(" ")[2]
    if len(after) > CONTEXT_CHARACTERS:
        after = after[:CONTEXT_CHARACTERS].rpartition(" ")[0] + " …"
    pieces, at = [escaped(before)], places[0][0]
    for start, end in places:
        pieces += [escaped(quote[at:start]), f'<strong class="span">{escaped(quote[max(at, start) : end])}</strong>']
        at = max(at, end)
    return "".join([*pieces, escaped(after)])


def _passage(text: str) -> str:
    text = one_line(text)
    return escaped(text if len(text) <= PASSAGE_CHARACTERS else text[:PASSAGE_CHARACTERS].rpartition(" ")[0] + " …")


def _blocks_of(article: Article, hits: Sequence[Hit]) -> list[tuple[Hit, Paragraph]]:
    """Return each hit with its block, best first, each block once."""
    found: dict[int, tuple[Hit, Paragraph]] = {}
    for hit in hits:
        block = article.paragraph_at(hit.chunk.start, hit.chunk.end)
        if block is not None:
            found.setdefault(block.start, (hit, block))
    return list(found.values())[:5]


def _sentence(message: str) -> str:
    """The message as a sentence of its own: errors are worded to follow `error: `."""
    message = one_line(message)
    return message[:1].upper() + message[1:]
