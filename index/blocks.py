"""Tell the blocks of an article apart from layout alone: title, byline, heading, prose, notes.

No author, subject or file is known here. A cue that would hide prose from the numbering needs support from the
block's place: bylines and credits stand before the prose, author notes and footnotes after it.
"""

from itertools import islice

from index.article import BlockKind, Paragraph
from index.cues import (
    cites_something,
    has_note_mark,
    is_author_note,
    is_byline,
    is_credit,
    is_dated_credit,
    is_disclaimer,
    is_short_line,
    is_source_note,
    listed_note_number,
    looks_like_heading,
    looks_like_title,
    note_number,
    plain_words,
    tail_heading,
)
from index.layout import Block, split_plain

# A longer run of short lines is a list or verse, not headings.
_MOST_HEADINGS_IN_A_ROW = 2
_MOST_CAPTION_WORDS = 8


def blocks_of(text: str, *, markdown: bool = False) -> tuple[Paragraph, ...]:
    """Return every block of `text` in order, also titles and headings, with kind, number and section.

    Together they hold every character that is not white space, marks of headings and rules aside. Only prose
    (kind "paragraph") is numbered, from 1 without gaps; there is at least one number unless `text` is blank.
    """
    if markdown:
        # Costs a tenth of a second to import, and most articles are plain text.
        from index.markdown import split_markdown

        blocks = split_markdown(text)
    else:
        blocks = split_plain(text)
    return _numbered(blocks, _Sorter(blocks).kinds())


def _numbered(blocks: tuple[Block, ...], kinds: list[BlockKind]) -> tuple[Paragraph, ...]:
    paragraphs: list[Paragraph] = []
    section = ""
    number = 0
    for block, kind in zip(blocks, kinds, strict=True):
        if kind == "heading":
            section = plain_words(block.text)
        number += kind == "paragraph"
        is_apart = kind in ("author note", "footnote", "disclaimer") and tail_heading(section) is None
        paragraphs.append(
            Paragraph(
                number=number if kind == "paragraph" else None,
                start=block.start,
                text=block.text,
                section="" if is_apart or kind in ("title", "heading") else section,
                kind=kind,
            )
        )
    return tuple(paragraphs)


