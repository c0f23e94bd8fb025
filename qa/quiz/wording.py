"""Words for what was answered and what is right, shared by the outputs and the scores."""

from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.keys import LETTERS

VERDICT_WORDS = {"supported": "true", "contradicted": "false", "not_stated": "not stated"}


def given_text(question: QuizQuestion, record: Record) -> str:
    """Return what was answered: the choices made, the verdict in words, or the text; "" for nothing."""
    if question.type == "multiple_choice":
        return choices_text(question, record["choice"])
    if question.type == "true_false":
        return VERDICT_WORDS.get(record["verdict"], "")
    return record["answer"] or ""


def quoted_answer(question: QuizQuestion, record: Record) -> str:
    """Return the article's words that a sheet shows beside what was answered; "" if a quote shows them anyway."""
    answer = record["answer"] or ""
    shown = (given_text(question, record), *(citation["quote"] for citation in record["citations"]))
    return "" if answer in shown else answer


def key_text(question: QuizQuestion) -> str:
    """Return the key in words; "" if there is none."""
    gold = question.gold
    if gold is None:
        return ""
    if question.type == "multiple_choice":
        return choices_text(question, gold)
    if question.type == "true_false":
        return VERDICT_WORDS.get(str(gold), "")
    if gold == "":
        return "(the article does not say)"
    texts = " | ".join((str(gold), *question.accepted))
    return f"{texts} ±{question.tolerance:g}" if question.tolerance else texts


def choices_text(question: QuizQuestion, choice: object) -> str:
    """Return the letters and texts of one or several places."""
    places = choice if isinstance(choice, list | tuple) else () if choice is None else (choice,)
    return "; ".join(f"{LETTERS[place]}. {question.choices[place]}" for place in places)


def one_line(text: str) -> str:
    """Return `text` with single spaces for all white space."""
    return " ".join(text.split())


def labels(record: Record) -> list[str]:
    """Return the blocks that an answer cites, each once: `¶7`, `footnote`."""
    return list(dict.fromkeys(citation["label"] for citation in record["citations"]))
