"""Puts the chat page together with articles, with who may use it and with who is told, and serves it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from index.loading import article_from_text
from qa.assistant import Assistant
from qa.opening import Opener, builtin_article
from qa.suggesting import suggested_questions
from qa.weights import manifest
from ui.exchange import Meters
from ui.guard import LOOPBACK, rules_for
from ui.login import Login
from ui.measured import accuracy_on_test
from ui.render import ConfidenceScale
from ui.session import AssistantLike
from ui.watching import LoggedRequests, Observer, Watched, log_as_json, log_event

MY_ARTICLES = Path("my-articles")


@dataclass(frozen=True, slots=True)
class Exposure:
    """Where a page is served, to whom, and what is told of it.

    `host` is the address it is bound to; `also` more names it may be addressed by; `login` is `user:password-file`;
    `per_minute` bounds the requests of one client (0: not at all, None: by where it is bound).
    """

    host: str = LOOPBACK[0]
    port: int = 7860
    also: tuple[str, ...] = ()
    login: str = ""
    per_minute: int | None = None
    log_json: bool = False
    log_questions: bool = False
    metrics: bool = False


def serve(assistant: Assistant, opener: Opener, exposure: Exposure | None = None) -> None:
    """Serve the chat about `assistant`'s article until interrupted; prints the address, and warnings before it."""
    exposure = exposure or Exposure()
    login = Login.read(exposure.login) if exposure.login else None
    rules, warning = rules_for(exposure.host, exposure.also, login, exposure.per_minute)
    observers, meters = _told(exposure)
    rules = replace(rules, meters=meters, show_meters=exposure.metrics)
    if warning:
        typer.echo(warning, err=True)
    from ui.chat import create_app, launch

    def watched(opened: Assistant) -> AssistantLike:
        return Watched(opened, observers, exposure.log_questions) if observers else opened

    def open_article(source: Path | str) -> AssistantLike:
        if isinstance(source, Path):
            return watched(opener.file(source))
        return watched(opener.article(article_from_text(source, source="pasted text")))

    page = create_app(
        watched(assistant),
        open_article=open_article,
        bundled=bundled_articles(),
        suggest=lambda opened: suggested_questions(plain(opened)),
        make_quiz=lambda opened: opener.quiz(plain(opened)),
        scale=confidence_scale(opener),
        model=opener.model,
    )
    launch(page, exposure.port, host=exposure.host, rules=rules)


def plain(opened: AssistantLike) -> Assistant:
    """Return the assistant that the opener made, without who watches it.

    Raises:
        TypeError: it was made elsewhere.
    """
    found = opened.plain if isinstance(opened, Watched) else opened
    if not isinstance(found, Assistant):
        raise TypeError("only assistants that the opener made answer quiz files")
    return found


def _told(exposure: Exposure) -> tuple[Sequence[Observer], tuple[Meters, ...]]:
    """Return who is told of questions, and who of requests."""
    observers: list[Observer] = []
    meters: list[Meters] = []
    if exposure.log_json:
        log_as_json()
        observers.append(log_event)
        meters.append(LoggedRequests())
    if exposure.metrics:
        from ui.metrics import Metrics

        figures = Metrics()
        observers.append(figures.event)
        meters.append(figures)
    return observers, tuple(meters)


def confidence_scale(opener: Opener) -> ConfidenceScale:
    """Return what the words are worth: on the test questions if these weights were measured, else on others."""
    measured = accuracy_on_test(manifest()) if opener.reader_name == "small" else {}
    calibration = opener.calibration
    if measured:
        return ConfidenceScale(calibration.word, measured)
    return ConfidenceScale(calibration.word, calibration.accuracy, "development")


def bundled_articles() -> dict[str, Path]:
    """Return the articles offered by name: the built-in one and the files in `my-articles/`."""
    own = sorted(path for path in MY_ARTICLES.glob("*") if path.is_file() and not path.name.startswith("."))
    return {"Built-in briefing": builtin_article()} | {path.name: path for path in own}
