"""Load an article from a file or from pasted text."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from index.article import Article, Paragraph
from index.blocks import blocks_of
from index.charset import decode_text
from index.errors import ArticleError

MAX_TEXT_BYTES = 5_000_000
MAX_FILE_BYTES = {
    "text": MAX_TEXT_BYTES,
    "markdown": MAX_TEXT_BYTES,
    "html": 10_000_000,
    "pdf": 50_000_000,
    "docx": 50_000_000,
}
FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
_HEAD_BYTES = 1024
_FRONT_MATTER_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.M | re.I)


def load_article(path: Path) -> Article:
    """Load the article in the file at `path`: text, Markdown, HTML, PDF or DOCX, by its suffix, then by its content.

    The canonical text of a text or Markdown file is its decoded content, unchanged; of the other formats, the text
    extracted from it. Raises ArticleError with a one-line message when there is nothing to read.
    """
    name = repr(str(path))
    try:
        if path.is_dir():
            raise ArticleError(f"{name} is a folder; give the article file inside it.")
        if not path.is_file():
            missing = "is not a regular file" if path.exists() else "does not exist"
            raise ArticleError(f"Article {name} {missing}; check the path, or give another file.")
        form, data = _read(path, name)
    except OSError as error:
        cause = error.strerror or "unknown cause"
        raise ArticleError(f"Article {name} cannot be opened ({cause}); check its name and permissions.") from error
    except ValueError as error:
        raise ArticleError(f"Article {name} is not a possible path; check the path.") from error
    if not data.strip():
        raise ArticleError(f"Article {name} is empty; give a file that holds text.")
    text, title = _reader(form)(data, name)
    article = article_from_text(text, source=str(path), markdown=form in ("markdown", "html", "docx"))
    return article if article.title else replace(article, title=title or path.stem)


def article_from_text(text: str, *, source: str, title: str = "", markdown: bool = False) -> Article:
    """Make an article of `text`, which stays exactly as it is.

    `title` wins over the one found in the text. Raises ArticleError when the text is blank, too long or binary.
    """
    name = repr(source)
    if not text.strip():
        raise ArticleError(f"Article {name} is empty; give some text.")
    if "\0" in text:
        raise ArticleError(f"Article {name} is binary data, not text; give a text file.")
    try:
        size = len(text.encode("utf-8")) if len(text) <= MAX_TEXT_BYTES else len(text)
    except UnicodeEncodeError as error:
        raise ArticleError(f"Article {name} holds half characters (lone surrogates); copy the text again.") from error
    if size > MAX_TEXT_BYTES:
        raise ArticleError(_too_large(name, "text", MAX_TEXT_BYTES))
    blocks = blocks_of(text, markdown=markdown)
    if not blocks:
        raise ArticleError(f"Article {name} holds nothing but rules and marks; give some text.")
    return Article(
        title=" ".join((title or _title_in(text, markdown, blocks)).split()),
        text=text,
        paragraphs=tuple(block for block in blocks if block.kind not in ("title", "heading")),
        source=source,
        headings=tuple(block for block in blocks if block.kind in ("title", "heading")),
    )


def _read(path: Path, name: str) -> tuple[str, bytes]:
    """Return the format and the bytes of a file, of which never more than its limit is read."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        form = _format_of(path.suffix.lower(), head, name)
        limit = MAX_FILE_BYTES[form]
        data = head + file.read(limit + 1 - len(head))
    if len(data) > limit:
        raise ArticleError(_too_large(name, form, limit))
    return form, data


def _format_of(suffix: str, head: bytes, name: str) -> str:
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if opening.startswith(b"%pdf-"):
        return "pdf"
    if opening.startswith(b"pk\x03\x04") and suffix in ("", *FORMATS):
        return "docx"
    if suffix in FORMATS:
        return FORMATS[suffix]
    if opening.startswith((b"<!doctype html", b"<html")):
        return "html"
    if not suffix:
        return "text"
    raise ArticleError(f"Article {name} is of an unsupported kind ({suffix}); save it as one of {', '.join(FORMATS)}.")


def _reader(form: str) -> Callable[[bytes, str], tuple[str, str]]:
    """Return the function that turns bytes into (text, title); the libraries load only when their format is met."""
    if form == "html":
        from index.html_format import read_html

        return read_html
    if form == "pdf":
        from index.pdf_format import read_pdf

        return read_pdf
    if form == "docx":
        from index.docx_format import read_docx

        return read_docx
    return lambda data, name: (decode_text(data, name), "")


def _title_in(text: str, markdown: bool, blocks: tuple[Paragraph, ...]) -> str:
    title = next((block.text for block in blocks if block.kind == "title"), "")
    if not title and markdown and text.startswith("---"):
        stated = _FRONT_MATTER_TITLE.search(blocks[0].text)
        title = stated[1].strip("\"'") if stated else ""
    return title


def _too_large(name: str, form: str, limit: int) -> str:
    what = "text" if form in ("text", "markdown") else f"{form.upper()} file"
    return f"Article {name} is too large: more than {limit // 1_000_000} MB ({what}); split it, or give a part of it."
