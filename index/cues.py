"""What the words and shape of one block give away about its kind: byline, credit, footnote, heading."""

import re
from typing import Literal

_QUOTES_AND_BRACKETS = "\"'“”‘’«»„()[]{}*_"
_SENTENCE_END = frozenset(".!?…。！？।؟۔")
_UNFINISHED = frozenset(":;,—–-")
_MAX_LINE_WORDS = 14
_MAX_LINE_CHARACTERS = 110
_MAX_CASELESS_CHARACTERS = 30
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and as at but by down for from if in into is it nor of off on onto or out over per so than the to up "
        "via vs with without",
    )
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")

_BYLINE = re.compile(
    r"(?:(?i:(?:written |story |text )?by|authors?)\s*:|By|BY|(?i:written|story|text) (?i:by))\s+(?=\S)"
)
_DISCLAIMER = re.compile(r"(?:disclaimer|editor(?:[’']?s|s[’'])?[’']? note|note)\s*[:.–—-]", re.I)
_AUTHOR_OPENING = re.compile(
    r"(?:about the (?:authors?|writer)\b|the (?:author|writer)s? (?:teach|work|live|would like|can be reached)"
    r"|(?:the (?:author|writer)s?|(?:dr|prof|professor|mr|mrs|ms)\b\.? [^.!?]{2,60}?) (?:is|are|was|were) "
    r"(?:currently |now |also )*(?:(?:an?|the|one of)\b"
    r"|(?:assistant|associate|senior|emerit|professor|director|editor|author|fellow)))",
    re.I,
)
_NUMBERED_NOTE = re.compile(r"\[\^?(\w{1,4})\]:?\s|([¹²³⁴-⁹])\s*\S|([*†‡])\s?(?=[^\s*])")
_LISTED_NOTE = re.compile(r"(\d{1,3})[.)]\s")
_SOURCE_NOTE = re.compile(r"(?:source(?:s| notes?)?|references?|further reading|(?:foot|end)?notes?)\s*:", re.I)
_CITATION = re.compile(r"https?://|\b(?:see|cf|ibid|op\. cit|vol|pp?)\b\.?|\b(?:1[89]|20)\d\d\b", re.I)
_NOTE_MARK = re.compile(r"\[\^?1\]|¹|[^\W\d][.,;:!?”\"’)]1(?=\s|$)")
_CREDIT = re.compile(
    r"(?:photo(?:graph)?s?|images?|pictures?|illustrations?|credits?|figure \d+|fig\. ?\d+|table \d+|©|\(c\)|source"
    r"|published|posted|(?:last )?updated|reading time)\b\s*(?:by\b|[:|/©.–—-]|on\b|\d|\S+ / )",
    re.I,
)
_DATE = re.compile(
    rf"(?:\w+day,? )?(?:{_MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})",
    re.I,
)
_TAIL_HEADING = re.compile(
    r"(?P<author>about the (?:authors?|writers?))|(?:foot|end)?notes|references|sources|bibliography|works cited", re.I
)


def plain_words(text: str) -> str:
    """Return `text` on one line without the emphasis marks around it."""
    return " ".join(text.split()).strip("*_ ")


def ends_sentence(text: str) -> bool:
    """Whether the last character is sentence-final, closing quotes and brackets aside."""
    bare = text.rstrip().rstrip(_QUOTES_AND_BRACKETS)
    return bare[-1:] in _SENTENCE_END


def is_short_line(text: str) -> bool:
    """Whether `text` is one line of a title's length that does not end like a sentence."""
    if "\n" in text or "\r" in text or len(text) > _MAX_LINE_CHARACTERS or len(text.split()) > _MAX_LINE_WORDS:
        return False
    return not ends_sentence(text) and text.rstrip("*_ ")[-1:] not in _UNFINISHED


def is_title_case(text: str) -> bool:
    """Whether every word but the small ones opens with a capital or a digit, two words at least."""
    words = [word.strip(_QUOTES_AND_BRACKETS) for word in re.split(r"[\s/–—-]+", text)]
    telling = [word for word in words if word and word.lower() not in _SMALL_WORDS]
    return len(telling) > 1 and all(word[0].isupper() or word[0].isdigit() for word in telling)


