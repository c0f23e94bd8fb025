"""Writes answers as a printable HTML sheet: one file, no script, nothing loaded."""

from collections.abc import Iterator
from html import escape
from typing import TextIO

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answers import Answered
from qa.quiz.scoring import Tally, outcome_of, outcome_text, total_text
from qa.quiz.wording import given_text, key_text, quoted_answer

_STYLE = """
body { font: 11pt/1.45 Georgia, serif; color: #111; background: #fff }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.05rem; margin: 0 0 .4rem }
section { break-inside: avoid; border-top: 1px solid #767676; padding: .8rem 0 }
ol { list-style: upper-alpha; margin: .3rem 0; padding-left: 2rem }
.chosen, .given { font-weight: bold } .fine { color: #555; font-size: .9rem } p { margin: .3rem 0 }
blockquote { margin: .3rem 0 .3rem 1rem; padding-left: .7rem; border-left: 3px solid #999 }
cite { font-style: normal; font-weight: bold } .fingerprint { overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none } }
"""
_HEAD = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Answer sheet</title>
<style>{_STYLE}</style>
</head>
<body>
"""


def write_html(answered: Iterator[Answered], out: TextIO) -> int:
    """Write a section for each question: choices, answer, cited paragraphs with quotes, and the key; then the score."""
    tally = Tally()
    out.write(_HEAD)
    for number, (question, record) in enumerate(answered, start=1):
        if number == 1:
            article = record["article"]
            out.write(f"<h1>Answers from “{_text(article['title'])}”</h1>\n")
            out.write(
                f'<p class="fine fingerprint">Article fingerprint (sha256): {_text(article["fingerprint"])}</p>\n'
            )
        out.write("\n".join(_section(number, question, record)) + "\n")
        tally.count(outcome_of(question, record))
    if total := total_text(tally):
        out.write(f'<p class="given">{total}</p>\n')
    out.write("</body>\n</html>\n")
    return 0


def _section(number: int, question: QuizQuestion, record: Record) -> Iterator[str]:
    yield f"<section>\n<h2>{number}. {_text(question.question)}</h2>"
    if question.choices:
        chosen = record["choice"] if isinstance(record["choice"], list) else [record["choice"]]
        marks = [' class="chosen"' if place in chosen else "" for place in range(len(question.choices))]
        items = [f"<li{mark}>{_text(choice)}</li>" for mark, choice in zip(marks, question.choices, strict=True)]
        yield f"<ol>{''.join(items)}</ol>"
    given, answer = given_text(question, record), quoted_answer(question, record)
    if given:
        confidence = f'<span class="fine">(confidence {record["confidence"]:.0%})</span>'
        yield f'<p><span class="given">{_text(given)}</span> {confidence}</p>'
    if answer:
        yield f"<p>The article: {_text(answer)}</p>"
    if not given and not record["answer"]:
        yield "<p>The article does not say.</p>"
    for citation in record["citations"]:
        yield f"<blockquote><cite>{_text(citation['label'])}</cite> “{_text(citation['quote'])}”</blockquote>"
    outcome = outcome_text(question, record)
    if outcome:
        yield f'<p class="fine">Key: {_text(key_text(question))} ({outcome})</p>'
    yield "</section>"


def _text(text: str) -> str:
    return escape(text, quote=True)
