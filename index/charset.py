"""Decode the bytes of a text file: UTF-8 first, the likeliest other encoding after it."""

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import ArticleError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

# Encodings are told apart on a sample: the detector takes seconds for megabytes.
_SAMPLE_BYTES = 200_000
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{1,40})""", re.I)

# What a web page may declare (the encoding standard of the web, https://encoding.spec.whatwg.org/, as far as Python has
# it), by Python's names. Python has more, which are no character sets, take quadratic time or raise what they like; and
# a page whose declaration can be read as ASCII is not in UTF-16.
_OF_THE_WEB = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp(125[0-8]|866|874|932|949)|koi8-[ru]|mac-(roman|cyrillic)|tis-620"
    r"|gbk|gb2312|gb18030|big5(hkscs)?|shift_jis|iso2022_jp|euc_(jp|kr)"
)


def decode_text(data: bytes, name: str) -> str:
    """Return the text of `data`, every character kept but a byte order mark; `name` is for the error message.

    Raises ArticleError for binary data and for bytes that no known encoding explains.
    """
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data:
        raise ArticleError(_binary(name))
    try:
        text = data.decode(marked or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if marked and marked != "utf-8":
            raise ArticleError(f"Article {name} is damaged {marked.upper()} text; save it again as UTF-8.") from error
        return _decode_legacy(data, name, error)
    if "\0" in text:
        raise ArticleError(_binary(name))
    return text


def decode_html(data: bytes, name: str) -> str:
    """Return the source of a web page, by the encoding it declares when that one fits."""
    declared = _DECLARED.search(data[:4096])
    if declared and not any(data.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS) and b"\0" not in data:
        with suppress(LookupError, ValueError):  # a wrong declaration is common; the content decides
            encoding = codecs.lookup(declared[1].decode("ascii")).name
            if _OF_THE_WEB.fullmatch(encoding):
                return data.decode(encoding)
    return decode_text(data, name)


def _decode_legacy(data: bytes, name: str, cause: UnicodeDecodeError) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE_BYTES])
    best = matches.best()
    if best is None:
        raise ArticleError(_binary(name)) from cause
    # On short texts several code pages fit equally well: those of Windows are by far the most common, 1252 before all.
    windows = [m for m in matches if m.chaos <= best.chaos and any(name.startswith("cp125") for name in _names(m))]
    if windows:
        best = max(windows, key=lambda match: (match.coherence, "cp1252" in _names(match)))
    encoding = "cp1252" if "cp1252" in _names(best) else best.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(f"Article {name} mixes text encodings; save it again as UTF-8.") from error
    if "\0" in text:
        raise ArticleError(_binary(name))
    return text


def _names(match: "CharsetMatch") -> list[str]:
    """Return the encodings that read the sample alike."""
    return [match.encoding, *match.could_be_from_charset]


def _binary(name: str) -> str:
    return f"Article {name} is binary data or in an unknown encoding; give a text file, or save it as UTF-8."
