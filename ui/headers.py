"""The headers that tell a browser what the page may do: run its own scripts, and talk to nobody but this server."""

import base64
import hashlib
import re

_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"


def security_headers(page: bytes | None = None) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer; `page` is its HTML, of which only the scripts that stand in it may run.

    Gradio compiles its templates in the browser, hence 'unsafe-eval'; but no attribute and no inserted script runs,
    and nothing can be loaded from, or sent to, another host.
    """
    return [*_ALWAYS, (b"content-security-policy", _NO_PAGE if page is None else _policy(page))]


def _policy(page: bytes) -> bytes:
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in _SCRIPT.findall(page)
    )
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self' blob:; media-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-src 'none'; frame-ancestors 'none'"
    ).encode()
