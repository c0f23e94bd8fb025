"""What a collection holds, as `collection.json` tells: replaced in one step, checked by its own checksum."""

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexFolderError

VERSION = 2
_NAME = "collection.json"
_OURS = re.compile(r"\.lock|articles|\.collection\.json\.new|vectors-\d+-\d+\.faiss")


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a collection; `number` is never used again."""

    number: int
    title: str
    fingerprint: str
    chunks: int


@dataclass(frozen=True, slots=True)
class Content:
    """The articles, and the file of their vectors with its sha256 (none: the vectors are in a store of their own)."""

    members: tuple[Member, ...] = ()
    next_number: int = 1
    vectors: str = ""
    sha256: str = ""


def is_collection(folder: Path) -> bool:
    """Whether a collection stands in `folder`."""
    return (folder / _NAME).is_file()


def read_content(folder: Path, encoder_sha256: str) -> Content:
    """Return what the collection in `folder` holds; nothing if none stands there yet.

    Raises:
        IndexFolderError: it is damaged, of another version or encoder, or something else stands there.
    """
    path = folder / _NAME
    if not path.is_file():
        if folder.exists() and (not folder.is_dir() or not all(_OURS.fullmatch(p.name) for p in folder.iterdir())):
            raise IndexFolderError(f"{folder} exists and is no collection; name another folder")
        return Content()
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if record["version"] != VERSION or record["encoder"] != encoder_sha256:
            raise IndexFolderError(f"{folder} was made by another version or with another encoder; make it again")
        if record.pop("checksum") != _checksum(record):
            raise ValueError("it is not the file that was written")
        members = tuple(Member(**member) for member in record["members"])
        return Content(members, int(record["next_number"]), str(record["vectors"]), str(record["sha256"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        cause = " ".join(str(error).split())
        raise IndexFolderError(f"{path} is damaged ({cause}); make the collection again") from error


def write_content(folder: Path, content: Content, encoder_sha256: str) -> None:
    """Put `content` in the place of what `folder` held.

    Raises:
        OSError: the disk refuses; then it holds what it held.
    """
    record = asdict(content) | {"version": VERSION, "encoder": encoder_sha256}
    beside = folder / f".{_NAME}.new"
    with beside.open("w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(record | {"checksum": _checksum(record)}, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _NAME)


def _checksum(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