class _Sorter:
    """Gives each block its kind, the surest cues first; what no cue claims is prose."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self._blocks = blocks
        self._found: list[BlockKind | None] = [block.fixed or ("heading" if block.level else None) for block in blocks]
        self._headings_are_marked = any(block.level for block in blocks[1:])
        self._byline_names: frozenset[str] = frozenset()

    def kinds(self) -> list[BlockKind]:
        """Return one kind for each block."""
        if len(self._blocks) > 1:
            self._find_title()
            self._find_front_matter()
            self._find_headings()
            self._find_captions()
            self._find_notes_under_headings()
            self._find_notes_at_the_end()
        kinds: list[BlockKind] = [kind or "paragraph" for kind in self._found]
        if "paragraph" in kinds:
            return kinds
        # Headings only, or nothing but lines with labels: all of it is what a reader would ask about.
        has_headings = any(kind in ("heading", "title") for kind in kinds)
        return ["paragraph" if not has_headings or kind in ("heading", "title") else kind for kind in kinds]

    def _is_open(self, i: int) -> bool:
        return 0 <= i < len(self._blocks) and self._found[i] is None

    def _has_prose_before(self, i: int) -> bool:
        return any(kind in (None, "paragraph") for kind in islice(self._found, i))

    def _find_title(self) -> None:
        first = next((i for i, block in enumerate(self._blocks) if block.fixed != "caption"), 0)
        block = self._blocks[first]
        if block.level:
            same_level = sum(other.level == block.level for other in self._blocks)
            if block.level == 1 or same_level == 1:
                self._found[first] = "title"
        elif self._is_open(first) and looks_like_title(block.text):
            labelled = is_byline(block.text) or is_disclaimer(block.text) or note_number(block.text) is not None
            if not labelled and first + 1 < len(self._blocks):
                self._found[first] = "title"

    def _find_front_matter(self) -> None:
        for i, block in enumerate(self._blocks):
            if self._found[i] in ("title", "caption"):
                continue
            if not self._is_open(i):
                return
            if is_byline(block.text):
                self._found[i] = "byline"
                names = {word.strip(",.;:()") for word in plain_words(block.text).split()[1:]}
                self._byline_names |= {name for name in names if len(name) > 1 and name[0].isupper()}
            elif is_disclaimer(block.text):
                self._found[i] = "disclaimer"
            elif is_credit(block.text) or is_dated_credit(block.text, self._byline_names):
                self._found[i] = "caption"
            elif not is_short_line(block.text) and not self._is_standfirst(i):
                return

    def _is_standfirst(self, i: int) -> bool:
        """Whether the byline still follows: then this is the sentence under the title, not yet the article."""
        following = self._blocks[i + 1 : i + 2]
        return i == 1 and bool(following) and is_byline(following[0].text)

    def _find_headings(self) -> None:
        if self._headings_are_marked:
            return
        run = 0
        for i, block in enumerate(self._blocks):
            if self._is_open(i) and looks_like_heading(block.text) and not is_credit(block.text):
                run += 1
                continue
            leads_to_prose = self._found[i] in (None, "paragraph") and not is_credit(block.text)
            if 0 < run <= _MOST_HEADINGS_IN_A_ROW and leads_to_prose:
                for j in range(i - run, i):
                    self._found[j] = "heading"
            run = 0

    def _find_captions(self) -> None:
        for i, block in enumerate(self._blocks):
            if not self._is_open(i):
                continue
            is_between = self._is_open(i - 1) and self._is_open(i + 1)
            is_aside = (
                is_between
                and not self._headings_are_marked
                and is_short_line(block.text)
                and len(block.text.split()) <= _MOST_CAPTION_WORDS
                and not any(is_short_line(self._blocks[j].text) for j in (i - 1, i + 1))
            )
            if is_credit(block.text) or is_aside:
                self._found[i] = "caption"

    def _find_notes_under_headings(self) -> None:
        """Everything under a last "Notes", "References" or "About the author" belongs to it."""
        end = len(self._blocks)
        for i in reversed(range(len(self._blocks))):
            if self._found[i] != "heading":
                continue
            kind = tail_heading(self._blocks[i].text)
            if kind is None or not self._has_prose_before(i):
                return
            for j in range(i + 1, end):
                if self._found[j] in (None, "paragraph"):
                    self._found[j] = kind
            end = i

    def _find_notes_at_the_end(self) -> None:
        end = len(self._blocks)
        while end and self._found[end - 1] not in (None, "paragraph", "title"):
            end -= 1
        start = end
        kinds: list[BlockKind] = []
        while start and self._is_open(start - 1) and (kind := self._tail_kind(self._blocks[start - 1])):
            start -= 1
            kinds.append(kind)
        if not self._has_prose_before(start):
            return
        self._found[start:end] = reversed(kinds)
        self._give_back_numbered_prose(start, end)

    def _tail_kind(self, block: Block) -> BlockKind | None:
        if is_author_note(block.text, self._byline_names):
            return "author note"
        if is_source_note(block.text) and not block.text.lower().startswith(("note:", "notes:")):
            return "footnote"
        if is_disclaimer(block.text):
            return "disclaimer"
        if is_byline(block.text):
            return "byline"
        if note_number(block.text) is not None or listed_note_number(block.text) is not None:
            return "footnote"
        return None

    def _give_back_numbered_prose(self, start: int, end: int) -> None:
        """Undo footnotes that are numbered paragraphs or a closing list rather than notes from 1."""
        numbered = [
            i for i in range(start, end) if self._found[i] == "footnote" and not is_source_note(self._blocks[i].text)
        ]
        if not numbered:
            return
        first = self._blocks[numbered[0]]
        mark = note_number(first.text) or listed_note_number(first.text) or ""
        starts_at_one = not mark.isdecimal() or mark == "1"
        before = self._blocks[numbered[0] - 1]
        leads_in = before.text.rstrip().endswith(":") or self._found[numbered[0] - 1] == "heading"
        speaks_for_notes = (
            note_number(first.text) is not None
            or first.after_rule
            or numbered[0] > start
            or cites_something(first.text)
            or any(has_note_mark(block.text) for block in self._blocks[:start])
        )
        if not starts_at_one or leads_in or not speaks_for_notes:
            for i in numbered:
                self._found[i] = None
