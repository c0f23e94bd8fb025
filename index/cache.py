"""Indexes of articles asked before, so that the second question encodes nothing.

An entry's name is made of everything that the index depends on; a damaged entry is built again.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from index.article import Article
from index.cache_space import cache_limit, keep_within, mark_used
from index.chunking import ChunkSettings
from index.encoder import Encoder
from index.errors import IndexFolderError
from index.folder import VERSION, load_index, save_index
from index.retrieval import ArticleIndex, build_index

log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return where indexes are cached: $ARTICLE_QA_CACHE, or the user's cache folder of this system."""
    if chosen := os.environ.get("ARTICLE_QA_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("article-qa")


def cached_index(
    article: Article,
    encoder: Encoder,
    settings: ChunkSettings | None = None,
    announce: Callable[[str], None] = log.info,
) -> ArticleIndex:
    """Return the index of `article`, from the cache where it is there and sound, else built and cached.

    `announce` is told in one line which of the two happened. A cache that cannot be written is no error. The entries
    used longest ago are dropped when the cache grows over its limit (`index.cache_space`).
    """
    settings, limit = settings or ChunkSettings(), cache_limit()
    folder = cache_folder() / _entry(article, encoder, settings)
    if folder.is_dir():
        try:
            index = load_index(folder, encoder)
        except IndexFolderError as error:
            announce(f"cached index not used: {error}")
        else:
            mark_used(folder)
            announce(f"index from the cache, nothing encoded: {folder}")
            return index
    index = build_index(article, encoder, settings)
    announce(f"index built ({len(index.chunks)} chunks encoded){_cached(index, folder, limit)}")
    return index


def _cached(index: ArticleIndex, folder: Path, limit: int) -> str:
    """Save a new index and keep the cache within its limit; return in words what became of it."""
    if not limit:
        return ", not cached"
    try:
        save_index(index, folder)
    except IndexFolderError as error:
        return f", not cached: {error}"
    dropped = keep_within(folder.parent, limit, folder)
    if not folder.is_dir():
        return f", not cached: larger than the limit of {limit // 1_000_000} MB ($ARTICLE_QA_CACHE_MB)"
    return f" and cached: {folder}" + (f"; {len(dropped)} older dropped" if dropped else "")


def _entry(article: Article, encoder: Encoder, settings: ChunkSettings) -> str:
    # The blocks count too: the same text loaded by a later version may be numbered differently.
    blocks = repr(
        [(b.number, b.start, len(b.text), b.section, b.kind) for b in (*article.headings, *article.paragraphs)]
    )
    key = f"{VERSION}|{article.title}|{article.source}|{blocks}|{encoder.sha256}|{settings}"
    return f"{article.fingerprint[:16]}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
