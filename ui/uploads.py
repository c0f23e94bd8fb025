"""The folder of what pages send: it stays small, whatever is sent and never opened.

Gradio names a file by what it holds: two pages that send the same handout have one file, so none is deleted when it was
read. Gradio could delete files after a while, but not those that it does not name: of an upload that was cut off, or
sent in another field of the form.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from ui.exchange import App, Receive, Scope, Send

MAX_BYTES = 1_000_000_000
MAX_SECONDS = 3600.0
LEAST_BYTES = 100_000  # each file counts for as many: many small ones fill a disk, too, and take long to go through
_ADDRESS = "/gradio_api/upload"


class Uploads:
    """Makes room before each upload: an ASGI middleware behind the guard, which bounds how often that is."""

    def __init__(self, app: App, folder: Path, named: set[str]) -> None:
        """Keep `folder` small; `named` are the files in it that may be opened."""
        self._app = app
        self._folder = folder
        self._named = named
        drop_old(folder)  # of a server before this one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"] == _ADDRESS:
            # Not in a thread: Gradio makes a folder and moves a file into it with nothing else of this loop in between.
            self._named.difference_update(map(str, drop_old(self._folder)))
        await self._app(scope, receive, send)


def drop_old(folder: Path, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS) -> list[Path]:
    """Delete what was sent longer ago than `max_seconds`, or before the latest `max_bytes`; return those files."""
    found: list[tuple[float, int, Path]] = []
    folders: list[Path] = []
    for place, inner, names in os.walk(folder):
        folders += [Path(place, name) for name in inner]
        for name in names:
            with suppress(OSError):  # gone meanwhile
                status = Path(place, name).lstat()
                found.append((status.st_mtime, max(status.st_size, LEAST_BYTES), Path(place, name)))
    oldest, taken, dropped = time.time() - max_seconds, 0, []
    for sent, size, path in sorted(found, reverse=True):
        taken += size
        if taken > max_bytes or sent < oldest:
            with suppress(OSError):
                path.unlink()
                dropped.append(path)
    for inside in reversed(folders):
        with suppress(OSError):  # not empty
            inside.rmdir()
    return dropped
