"""Figures for Prometheus. The only importer of prometheus_client, which the extra `metrics` installs."""

from collections.abc import Mapping
from typing import Any

from index.errors import ArticleQAError

try:
    from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
except ImportError as error:
    raise ArticleQAError(
        "--metrics needs the package prometheus-client; install the project with its extra `metrics`"
    ) from error

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts questions and requests of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("article_qa_questions", "Questions by outcome.", ["outcome"], registry=self._registry)
        self._question_seconds = Histogram(
            "article_qa_question_seconds", "Time to answer a question.", buckets=SECONDS, registry=self._registry
        )
        self._requests = Counter(
            "article_qa_requests", "HTTP requests by route and status.", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "article_qa_request_seconds", "Time to the first byte of an answer.", buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip

    def event(self, event: str, fields: Mapping[str, Any]) -> None:
        """Count a question."""
        if event == "question":
            self._questions.labels(fields["outcome"]).inc()
            self._question_seconds.observe(fields["seconds"])

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in ("GET", "POST", "HEAD", "OPTIONS") else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.observe(seconds)

    def page(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
