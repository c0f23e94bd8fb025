"""What a collection holds, as `collection.json` tells: replaced in one step, checked by its own checksum."""

import hashlib
import json
import os
import re
from dataclasses import asdict, astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.errors import IndexFolderError

VERSION = 3
CHUNKS_OF_ARTICLE = 1 << 20
MAX_NUMBER = 1 << 40  # of an article: with its chunk's, the id of a vector must have less than 64 bits
_NAME = "collection.json"
_VECTORS = re.compile(r"vectors-\d+-\d+\.faiss")
_OURS = re.compile(rf"\.lock|articles|\.collection\.json\.new|{_VECTORS.pattern}")
_ARTICLE = re.compile(r"([1-9][0-9]{0,14})|\.([1-9][0-9]{0,14})\.new-[a-z0-9_]{8}(\.old)?")


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
        if folder.exists() and not _is_begun(folder):
            raise IndexFolderError(f"{folder} exists and is no collection; name another folder")
        return Content()
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if record["version"] != VERSION or record["encoder"] != encoder_sha256:
            raise IndexFolderError(f"{folder} was made by another version or with another encoder; make it again")
        if record.pop("checksum") != _checksum(record):
            raise ValueError("it is not the file that was written")
        members = tuple(Member(**member) for member in record["members"])
        return _checked(Content(members, record["next_number"], record["vectors"], record["sha256"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        cause = " ".join(str(error).split())
        raise IndexFolderError(f"{path} is damaged ({cause}); make the collection again") from error


def _checked(content: Content) -> Content:
    """Return `content` if it can be: a checksum does not tell who wrote it, and numbers and names become paths.

    Raises:
        ValueError: it cannot.
    """
    kinds = [tuple(map(type, astuple(member))) for member in content.members]
    own = (type(content.next_number), type(content.vectors), type(content.sha256))
    if own != (int, str, str) or any(kind != (int, str, str, int) for kind in kinds):
        raise ValueError("something in it is not of its kind")
    numbers = (0, *(member.number for member in content.members), content.next_number, MAX_NUMBER)
    fit = all(0 <= member.chunks <= CHUNKS_OF_ARTICLE for member in content.members)
    if not fit or any(number >= following for number, following in pairwise(numbers)):
        raise ValueError("its numbers cannot be")
    if content.vectors and not _VECTORS.fullmatch(content.vectors):
        raise ValueError("its vectors have a name that none are given here")
    return content


def left_behind(folder: Path, content: Content) -> list[Path]:
    """Return the vectors and indexes that interrupted changes left in `folder`: `content` does not name them.

    What has another name, or a number that was not given yet, someone else has put there.
    """
    vectors = [path for path in folder.iterdir() if _VECTORS.fullmatch(path.name) and path.name != content.vectors]
    kept = {str(member.number) for member in content.members}
    articles = folder / "articles"
    places = [path for path in articles.iterdir() if path.name not in kept] if articles.is_dir() else []
    return vectors + [place for place in places if 0 < _number(place) <= content.next_number]


def _is_begun(folder: Path) -> bool:
    """Whether nothing stands in `folder` but what an interrupted first addition leaves: also an empty one is."""
    if not folder.is_dir() or not all(_OURS.fullmatch(path.name) for path in folder.iterdir()):
        return False
    articles = folder / "articles"
    return not articles.exists() or (articles.is_dir() and all(_number(place) == 1 for place in articles.iterdir()))


def _number(place: Path) -> int:
    """Return the number of the article whose index, or what a killed writer left of it, stands in `place`; 0: none."""
    named = _ARTICLE.fullmatch(place.name)
    return int(named[1] or named[2]) if named else 0


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