def looks_like_heading(text: str) -> bool:
    """Whether `text` has the shape of an unmarked heading; what follows it decides."""
    line = plain_words(text)
    opening = line.lstrip(_QUOTES_AND_BRACKETS)[:1]
    if not opening.isalnum() or text.lstrip()[:1] == "[" or not any(c.isalpha() for c in line) or "://" in line:
        return False
    if line[0] in _QUOTES_AND_BRACKETS and line[-1] in _QUOTES_AND_BRACKETS:
        return False  # a pulled quotation
    if line.lower() == line.upper():
        return len(line) <= _MAX_CASELESS_CHARACTERS and is_short_line(text)
    if line.endswith(("?", "!")):
        return is_title_case(line) and is_short_line(line.rstrip("?!"))
    return is_short_line(text) and (opening.isupper() or opening.isdigit() or opening.lower() == opening.upper())


def looks_like_title(text: str) -> bool:
    """Whether the first block can be the title: at most two short lines without a final full stop."""
    line = plain_words(text)
    if not any(c.isalnum() for c in line) or len(line) > 200 or len(line.split()) > 25 or text.count("\n") > 1:
        return False
    if re.search(r"(?:\b\w\.){2,}$", line):
        return True
    return line.endswith(("?", "!", "?”", '?"')) or (not ends_sentence(line) and line[-1] not in _UNFINISHED)


def is_byline(text: str) -> bool:
    """Whether `text` is "By Name": a few words after "By", the first of them capitalised."""
    line = plain_words(text)
    match = _BYLINE.match(line)
    if not match or len(line.split()) > 15 or "\n" in text.strip():
        return False
    name = line[match.end() :].lstrip(_QUOTES_AND_BRACKETS)
    is_name = name[:1].isalpha() and not name[:1].islower()
    return is_name and (not ends_sentence(line) or bool(re.search(r"\b\w\.$", line)))


def is_disclaimer(text: str) -> bool:
    """Whether `text` opens with "Disclaimer:", "Note:" or "Editor's note"."""
    return bool(_DISCLAIMER.match(plain_words(text)))


def is_credit(text: str) -> bool:
    """Whether `text` is a short credit by its own words: a date alone, "Photo: …", "Published …", "© …"."""
    line = plain_words(text)
    return len(line.split()) <= _MAX_LINE_WORDS and bool(_DATE.fullmatch(line) or _CREDIT.match(line))


def is_dated_credit(text: str, byline_names: frozenset[str]) -> bool:
    """Whether a short line ends in a year and reads like a credit: with the author's name, or no small word at all."""
    line = plain_words(text)
    words = line.split()
    if not is_short_line(text) or not 0 < len(words) <= 10 or not _YEAR.search(words[-1]):
        return False
    if byline_names & {word.strip(_QUOTES_AND_BRACKETS + ",.") for word in words}:
        return True
    return len(words) > 3 and not any(word.lower() in _SMALL_WORDS for word in words)


def is_author_note(text: str, byline_names: frozenset[str]) -> bool:
    """Whether `text` introduces the author; who the byline names needs no title before the name."""
    line = plain_words(text)
    if _AUTHOR_OPENING.match(line):
        return True
    opening = re.match(r"((?:[^\W\d_][\w.’'-]* ){1,4})(?:is|was|teaches|writes|works|lives|has)\b", line)
    return opening is not None and not byline_names.isdisjoint(opening[1].split())


def note_number(text: str) -> str | None:
    """Return the mark of a footnote, as in "[1] …", or None."""
    match = _NUMBERED_NOTE.match(text.lstrip())
    return next(group for group in match.groups() if group) if match else None


def listed_note_number(text: str) -> str | None:
    """Return the number of "1. …", which is a footnote only where more speaks for it, or None."""
    match = _LISTED_NOTE.match(text.lstrip())
    return match[1] if match else None


def is_source_note(text: str) -> bool:
    """Whether `text` opens with "Source note:", "References:" and the like."""
    return bool(_SOURCE_NOTE.match(plain_words(text)))


def cites_something(text: str) -> bool:
    """Whether `text` holds a year, an address or an abbreviation of the sort footnotes live on."""
    return bool(_CITATION.search(text))


def has_note_mark(text: str) -> bool:
    """Whether `text` refers to a first footnote: "[1]", "¹", or a 1 glued to a word's punctuation."""
    return bool(_NOTE_MARK.search(text))


def tail_heading(text: str) -> Literal["author note", "footnote"] | None:
    """Return "author note" or "footnote" for a heading such as "About the author" or "References", else None."""
    match = _TAIL_HEADING.fullmatch(plain_words(text).rstrip(":"))
    if not match:
        return None
    return "author note" if match["author"] else "footnote"
