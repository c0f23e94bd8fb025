"""Read the article of a web page: trafilatura drops menus, advertisements and comments."""

from typing import Any

from index.charset import decode_html
from index.errors import ArticleError


def read_html(data: bytes, name: str) -> tuple[str, str]:
    """Return the article of a web page as Markdown (headings marked, no emphasis) and its title.

    Title and author come first, as the page shows them. Raises ArticleError when there is no article.
    """
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    # The defaults merge the blocks of pages under 250 characters into one.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    source = decode_html(data, name)
    page = trafilatura.bare_extraction(source, include_comments=False, with_metadata=True, config=config)
    body = None if page is None or isinstance(page, dict) else page.body
    blocks = [] if body is None else [_as_markdown(element) for element in (body if body.tag == "body" else [body])]
    blocks = [block for block in blocks if block]
    if page is None or isinstance(page, dict) or not blocks:
        raise ArticleError(f"Article {name} is a web page without readable text; save the text itself as .txt.")
    title = _line(page.title)
    opening = [f"# {title}"] if title else []
    if title and blocks[0].lstrip("# ").casefold() == title.casefold():
        blocks = blocks[1:]
    if page.author and not any(page.author in block for block in blocks[:2]):
        opening.append(f"By {_line(page.author).replace('; ', ', ')}")
    return "\n\n".join(opening + blocks), title


def _as_markdown(element: Any) -> str:
    """Return one block of trafilatura's tree as Markdown source."""
    if element.tag == "head":
        level = (element.get("rend") or "h2")[-1]
        text = _line(_words(element))
        return f"{'#' * (int(level) if level.isdigit() and 1 <= int(level) <= 6 else 2)} {text}" if text else ""
    if element.tag == "list":
        items = [_line(_words(item)) for item in element.iter("item")]
        is_ordered = element.get("rend") == "ol"
        return "\n".join(f"{i}. {item}" if is_ordered else f"- {item}" for i, item in enumerate(items, start=1) if item)
    if element.tag == "table":
        rows = [" | ".join(_line(_words(cell)) for cell in row.iter("cell")) for row in element.iter("row")]
        return "\n".join(row for row in rows if row.strip("| "))
    lines = [_line(line) for line in _words(element).split("\v")]
    return "\n".join(line for line in lines if line)


def _words(element: Any) -> str:
    """Return all text under `element`, line breaks of the page as vertical tabs."""
    parts = [element.text or ""]
    for child in element:
        parts += ["\v" if child.tag in ("lb", "p", "item") else "", _words(child), child.tail or ""]
    return "".join(parts)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
