"""Stands before the whole web server: whom it serves, what of it, how much, and what a browser may do with it.

An ASGI middleware that knows no web framework. What it lets pass goes to Gradio; the rest it answers itself, in one
line of text that names no file and no folder of this machine.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ui.exchange import MAX_BODY_BYTES, App, Body, Meters, Receive, Response, Scope, Send, TooLarge
from ui.login import Login
from ui.rates import Rate

Refusal = tuple[int, str] | tuple[int, str, str, list[tuple[bytes, bytes]]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOCAL_RATE, OPEN_RATE = 1200, 120
WRONG_PASSWORDS_A_MINUTE = 12
# What the page, the HTTP interface and MCP need. Gradio serves more: files, proxies, recordings, its own editor.
_SERVED = re.compile(
    r"/(?:config/?|assets/.+|static/.+|theme\.css|favicon\.ico|robots\.txt|manifest\.json)?"
    r"|/gradio_api/(?:upload|upload_progress|queue/(?:join|data)|heartbeat/[\w-]+|startup-events|info/?|app_id/?"
    r"|theme\.css|login_check/?|cancel|reset/?|(?:call|run|api)/(?:v2/)?\w+(?:/\w+)?/?|openapi\.json|mcp(?:/.*)?)"
)
_UNCOUNTED = re.compile(
    r"/(?:assets|static)/.+|/theme\.css|/favicon\.ico|/gradio_api/(?:heartbeat/.*|queue/data|cancel)"
)
_BEFORE_LOGIN = ("/health", "/gradio_api/startup-events")


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom a page serves: at which names of this machine, after which login, how often.

    `names` are the host names by which it may be addressed; None for any, which is for a page that is open to others.
    """

    names: frozenset[str] | None = frozenset(LOOPBACK)
    login: Login | None = None
    per_minute: int = LOCAL_RATE
    meters: tuple[Meters, ...] = field(default=())
    show_meters: bool = False


def rules_for(
    host: str, also: Iterable[str] = (), login: Login | None = None, per_minute: int | None = None
) -> tuple[Rules, str]:
    """Return the rules for a page bound to `host`, and a warning if others can reach it without a password.

    A page for this machine alone answers to its names only: else a web site could have its own name point here, and
    read the page through the browser of whoever visits it.
    """
    is_local = host in LOOPBACK
    names = frozenset((*LOOPBACK, host, *(name.lower() for name in also))) if is_local or tuple(also) else None
    rate = per_minute if per_minute is not None else LOCAL_RATE if is_local else OPEN_RATE
    warning = ""
    if not is_local and login is None:
        warning = (
            f"warning: bound to {host}, so everyone who reaches this machine can read the articles opened here and "
            "ask; set a password with --auth USER:FILE, or leave out --host"
        )
    elif not is_local:
        warning = "warning: the password travels unencrypted; put a proxy with TLS before it (SECURITY.md)"
    return Rules(names, login, rate), warning


class Guard:
    """Refuses what the rules do not allow, bounds what is sent, adds headers, and answers /health and /metrics."""

    def __init__(self, app: App, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._rate = Rate(rules.per_minute)
        self._wrong = Rate(WRONG_PASSWORDS_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # Gradio uses no web sockets
            return await send({"type": "websocket.close", "code": 1008})
        response = Response(send, scope["method"], _route(scope["path"]), self._rules.meters)
        refusal = self._refusal(scope)
        if refusal is not None:
            return await response.whole(*refusal)
        if scope["path"] == "/health":
            return await response.whole(200, json.dumps({"status": "ok"}), "application/json")
        if scope["path"] == "/metrics":
            text = b"".join(meters.page() for meters in self._rules.meters).decode()
            return await response.whole(200, text, "text/plain; version=0.0.4; charset=utf-8")
        body = Body(receive)
        with suppress(TooLarge):  # else the application has caught it, and its own answer was dropped
            await self._app(scope, body.receive, lambda event: response.send(event, body.is_too_large))
        if body.is_too_large:
            await response.whole(413, f"more than {MAX_BODY_BYTES // 1_000_000} MB were sent at once; send less")

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Return status, text, type and headers of the answer to a request that is not served."""
        headers = dict(scope["headers"])
        path, client = str(scope["path"]), str((scope.get("client") or ("",))[0])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self._rules.names is not None and _name(host) not in self._rules.names:
            return 403, "this page is not served under that name; add it with --allow-host"
        if _comes_from_elsewhere(headers, host):
            return 403, "this page cannot be used from another web site"
        if not (path == "/health" or (path == "/metrics" and self._rules.show_meters) or _is_served(path)):
            return 404, "not found"
        if path not in _BEFORE_LOGIN and (stranger := self._stranger(headers.get(b"authorization"), client)):
            return stranger
        if not _UNCOUNTED.fullmatch(path) and (wait := self._rate.wait(client)):
            return _later(wait)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            return 413, f"at most {MAX_BODY_BYTES // 1_000_000} MB can be sent at once; send less"
        return None

    def _stranger(self, credentials: bytes | None, client: str) -> Refusal | None:
        """Refuse who does not give the password, and for a while everyone from where it was guessed wrong too often.

        Were a right guess let through meanwhile, guessing would be as quick as before.
        """
        login = self._rules.login
        if login is None:
            return None
        if credentials is not None:
            if wait := self._wrong.wait(client, cost=0):
                return _later(wait)
            if login.admits(credentials):
                return None
            self._wrong.wait(client)
        ask = [(b"www-authenticate", b'Basic realm="Article QA", charset="UTF-8"')]
        return 401, "a name and a password are needed", "text/plain; charset=utf-8", ask


def _is_served(path: str) -> bool:
    parts = path.split("/")
    return ".." not in parts and "\\" not in path and path.isprintable() and bool(_SERVED.fullmatch(path))


def _name(host: str) -> str:
    """Return a Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _comes_from_elsewhere(headers: dict[bytes, bytes], host: str) -> bool:
    """Whether another web site sent this request through the reader's browser; links to the page are no harm."""
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    if origin and origin.partition("://")[2] != host:  # compared, not parsed: it may be anything
        return True
    is_link = headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"
    return headers.get(b"sec-fetch-site") == b"cross-site" and not is_link


def _later(wait: float) -> Refusal:
    seconds = max(1, round(wait + 0.5))
    retry = [(b"retry-after", str(seconds).encode())]
    return 429, f"too many requests; try again in {seconds} s", "text/plain; charset=utf-8", retry


def _route(path: str) -> str:
    """Return the part of a path that names no session and no file, for figures and log lines."""
    if not (_is_served(path) or path in ("/health", "/metrics")):
        return "other"
    parts = path.strip("/").split("/")
    return "/" + "/".join(parts[:2] if parts[0] == "gradio_api" else parts[:1])
