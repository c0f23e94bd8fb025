"""Read the text of a PDF through pypdf and put its lines together as paragraphs again."""

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from index.cues import ends_sentence
from index.errors import ArticleError

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 2000
# A page is parsed and drawn by operators, and a few bytes can ask for billions of them: pages that share a content,
# forms that draw forms. Real pages need fewer than one operator for two bytes of the file; 10,000 take about a second.
MAX_OPERATORS = 2_000_000
_OPERATORS_OF_ANY_FILE = 200_000
_BYTES_OF_AN_OPERATOR = 2
_OPERATORS_OF_A_FORM = 200  # what setting up a form costs
_LIMITS: dict[str, Any] = {
    "stream_parsing_work_maximum_count": 500_000,
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "array_based_stream_maximum_output_length": 20_000_000,
    "xform_maximum_invocations_per_extraction": 1_000,
    "jbig2dec_binary": None,  # no other program is run for a picture
}
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—\s]*\d{1,4}[-–—\s]*(?:(?:of|/)\s*\d{1,4})?", re.I)
_RUNNING_HEAD_PAGES = 3
_WIDE_GAP = 1.35
_LARGER = 1.08
_MAX_HEADING_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: `top` is its height above the page's foot, `size` its font size, both in points."""

    text: str
    page: int
    top: float
    size: float
    is_bold: bool


