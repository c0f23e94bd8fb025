"""Plain text of marked-up text: HTML as quiz tools export it becomes what a reader would see."""

import re

from lxml import html

_TAG = re.compile(
    r"</?(?:p|br|hr|b|i|u|s|em|strong|small|big|span|div|img|a|sub|sup|ul|ol|li|table|tbody|thead|tr|td|th|pre|code|"
    r"tt|font|h[1-6]|blockquote|q|cite|script|style|center|del|ins|mark|kbd|var)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_BLOCKS = frozenset(("p", "br", "hr", "div", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "blockquote", "center",
                     "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"))  # fmt: skip
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def looks_marked_up(text: str) -> bool:
    """Return whether `text` holds HTML tags or entities."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def plain_text(text: str) -> str:
    """Return the text of HTML without tags, entities, scripts and styles; blocks are set apart by a space."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    # Inside another element, tags of a whole page (<html>, <body>, a document type) are passed over and never an error.
    root = html.document_fromstring(f"<div>{_CONTROL.sub('', text)}")
    return " ".join(_CONTROL.sub("", "".join(_pieces(root))).split())  # once more: &#1; was none before


def _pieces(root: html.HtmlElement) -> list[str]:
    """Return the seen texts in order; a stack instead of recursion, since tags may be nested deeply."""
    pieces: list[str] = []
    stack: list[str | html.HtmlElement] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
            continue
        gap = " " if node.tag in _BLOCKS else ""
        pieces += [gap, node.text or "", node.get("alt", "") if node.tag == "img" else ""]
        stack.append(gap)
        for child in reversed(node):
            stack += [child.tail or "", child]
    return pieces
