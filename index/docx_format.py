"""Read a Word document (DOCX) through python-docx."""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from index.errors import ArticleError

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element

MAX_UNPACKED_BYTES = 60_000_000
# What packs to nothing is cheap to send and dear to read: each paragraph is an object with a style to look up.
MAX_PARAGRAPHS = 50_000
MAX_TAGS = 4_000_000
# What python-docx and zipfile run into when a part is missing, cut, or not what its name says.
_DAMAGE = (AttributeError, EOFError, KeyError, NotImplementedError, RuntimeError, SyntaxError, ValueError)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL = (_WORD + name for name in ("p", "tbl", "tr", "tc"))
_TEXT, _CONTROL, _TEXT_BOX = (_WORD + name for name in ("t", "sdt", "txbxContent"))
_PROMPT = f"{_WORD}sdtPr/{_WORD}showingPlcHdr"
# What was deleted or moved away, properties (tab stops are tabs, too), readings of characters, and the second form of
# what older programs cannot show.
_LEFT_OUT = frozenset(
    {*(_WORD + name for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt"))}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
# XML has no vertical tab: it can only stand between the cells of a table.
_BETWEEN_CELLS = "\v"
_MARKS = {
    **{_WORD + name: "\n" for name in ("p", "br", "cr")},
    **{_WORD + name: "\t" for name in ("tab", "ptab")},
    _WORD + "noBreakHyphen": "-",
    _CELL: _BETWEEN_CELLS,
}


def read_docx(data: bytes, name: str) -> tuple[str, str]:
    """Return the body of a document as Markdown (headings and lists marked) and its title property.

    Raises ArticleError when the file is not a sound DOCX, unpacks to too much, or holds no text.
    """
    _check_archive(data, name)
    import docx
    from docx.opc.exceptions import OpcError
    from docx.text.paragraph import Paragraph
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        # Counted again: the bytes may have been in an encoding in which they could not be counted before.
        if sum(1 for _ in document.element.iter(_PARAGRAPH)) > MAX_PARAGRAPHS:
            raise ArticleError(_too_many(name))
        blocks: list[tuple[str, bool]] = []
        for element in _blocks(document.element.body):
            if element.tag == _TABLE:
                blocks.append((_table(element), False))
            else:
                paragraph = Paragraph(element, document)
                blocks.append((_paragraph(paragraph), _is_list(paragraph)))
        title = document.core_properties.title
    except (OpcError, LxmlError, zipfile.BadZipFile, zlib.error, *_DAMAGE) as error:
        raise ArticleError(_broken(name)) from error
    text = ""
    after_list = False
    for block, is_list in blocks:
        if block:
            text += ("\n" if is_list and after_list else "\n\n") * bool(text) + block
            after_list = is_list
    if not text:
        raise ArticleError(f"Article {name} holds no text (pictures only?); give a document with text.")
    return text, title.strip()


def _check_archive(data: bytes, name: str) -> None:
    """Refuse what is no DOCX, is encrypted, or would unpack to far more than an article (a zip bomb)."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ArticleError(f"Article {name} is encrypted or an old Word file; save it as DOCX without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArticleError(_broken(name)) from error
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise ArticleError(_broken(name))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1_000_000
        raise ArticleError(f"Article {name} unpacks to more than {limit} MB; save it without pictures, or as text.")
    if not any(entry.filename.startswith("word/") for entry in entries):
        raise ArticleError(f"Article {name} is a zip archive but no Word document; give a DOCX, PDF or text file.")
    _check_parts(data, name)


def _check_parts(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                part = archive.read(entry) if entry.filename.endswith((".xml", ".rels")) else b""
                if part.count(b"<") > MAX_TAGS or len(re.findall(rb"<(?:\w+:)?p[ />]", part)) > MAX_PARAGRAPHS:
                    raise ArticleError(_too_many(name))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ArticleError(_broken(name)) from error


def _blocks(holder: "_Element") -> "Iterator[_Element]":
    """Yield the paragraphs and tables in `holder`, a paragraph's text boxes after it."""
    for element in _found(holder, {_PARAGRAPH, _TABLE}):
        yield element
        if element.tag == _PARAGRAPH:
            yield from _blocks(element)


def _found(holder: "_Element", tags: Collection[str]) -> "Iterator[_Element]":
    """Yield the elements of these tags that are in `holder` but in no other of them."""
    return (element for element in _inside(holder, tags) if element.tag in tags)


def _inside(holder: "_Element", closed: Collection[str]) -> "Iterator[_Element]":
    """Yield in order all that is in `holder`, not entering elements of the tags `closed`, without what is left out."""
    waiting = list(holder.iterchildren(reversed=True))
    while waiting:
        element = waiting.pop()
        if element.tag in _LEFT_OUT or (element.tag == _CONTROL and element.find(_PROMPT) is not None):
            continue
        yield element
        if element.tag not in closed:
            waiting += element.iterchildren(reversed=True)


def _text(holder: "_Element", closed: Collection[str] = ()) -> str:
    """Return what is written in `holder`, however it is wrapped (links, tracked insertions, content controls)."""
    return "".join(
        element.text or "" if element.tag == _TEXT else _MARKS.get(element.tag, "")
        for element in _inside(holder, closed)
    )


def _paragraph(paragraph: "Paragraph") -> str:
    lines = [" ".join(line.split()) for line in _text(paragraph._p, {_TEXT_BOX}).splitlines()]
    text = "\n".join(line for line in lines if line)
    if not text:
        return ""
    style = (paragraph.style.name or "" if paragraph.style else "").lower()
    level = style.removeprefix("heading ")
    if style == "title":
        return f"# {' '.join(lines)}"
    if style.startswith("heading ") and level.isdecimal():
        return f"{'#' * min(int(level) + 1, 6)} {' '.join(lines)}"
    return f"- {text}" if _is_list(paragraph) else text


def _is_list(block: object) -> bool:
    style = getattr(block, "style", None)
    return bool(style and (style.name or "").lower().startswith("list"))


def _table(table: "_Element") -> str:
    """Return the rows of a table, each cell once, where it begins.

    python-docx's `row.cells` gives a merged cell for every column and row it spans, and a file may say a billion.
    """
    rows = (
        " | ".join(_cell(cell) for cell in _found(row, {_CELL}) if cell.vMerge != "continue")
        for row in _found(table, {_ROW})
    )
    return "\n".join(row for row in rows if row.strip("| "))


def _cell(cell: "_Element") -> str:
    """Return the text of a cell in one line, that of a table in it with its cells parted."""
    parts = (" ".join(part.split()) for part in _text(cell).split(_BETWEEN_CELLS))
    return " | ".join(part for part in parts if part)


def _too_many(name: str) -> str:
    return f"Article {name} has more than {MAX_PARAGRAPHS:,} paragraphs; split it, or give a part of it."


def _broken(name: str) -> str:
    return f"Article {name} is not a sound DOCX file; open it in a word processor and save it again."