def read_pdf(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a PDF, one line a paragraph, larger and bold lines as `##` headings, and its title property.

    Words cut at a line end keep their hyphen. Raises ArticleError for a broken, encrypted, scanned or endless PDF.
    """
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import LimitReachedError

    # Its warnings about small damage would stand on the terminal beside our own one-line message.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    budget = _Budget(min(MAX_OPERATORS, _OPERATORS_OF_ANY_FILE + len(data) // _BYTES_OF_AN_OPERATOR), name)
    try:
        with apply_configuration(**_LIMITS):
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise ArticleError(f"Article {name} is encrypted; save a copy of it without a password.")
            if len(reader.pages) > MAX_PAGES:
                raise ArticleError(
                    f"Article {name} has more than {MAX_PAGES} pages; give the part you want to ask about."
                )
            lines = [line for number, page in enumerate(reader.pages) for line in _lines_of(page, number, budget)]
            title = _title_property(reader)
    except ArticleError:
        raise
    except LimitReachedError as error:
        raise budget.exceeded() from error
    except Exception as error:  # pypdf trusts a damaged file more than it deserves, and meets errors of every class
        raise ArticleError(
            f"Article {name} is a damaged PDF; open it in a viewer and print it as a new one."
        ) from error
    text = _paragraphs(_without_running_heads(lines))
    if not text:
        raise ArticleError(f"Article {name} holds no text (a scan?); run text recognition (OCR) on it first.")
    return text, title


class _Budget:
    """How many operators a document may still use."""

    def __init__(self, operators: int, name: str) -> None:
        self._left = operators
        self._name = name

    def spend(self, operator: bytes, operands: Any, *_: object) -> None:
        """Count one operator with its operands; raises ArticleError when too many were used."""
        self._left -= _OPERATORS_OF_A_FORM if operator == b"Do" else 1
        if operator == b"TJ" and operands:
            self._left -= len(operands[0])
        if self._left < 0:
            raise self.exceeded()

    def exceeded(self) -> ArticleError:
        """Return the error for a file that asks for too much."""
        return ArticleError(
            f"Article {self._name} is small but asks for the work of a very large PDF; copy its text, or print the "
            "part you want to ask about as a new PDF."
        )


def _title_property(reader: "PdfReader") -> str:
    title = reader.metadata.title if reader.metadata else None
    return " ".join((title or "").replace("\0", "").split())


def _lines_of(page: "PageObject", number: int, budget: _Budget) -> list[_Line]:
    """Return the lines of one page in reading order, without the page number."""
    lines: list[_Line] = []
    pieces: list[tuple[str, float, float, bool]] = []

    def close() -> None:
        raw = "".join(piece[0] for piece in pieces).replace("\0", "")
        # A wrong character map can give half characters, which no file or tokenizer takes.
        text = " ".join(raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())
        if text:
            _, top, size, _ = next(piece for piece in pieces if piece[0].strip())
            lines.append(_Line(text, number, top, size, all(bold for words, _, _, bold in pieces if words.strip())))
        pieces.clear()

    def visit(text: str, outer: list[float], inner: list[float], font: dict[str, Any] | None, size: float) -> None:
        top = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        scale = abs(inner[3] * outer[3]) or 1.0
        is_bold = bool(font) and "bold" in str((font or {}).get("/BaseFont", "")).lower()
        first, *rest = text.split("\n")
        pieces.append((first, top, size * scale, is_bold))
        for words in rest:
            close()
            pieces.append((words, top, size * scale, is_bold))

    page.extract_text(visitor_operand_before=budget.spend, visitor_text=visit)
    close()
    if lines and _PAGE_NUMBER.fullmatch(lines[-1].text):
        lines.pop()
    if lines and _PAGE_NUMBER.fullmatch(lines[0].text):
        lines.pop(0)
    return lines


def _without_running_heads(lines: list[_Line]) -> list[_Line]:
    """Drop first and last lines of pages that stand on three pages or more, except where they stand first."""
    pages = [list(page) for _, page in groupby(lines, key=lambda line: line.page)]
    edges = Counter(text for page in pages for text in {page[0].text, page[-1].text})
    kept: list[_Line] = []
    seen: set[str] = set()
    for page in pages:
        for i, line in enumerate(page):
            is_edge = i in (0, len(page) - 1)
            if not (is_edge and edges[line.text] >= _RUNNING_HEAD_PAGES and line.text in seen):
                kept.append(line)
            seen.add(line.text)
    return kept


def _paragraphs(lines: list[_Line]) -> str:
    """Join lines to paragraphs: a wider gap, another font size or a short last line parts them."""
    if not lines:
        return ""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    body_size = sizes.most_common(1)[0][0]
    width = sorted(len(line.text) for line in lines)[len(lines) * 3 // 4]
    gaps = [
        above.top - below.top
        for above, below in pairwise(lines)
        if above.page == below.page and above.top > below.top and abs(below.size - body_size) < 1
    ]
    leading = median(gaps) if gaps else 0.0
    blocks: list[list[_Line]] = [[lines[0]]]
    for above, below in pairwise(lines):
        if _parts(above, below, leading, width):
            blocks.append([])
        blocks[-1].append(below)
    return "\n\n".join(_as_text(block, body_size, is_first=block is blocks[0]) for block in blocks)


def _parts(above: _Line, below: _Line, leading: float, width: int) -> bool:
    if abs(above.size - below.size) > 0.05 * above.size or above.is_bold != below.is_bold:
        return not (above.size == below.size and below.text[:1].islower())
    is_short = len(above.text) < 0.8 * width
    if above.page != below.page or below.top > above.top:
        return (ends_sentence(above.text) and not below.text[:1].islower()) or (is_short and below.text[:1].isupper())
    if leading and above.top - below.top > _WIDE_GAP * leading:
        return True
    return is_short and ends_sentence(above.text) and not below.text[:1].islower()


def _as_text(block: list[_Line], body_size: float, *, is_first: bool) -> str:
    text = block[0].text
    for line in block[1:]:
        text += ("" if text.endswith("-") else " ") + line.text
    is_bold = all(line.is_bold for line in block) and not ends_sentence(text)
    stands_out = is_bold or block[0].size > _LARGER * body_size
    if stands_out and len(text) <= _MAX_HEADING_CHARACTERS and any(c.isalpha() for c in text):
        return f"{'#' if is_first else '##'} {text}"
    return text
