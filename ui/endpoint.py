"""The assistant for programs: what the HTTP endpoint `/ask` and the MCP tool `ask` do. Knows no web framework."""

from collections.abc import Callable
from typing import Any

from index.errors import QuestionError
from qa.answer import Turn
from qa.contract import answer_record
from ui.session import AssistantLike

MAX_TURNS = 100
Ask = Callable[[str, list[dict[str, Any]] | None], dict[str, Any]]


def endpoint(assistant: AssistantLike) -> Ask:
    """Return the function that answers one call; nothing is kept between calls.

    Its name, signature and docstring are what programs and language models are told of it.
    """

    def ask(question: str, history: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Answer a question about the article with the article's own words, or say that it does not answer.

        Args:
            question: The question, in plain words, at most 1,000 characters.
            history: Earlier turns, at most 100, oldest first, each {"question": "...", "answer": "..." or null}.

        Returns:
            {"answer": text or null, "abstained", "confidence" in [0, 1],
            "citations": [{"paragraph", "label", "section", "start", "end", "quote"}], "alternatives",
            "article": {"title", "fingerprint"}, ...}; offsets are characters of the article's text.
        """
        return answer_record(assistant.ask(question, _turns(history or [])), "1")

    return ask


def _turns(history: list[dict[str, Any]]) -> tuple[Turn, ...]:
    if len(history) > MAX_TURNS:
        raise QuestionError(f"at most {MAX_TURNS} earlier turns are read; give the latest")
    return tuple(_turn(turn) for turn in history)


def _turn(turn: object) -> Turn:
    question, answer = (turn.get("question"), turn.get("answer")) if isinstance(turn, dict) else (None, None)
    if not isinstance(question, str) or not isinstance(answer, str | None):
        raise QuestionError('history is a list of {"question": text, "answer": text or null}, oldest first')
    return Turn(question, answer)
