"""How much the cache of indexes holds, what is dropped when it grows over its limit, and how it is emptied.

Only folders with the names that this program gives are counted and removed: a cache set to a folder that holds
something else loses nothing.
"""

import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexFolderError
from index.replacing import tidy

DEFAULT_LIMIT_MB = 500
LIMIT_VARIABLE = "ARTICLE_QA_CACHE_MB"
_ENTRY = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")
# What was made once from packages (qa.large): not dropped for its age, but removed with all the rest.
_MODEL = re.compile(r"(large-reader|large-verifier|all-mpnet-base-v2)(-[0-9a-f]{8}){1,2}")
_LEFT = re.compile(rf"\.({_ENTRY.pattern}|{_MODEL.pattern})\.new-.*")


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One cached index: its size in bytes, and when it was last used, in seconds since 1970."""

    folder: Path
    size: int
    used: float

    @property
    def title(self) -> str:
        """Title of its article, "" where that cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))["article"]["title"])
        return ""


def cache_limit() -> int:
    """Return how many bytes the cache may hold: $ARTICLE_QA_CACHE_MB megabytes, by default 500.

    Raises:
        IndexFolderError: the variable is no such number.
    """
    stated = os.environ.get(LIMIT_VARIABLE, "").strip() or str(DEFAULT_LIMIT_MB)
    if not re.fullmatch(r"\d{1,9}", stated):
        raise IndexFolderError(f"{LIMIT_VARIABLE} is {stated!r}; give a whole number of megabytes, 0 for no cache")
    return int(stated) * 1_000_000


def cache_entries(cache: Path) -> list[CacheEntry]:
    """Return the indexes in a cache, the one used last first; none if there is no cache."""
    return _entries(cache, _ENTRY)


def cached_models(cache: Path) -> list[CacheEntry]:
    """Return the models in a cache, the one used last first; they do not count for the limit."""
    return _entries(cache, _MODEL)


def _entries(cache: Path, name: re.Pattern[str]) -> list[CacheEntry]:
    found = []
    for folder in _folders(cache, name):
        with suppress(OSError):  # dropped by another process meanwhile
            found.append(CacheEntry(folder, _size(folder), folder.stat().st_mtime))
    return sorted(found, key=lambda entry: (-entry.used, entry.folder.name))


def mark_used(folder: Path) -> None:
    """Note that an entry was used just now, where the disk lets us."""
    with suppress(OSError):
        os.utime(folder)


def keep_within(cache: Path, limit: int, newest: Path) -> list[CacheEntry]:
    """Drop the entries used longest ago until at most `limit` bytes are left; return what was dropped.

    `newest` goes last: the clock may have been set back since the others were used.
    """
    _tidy(cache)
    kept = sorted(cache_entries(cache), key=lambda entry: entry.folder != newest)
    dropped = []
    while kept and sum(entry.size for entry in kept) > limit:
        entry = kept.pop()
        shutil.rmtree(entry.folder, ignore_errors=True)
        dropped.append(entry)
    return dropped


def clear_cache(cache: Path) -> list[CacheEntry]:
    """Remove all indexes and models, and return them.

    Raises:
        IndexFolderError: one of them could not be removed.
    """
    _tidy(cache)
    entries = cache_entries(cache) + cached_models(cache)
    for entry in entries:
        try:
            shutil.rmtree(entry.folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise IndexFolderError(f"cannot clear {cache}: {error.strerror}; check its permissions") from error
    return entries


def _tidy(cache: Path) -> None:
    """Clear up after killed writers."""
    for left in _folders(cache, _LEFT):
        if named := _LEFT.fullmatch(left.name):
            tidy(cache / named[1])


def _folders(cache: Path, name: re.Pattern[str]) -> list[Path]:
    with suppress(OSError):
        return [path for path in cache.iterdir() if name.fullmatch(path.name) and path.is_dir()]
    return []


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
