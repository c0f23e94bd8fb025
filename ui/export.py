"""The conversation to take away: Markdown and JSON with citations that survive, and rows for the evaluation."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from index.article import Article
from qa.answer import Alternative, Answer, Citation, Turn
from qa.contract import answer_record

# What starts markup inside a line, and what GitHub's Markdown turns into a link by itself (`http://`, `www.`, `a@b`).
_MARKDOWN_MARKS = re.compile(r"([\\`*_\[\]<>#!|~&$@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)


def conversation_markdown(article: Article, answers: Sequence[Answer], model: str = "") -> str:
    """Return the conversation as Markdown; article text is escaped, so that it cannot become links or markup."""
    lines = [f"# {_plain(article.title)}", "", f"Article fingerprint (sha256): `{article.fingerprint}`"]
    lines += ["", f"Model: {_plain(model)}"] if model else []
    for answer in answers:
        lines += ["", f"## {_plain(answer.question)}", ""]
        if answer.understood_as and answer.understood_as != answer.question:
            lines += [f"Read as: {_plain(answer.understood_as)}", ""]
        lines += _markdown_answer(answer)
    return "\n".join(lines) + "\n"


def conversation_record(article: Article, answers: Sequence[Answer], model: str = "") -> dict[str, Any]:
    """Return the conversation as a JSON object: quotes, paragraph numbers, offsets, article fingerprint."""
    numbered = sum(1 for paragraph in article.paragraphs if paragraph.number is not None)
    return {
        "article": {
            "title": article.title,
            "fingerprint": article.fingerprint,
            "source": PurePath(article.source).name,
            "paragraphs": numbered,
        },
        "model": model,
        "offsets": "characters of the article's text, [start, end)",
        "answers": [_record(answer, str(number)) for number, answer in enumerate(answers, start=1)],
    }


def conversation_json(article: Article, answers: Sequence[Answer], model: str = "") -> str:
    """Return `conversation_record` as indented JSON text."""
    return json.dumps(conversation_record(article, answers, model), ensure_ascii=False, indent=2) + "\n"


def evaluation_row(id: str, answer: Answer, history: Sequence[Turn] = ()) -> dict[str, Any]:
    """Return the row a reader's complaint becomes: the gold fields are empty, for a person to fill in.

    A follow-up brings the earlier turns, without which it would be read in another way.
    """
    read_with_them = answer.understood_as not in ("", answer.question)
    return {
        "id": id,
        "question": answer.question,
        **({"history": [asdict(turn) for turn in history]} if read_with_them else {}),
        "answers": [],
        "paragraphs": [],
        "answerable": None,
        "given": answer.text,
        "given_paragraphs": [citation.paragraph_number for citation in answer.citations],
        "confidence": round(answer.confidence, 4),
        "understood_as": answer.understood_as or answer.question,
        "article": answer.article.fingerprint,
    }


def evaluation_lines(answers: Sequence[tuple[str, Answer, Sequence[Turn]]]) -> str:
    """Return the rows of (id, answer, earlier turns) as JSON Lines."""
    return "".join(json.dumps(evaluation_row(*row), ensure_ascii=False) + "\n" for row in answers)


def _record(answer: Answer, id: str) -> dict[str, Any]:
    record = answer_record(answer, id)
    for citation, entry in zip(answer.citations, record["citations"], strict=True):
        entry |= {"text": citation.text, "quote_start": citation.quote_start}
    return record | {"understood_as": answer.understood_as or answer.question}


def _markdown_answer(answer: Answer) -> list[str]:
    if answer.text is None:
        quotes = {(c.quote_start, c.quote): c for a in reversed(answer.alternatives) for c in a.citations[:1]}
        nearest = [_markdown_citation(citation) for citation in reversed(quotes.values())]
        return [
            "The article does not say.",
            *(["", "Nearest passages, not an answer:", "", *nearest] if nearest else []),
        ]
    lines = [f"**{_plain(answer.text)}** (confidence {answer.confidence:.0%})", ""]
    lines += [_markdown_citation(citation) for citation in answer.citations]
    others = [_markdown_alternative(alternative) for alternative in answer.alternatives]
    return [*lines, *(["", "Other words it weighed:", "", *others] if others else [])]


def _markdown_citation(citation: Citation) -> str:
    return f"- {citation.paragraph.label}, characters {citation.start}–{citation.end}: “{_plain(citation.quote)}”"


def _markdown_alternative(alternative: Alternative) -> str:
    places = ", ".join(citation.paragraph.label for citation in alternative.citations)
    return f"- {_plain(alternative.text)} ({alternative.confidence:.0%}; {places})"


def _plain(text: str) -> str:
    return _MARKDOWN_MARKS.sub(r"\\\1", " ".join(text.split()))
