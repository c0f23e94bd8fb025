"""Read a Word document (DOCX) through python-docx."""

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from index.errors import ArticleError

if TYPE_CHECKING:
    from docx.oxml.table import CT_Tc
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_UNPACKED_BYTES = 60_000_000
# What packs to nothing is cheap to send and dear to read: each paragraph is an object with a style to look up.
MAX_PARAGRAPHS = 50_000
MAX_TAGS = 4_000_000
# What python-docx and zipfile run into when a part is missing, cut, or not what its name says.
_DAMAGE = (AttributeError, EOFError, KeyError, NotImplementedError, RuntimeError, SyntaxError, ValueError)


def read_docx(data: bytes, name: str) -> tuple[str, str]:
    """Return the body of a document as Markdown (headings and lists marked) and its title property.

    Raises ArticleError when the file is not a sound DOCX, unpacks to too much, or holds no text.
    """
    _check_archive(data, name)
    import docx
    from docx.opc.exceptions import OpcError
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        # Counted again: the bytes may have been in an encoding in which they could not be counted before.
        if sum(1 for _ in document.element.iter(qn("w:p"))) > MAX_PARAGRAPHS:
            raise ArticleError(_too_many(name))
        blocks = [
            (_paragraph(block), _is_list(block)) if isinstance(block, Paragraph) else (_table(block), False)
            for block in document.iter_inner_content()
        ]
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


def _paragraph(paragraph: "Paragraph") -> str:
    lines = [" ".join(line.split()) for line in paragraph.text.splitlines()]
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


def _table(table: "Table") -> str:
    """Return the rows of a table, each cell once, where it begins.

    python-docx's `row.cells` gives a merged cell for every column and row it spans, and a file may say a billion.
    """
    rows = [" | ".join(_cell(cell) for cell in row._tr.tc_lst if cell.vMerge != "continue") for row in table.rows]
    return "\n".join(row for row in rows if row.strip("| "))


def _cell(cell: "CT_Tc") -> str:
    return " ".join(" ".join(paragraph.text for paragraph in cell.p_lst).split())


def _too_many(name: str) -> str:
    return f"Article {name} has more than {MAX_PARAGRAPHS:,} paragraphs; split it, or give a part of it."


def _broken(name: str) -> str:
    return f"Article {name} is not a sound DOCX file; open it in a word processor and save it again."
