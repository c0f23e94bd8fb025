"""Turns rows of a table (CSV or spreadsheet) into questions: what a row means in the layout of its table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from qa.answer import QuestionType, QuizQuestion
from qa.quiz.keys import (
    are_several,
    are_true_and_false,
    bounds,
    has_blank,
    is_true_or_false,
    places,
    question_type,
    verdict_of,
)
from qa.quiz.layout import Layout, header_layout, plain_layout
from qa.quiz.numbers import number_of
from qa.quiz.pictures import refuse_picture
from qa.quiz.plain import looks_marked_up, plain_text
from qa.quiz.rows import BadRow, Rows

MAX_HEADER_ROWS = 20
_INSTRUCTIONS = ("text of the question",)  # second row of the Quizizz template


def table_questions(rows: Iterator[tuple[int, list[str] | BadRow]], delimited: bool = False) -> Rows:
    """Yield the questions of numbered rows; the header is looked for among the first `MAX_HEADER_ROWS`.

    `delimited`: a delimiter sets the cells apart, and cuts a text in two that has no quotation marks around it.
    """
    start = list(islice(rows, MAX_HEADER_ROWS))
    header, has_id = None, False
    for place, (_, cells) in enumerate(start):
        header = None if isinstance(cells, BadRow) else header_layout(cells)
        if header:
            start = start[place + 1 :]
            break
    for line, cells in chain(start, rows):
        if isinstance(cells, BadRow):
            yield cells
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header and delimited and any(cell.strip() for cell in cells[header.width :]):
            yield BadRow(line, f"more cells than the header ({header.width}); put quotation marks around each text")
            continue
        layout = header or plain_layout(cells, has_id)
        has_id = has_id or "id" in layout.columns
        try:
            question = row_question(cells, layout, line)
        except ValueError as error:
            yield BadRow(line, str(error))
            continue
        if question:
            yield question


def row_question(cells: Sequence[str], layout: Layout, line: int) -> QuizQuestion | None:
    """Return the question of a row, None for a row that is empty or only explains the template.

    Raises:
        ValueError: the row has no question, or its key fits no choice.
    """
    cell = _Cells(cells, layout)
    question = cell.text("question")
    choices = tuple(cell.choice(place) for place in layout.choices)
    if not any(choices):
        choices = _listed(cell.raw("choices"))
    if not question:
        if not choices and not cell.text("key"):
            return None
        raise ValueError("no question in the row")
    if question.casefold().startswith(_INSTRUCTIONS):
        return None
    key = cell.text("key")
    if layout.last_is_key:
        choices, key = _key_apart(choices)
    if layout.key_is_choice:
        choices = _with_key(choices, key, layout.choices.index(layout.columns["key"]))
    base = QuizQuestion(
        cell.text("id") or str(line), question, line=line, title=cell.text("title"), category=cell.text("category")
    )
    return _typed(base, cell.text("type"), choices, key, cell, layout)


def _typed(
    base: QuizQuestion, type_name: str, cells: tuple[str, ...], key: str, cell: "_Cells", layout: Layout
) -> QuizQuestion:
    """Return the question with its kind, choices and key; the key may name choices by their place among `cells`."""
    choices = tuple(text for text in cells if text)
    accepted = _listed(cell.raw("accepted"))
    keys, has_tolerance = (key, *accepted), bool(cell.text("tolerance"))
    kind = question_type(type_name) if type_name else _kind(base.question, choices, keys, has_tolerance)
    if kind is None:
        raise ValueError(f"its type {type_name[:40]!r} is none that can be answered")
    if kind == "multiple_choice" and are_true_and_false(choices):
        kind = "true_false"
    if kind == "multiple_choice":
        right = _right(key, cells, layout.by_place)
        gold = None if not right else right[0] if len(right) == 1 else right
        any_right = layout.any_right and len(right) > 1
        several = are_several(type_name)
        return replace(base, type=kind, choices=choices, gold=gold, any_right=any_right, several=several)
    if kind == "true_false":
        verdict = verdict_of(key)
        if verdict is None and len(right := _right(key, cells, layout.by_place) if choices else ()) == 1:
            verdict = verdict_of(choices[right[0]])
        if key and verdict is None:
            raise ValueError(f"the key {key[:40]!r} is neither true nor false nor not stated")
        return replace(base, type=kind, gold=verdict)
    if not key and choices:  # Quizizz lists the accepted words of a blank as options
        key, accepted = choices[0], (*choices[1:], *accepted)
    return replace(base, type=kind, gold=key or None, accepted=accepted, tolerance=_tolerance(cell.text("tolerance")))


def _right(key: str, cells: Sequence[str], by_place: bool) -> tuple[int, ...]:
    """Return the places of the right choices among the cells that are not empty; the key's letters count all cells."""
    if not key:
        return ()
    last = max((place for place, text in enumerate(cells) if text), default=-1)
    named = places(key, cells[: last + 1], by_place)
    if not all(cells[place] for place in named):
        raise ValueError(f"the key {key[:40]!r} names a choice that is empty")
    return tuple(sum(map(bool, cells[:place])) for place in named)


