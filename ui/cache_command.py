"""The command `article-qa cache`: what the cache of indexes holds, and emptying it."""

from typing import Annotated

import typer

from index.cache import cache_folder
from index.cache_space import LIMIT_VARIABLE, CacheEntry, cache_entries, cache_limit, cached_models, clear_cache
from ui.text import printable


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all cached indexes; they are made again.")] = False,
) -> None:
    """Show the cached indexes of articles, or remove them."""
    folder, limit = cache_folder(), cache_limit()
    entries, models = cache_entries(folder), cached_models(folder)
    if clear:
        clear_cache(folder)
        typer.echo(f"{folder}: {_indexes(entries)}{f', {len(models)} models' if models else ''} removed")
        return
    for entry in (*entries, *models):
        typer.echo(f"{_megabytes(entry.size):>9}  {printable(entry.title) or entry.folder.name}")
    typer.echo(f"{folder}: {_indexes(entries)}, limit {limit // 1_000_000} MB (${LIMIT_VARIABLE})")


def _indexes(entries: list[CacheEntry]) -> str:
    count = "1 index" if len(entries) == 1 else f"{len(entries)} indexes"
    return f"{count}, {_megabytes(sum(entry.size for entry in entries))}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
