"""Who may use a page that is open to others: one name and one password, asked by HTTP Basic authentication.

It stands before every address of the server, also before those of Gradio that its own login leaves open.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from index.errors import ArticleQAError

MIN_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Login:
    """A name with the sha256 of `name:password`, so that the password itself is not kept."""

    digest: bytes

    @classmethod
    def read(cls, stated: str) -> "Login":
        """Read `user:password-file`: the password is the first line of the file.

        Raises:
            ArticleQAError: it is not of this form, or the file holds no password.
        """
        user, colon, name = stated.partition(":")
        if not (user and colon and name):
            raise ArticleQAError("--auth is USER:FILE, a name and a file whose first line is the password")
        path = Path(name)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError) as error:
            cause = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise ArticleQAError(
                f"the password file {path} cannot be read ({cause}); its first line is the password"
            ) from error
        password = lines[0] if lines else ""
        if len(password) < MIN_CHARACTERS:
            raise ArticleQAError(f"the first line of {path} is no password of at least {MIN_CHARACTERS} characters")
        return cls(_digest(f"{user}:{password}".encode()))

    def admits(self, header: bytes) -> bool:
        """Whether an Authorization header holds the name and the password."""
        kind, _, given = header.partition(b" ")
        try:
            decoded = base64.b64decode(given.strip(), validate=True) if kind.lower() == b"basic" else b""
        except (binascii.Error, ValueError):
            return False
        # Digests of equal length: how long the comparison takes tells nothing.
        return hmac.compare_digest(_digest(decoded), self.digest)


def _digest(credentials: bytes) -> bytes:
    return hashlib.sha256(credentials).digest()