def _kind(question: str, choices: tuple[str, ...], keys: Sequence[str], has_tolerance: bool) -> QuestionType:
    """Return the kind that the key, which is the first of `keys`, and the other accepted ones tell."""
    key = keys[0]
    if choices:
        return "multiple_choice"
    if is_true_or_false(key) or (
        key.strip(" .") in ("T", "F") and not has_blank(question) and question[-1] not in "?:"
    ):
        return "true_false"
    is_number = all(map(bounds, keys))
    if has_blank(question) and not (is_number and has_tolerance):
        return "fill_in"
    return "numeric" if is_number else "open"


def _key_apart(cells: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Split the last cell off as key if it names others of the cells; a letter or number, or the same text."""
    if sum(map(bool, cells)) >= 3:
        try:
            places(cells[-1], cells[:-1])
            return cells[:-1], cells[-1]
        except ValueError:
            pass
    return cells, ""


def _with_key(cells: tuple[str, ...], key: str, place: int) -> tuple[str, ...]:
    """Return the choices where `place` holds the key's text and the others are wrong; none where only the key is.

    Raises:
        ValueError: the key is no text of its own.
    """
    wrong = [text for other, text in enumerate(cells) if text and other != place]
    if wrong and key and (key in wrong or (len(key) == 1 and key.isalpha() and all(len(text) > 1 for text in wrong))):
        raise ValueError(f"the key {key!r} is a wrong choice, or a letter; write the right choice itself")
    return cells if wrong else ()


def _listed(cell: str) -> tuple[str, ...]:
    """Return the texts of a cell that lists several, set apart by `|`, line ends or `;`."""
    mark = next((mark for mark in ("|", "\n", ";") if mark in cell), None)
    parts = cell.split(mark) if mark else [cell]
    return tuple(text for part in parts if (text := _clean(part)))


def _tolerance(cell: str) -> float:
    number = number_of(cell) if cell else None
    if cell and number is None:
        raise ValueError(f"its tolerance {cell[:40]!r} is not a number")
    return float(number or 0)


def _clean(cell: str) -> str:
    return plain_text(cell) if looks_marked_up(cell) else cell.strip()


class _Cells:
    """The cells of a row by the names of their columns; missing ones are empty."""

    def __init__(self, cells: Sequence[str], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout

    def at(self, place: int) -> str:
        return _clean(self._cells[place]) if place < len(self._cells) else ""

    def choice(self, place: int) -> str:
        text = self.at(place)
        refuse_picture("" if text or place >= len(self._cells) else self._cells[place], text)
        return text

    def text(self, column: str) -> str:
        place = self._layout.columns.get(column)
        return "" if place is None else self.at(place)

    def raw(self, column: str) -> str:
        place = self._layout.columns.get(column)
        return self._cells[place] if place is not None and place < len(self._cells) else ""
