"""One request and its answer, as ASGI has them: what is sent is bounded, what is answered gets the security headers."""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol

from ui.headers import security_headers

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 16_000_000  # an article of 5 MB as JSON, with every character written as an escape


class Meters(Protocol):
    """Counts what is served."""

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request and how long its first byte took."""

    def page(self) -> bytes:
        """Return all figures in Prometheus' text format."""


class TooLarge(Exception):  # noqa: N818 - ends a request, is no error of ours
    """More was sent than is read."""


class Body:
    """Hands on what a client sends, up to a limit, whatever length it declared."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        self.is_too_large = False

    async def receive(self) -> Event:
        """Return the next piece.

        Raises:
            TooLarge: it goes over the limit.
        """
        event = await self._receive()
        self._bytes += len(event.get("body", b""))
        if self._bytes > MAX_BODY_BYTES:
            self.is_too_large = True
            raise TooLarge
        return event


class Response:
    """Sends an answer with the security headers; a page is held back until its scripts are known."""

    def __init__(self, send: Send, method: str, route: str, meters: tuple[Meters, ...]) -> None:
        """Answer a request; `route` names no session and no file, and is what `meters` are told."""
        self._send = send
        self._method, self._route = method, route
        self._meters = meters
        self._began = time.monotonic()
        self._page: list[bytes] | None = None
        self._start: Event | None = None

    async def send(self, event: Event, drop: bool = False) -> None:
        """Pass on one event of the application; `drop` it if nothing was passed on yet."""
        if drop and self._start is None:
            return
        if event["type"] == "http.response.start":
            self._start = event
            if _header(event, b"content-type").startswith(b"text/html"):
                self._page = []
            else:
                await self._begin(event, None)
        elif event["type"] == "http.response.body" and self._start is not None and self._page is not None:
            self._page.append(event.get("body", b""))
            if not event.get("more_body"):
                page, self._page = b"".join(self._page), None
                await self._begin(self._start, page)
                await self._send({"type": "http.response.body", "body": page})
        else:
            await self._send(event)

    async def whole(
        self,
        status: int,
        text: str,
        kind: str = "text/plain; charset=utf-8",
        more: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        """Send an answer of our own, unless the application has begun one."""
        if self._start is not None:
            return
        body = text.encode()
        length = str(len(body)).encode()
        headers = [(b"content-type", kind.encode()), (b"content-length", length), (b"cache-control", b"no-store")]
        self._start = {"type": "http.response.start", "status": status, "headers": [*headers, *more]}
        await self._begin(self._start, None)
        await self._send({"type": "http.response.body", "body": b"" if self._method == "HEAD" else body})

    async def _begin(self, start: Event, page: bytes | None) -> None:
        for meters in self._meters:
            seconds = time.monotonic() - self._began
            meters.request(self._method, self._route, start["status"], seconds)
        own = security_headers(page)
        names = {name for name, _ in own} | {b"server"}
        kept = [(name, value) for name, value in start.get("headers", []) if name.lower() not in names]
        await self._send({**start, "headers": [*kept, *own]})


def _header(event: Event, name: bytes) -> bytes:
    return next((value for key, value in event.get("headers", []) if key.lower() == name), b"")
