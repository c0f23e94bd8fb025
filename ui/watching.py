"""What happened, for whoever runs the program: JSON lines, and figures for Prometheus. Knows no question's words.

A question is named by a keyed hash: equal questions of one run have equal names, and nobody who reads the lines can
try out questions, since the key is random unless $ARTICLE_QA_LOG_KEY is set.
"""

import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ArticleQAError

if TYPE_CHECKING:
    from index.article import Article, Hit
    from qa.answer import Answer, QuizQuestion, Turn
    from qa.quiz.answering import AnswersQuiz
    from ui.session import AssistantLike

KEY_VARIABLE = "ARTICLE_QA_LOG_KEY"
Observer = Callable[[str, Mapping[str, Any]], None]
log = logging.getLogger("article_qa")


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, event, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; of an exception its type and places, not its message, which may quote the article."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            places = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["places"] = [f"{Path(place.filename).name}:{place.lineno}" for place in places]
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json() -> None:
    """Write what is logged to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers[:] = [handler]
    log.setLevel(logging.INFO)


def log_event(event: str, fields: Mapping[str, Any]) -> None:
    """Log one event with its fields."""
    log.info(event, extra={"fields": dict(fields)})


def question_hash(question: str) -> str:
    """Return the name of a question in log lines: 16 hexadecimal digits."""
    return hmac.new(_key(), question.strip().encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


@cache
def _key() -> bytes:
    return os.environ.get(KEY_VARIABLE, "").encode() or secrets.token_bytes(32)


class Watched:
    """An assistant that tells observers of each question: whether it was answered, how surely, how long it took."""

    def __init__(self, assistant: "AssistantLike", observers: Sequence[Observer], show_questions: bool = False) -> None:
        self.plain = assistant  # for questions that no reader asked
        self._observers = observers
        self._show_questions = show_questions

    def __getattr__(self, name: str) -> Any:
        """Everything else is the assistant's."""
        return getattr(self.plain, name)

    @property
    def article(self) -> "Article":
        """The article that is asked about."""
        return self.plain.article

    def retrieve(self, question: str, top_k: int) -> "tuple[Hit, ...]":
        """Return the passages that would be read, best first."""
        return self.plain.retrieve(question, top_k)

    def ask(self, question: str, history: "Sequence[Turn]" = ()) -> "Answer":
        """Answer a question, and tell of it."""
        fields = _asked(question, self._show_questions)
        return _told(fields, self._observers, lambda: self.plain.ask(question, history))


def logged(ask: "Callable[[str], Answer]", question: str, show_question: bool = False) -> "Answer":
    """Return what `ask` answers, and log it."""
    return _told(_asked(question, show_question), (log_event,), lambda: ask(question))


class WatchedQuiz:
    """An assistant for quizzes that logs each question."""

    def __init__(self, assistant: "AnswersQuiz", show_questions: bool = False) -> None:
        self._assistant = assistant
        self._show_questions = show_questions

    @property
    def article(self) -> "Article":
        """The article that is asked about."""
        return self._assistant.article

    def answer(self, question: "QuizQuestion") -> "Answer":
        """Answer a question of any kind, and log it."""
        fields = {"id": question.id, "type": question.type}
        fields |= _asked(question.question, self._show_questions)
        return _told(fields, (log_event,), lambda: self._assistant.answer(question))


def _asked(question: str, show: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"question": question_hash(question)}
    return fields | ({"question_text": question} if show else {})


def _told(fields: dict[str, Any], observers: Sequence[Observer], act: "Callable[[], Answer]") -> "Answer":
    """Return what `act` returns; tell the observers what came of it, whatever it was."""
    began, outcome = time.perf_counter(), "failed"
    try:
        answer = act()
        outcome = "abstained" if answer.abstained else "answered"
        labels = [citation.paragraph.label for citation in answer.citations]
        fields |= {"article": answer.article.fingerprint[:16]}
        fields |= {"confidence": round(answer.confidence, 4), "cited": labels}
    except ArticleQAError:
        outcome = "refused"
        raise
    finally:
        fields |= {"outcome": outcome, "seconds": round(time.perf_counter() - began, 4)}
        for observe in observers:
            observe("question", fields)
    return answer


class LoggedRequests:
    """Logs every request that is served; has no figures of its own."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Log one request."""
        log_event("request", {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)})

    def page(self) -> bytes:
        """Return nothing."""
        return b""
