"""Turns rows of a table (CSV or spreadsheet) into questions: which column is what, and what a row means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from qa.answer import QuestionType, QuizQuestion
from qa.quiz.keys import (
    are_several,
    are_true_and_false,
    has_blank,
    is_true_or_false,
    places,
    question_type,
    verdict_of,
)
from qa.quiz.numbers import number_of
from qa.quiz.plain import looks_marked_up, plain_text
from qa.quiz.rows import BadRow, Rows

MAX_COLUMNS = 100
MAX_HEADER_ROWS = 20
_NAMES = {
    "id": ("id", "question id", "number", "no", "nr", "qid"),
    "question": ("question", "questions", "question text", "prompt", "statement"),
    "type": ("type", "kind", "question type"),
    "choices": ("choices", "options", "answer choices", "answer options"),
    "key": ("key", "gold", "correct", "right answer", "solution", "answer key", "answer", "right"),
    "accepted": ("accepted", "accepted answers", "also accepted"),
    "tolerance": ("tolerance",),
    "title": ("title", "name"),
    "category": ("category", "topic"),
}
_CHOICE = re.compile(r"(?:(?:answer|option|choice|alternative|distractor) )?(\d{1,2}|[a-z])(?: max \d+ characters)?")
_INSTRUCTIONS = ("text of the question",)  # second row of the Quizizz template


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns (from 0) hold what; `by_place`: numbers in the key are places of choices (Kahoot, Quizizz).

    `any_right`: one of several right choices suffices (Kahoot). `last_is_key`: without a header, the last cell may be
    the key.
    """

    columns: dict[str, int]
    choices: tuple[int, ...] = ()
    by_place: bool = False
    any_right: bool = False
    last_is_key: bool = False


def header_layout(cells: Sequence[str]) -> Layout | None:
    """Return the layout that a header names, None if the row is no header (it names no column "question")."""
    names = [" ".join(re.split(r"[\W_]+", cell.casefold())).strip() for cell in cells]
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        for column, known in _NAMES.items():
            if name in known and column not in columns:
                columns[column] = place
    kahoot = [place for place, name in enumerate(names) if re.fullmatch(r"question max \d+ characters", name)]
    correct = [place for place, name in enumerate(names) if name.startswith("correct answer")]
    if kahoot:
        columns["question"] = kahoot[0]
    if correct:
        columns["key"] = correct[0]
    if "question" not in columns:
        return None
    choices = tuple(place for place, name in enumerate(names) if _CHOICE.fullmatch(name))
    quizizz = "question text" in names and "time in seconds" in names
    return Layout(columns, choices, by_place=bool(kahoot) or quizizz, any_right=bool(kahoot))


def plain_layout(cells: Sequence[str]) -> Layout:
    """Return the layout of a table without header, told from its first row: [id,] question, [choices …,] [key]."""
    first = 1 if len(cells) > 1 and re.fullmatch(r"\d{1,9}\.?", cells[0].strip()) and not _is_bare(cells[1]) else 0
    columns = {"question": first} | ({"id": 0} if first else {})
    if len(cells) == first + 2:
        return Layout(columns | {"key": first + 1})
    return Layout(columns, tuple(range(first + 1, MAX_COLUMNS)), last_is_key=True)


def table_questions(rows: Iterator[tuple[int, list[str] | BadRow]]) -> Rows:
    """Yield the questions of numbered rows; the header is looked for among the first `MAX_HEADER_ROWS`."""
    start = list(islice(rows, MAX_HEADER_ROWS))
    layout = None
    for place, (_, cells) in enumerate(start):
        layout = None if isinstance(cells, BadRow) else header_layout(cells)
        if layout:
            start = start[place + 1 :]
            break
    for line, cells in chain(start, rows):
        if isinstance(cells, BadRow):
            yield cells
            continue
        if not any(cell.strip() for cell in cells):
            continue
        layout = layout or plain_layout(cells)
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
    choices = tuple(text for place in layout.choices if (text := cell.at(place)))
    choices = choices or _listed(cell.raw("choices"))
    if not question:
        if not choices and not cell.text("key"):
            return None
        raise ValueError("no question in the row")
    if question.casefold().startswith(_INSTRUCTIONS):
        return None
    key = cell.text("key")
    if layout.last_is_key:
        choices, key = _key_apart(choices)
    base = QuizQuestion(
        cell.text("id") or str(line), question, line=line, title=cell.text("title"), category=cell.text("category")
    )
    return _typed(base, cell.text("type"), choices, key, cell, layout)


def _typed(
    base: QuizQuestion, type_name: str, choices: tuple[str, ...], key: str, cell: "_Cells", layout: Layout
) -> QuizQuestion:
    kind = question_type(type_name) if type_name else _kind(base.question, choices, key)
    if kind is None:
        raise ValueError(f"its type {type_name[:40]!r} is none that can be answered")
    if kind == "multiple_choice" and are_true_and_false(choices):
        kind, right = "true_false", places(key, choices, layout.by_place) if key else ()
        key = choices[right[0]] if right else ""
    if kind == "multiple_choice":
        right = places(key, choices, layout.by_place) if key else ()
        gold = None if not right else right[0] if len(right) == 1 else right
        any_right = layout.any_right and len(right) > 1
        several = are_several(type_name)
        return replace(base, type=kind, choices=choices, gold=gold, any_right=any_right, several=several)
    if kind == "true_false":
        verdict = verdict_of(key)
        if key and verdict is None:
            raise ValueError(f"the key {key[:40]!r} is neither true nor false nor not stated")
        return replace(base, type=kind, gold=verdict)
    accepted = _listed(cell.raw("accepted"))
    if not key and choices:  # Quizizz lists the accepted words of a blank as options
        key, accepted = choices[0], (*choices[1:], *accepted)
    return replace(base, type=kind, gold=key or None, accepted=accepted, tolerance=_tolerance(cell.text("tolerance")))


def _kind(question: str, choices: tuple[str, ...], key: str) -> QuestionType:
    if choices:
        return "multiple_choice"
    if is_true_or_false(key):
        return "true_false"
    if has_blank(question):
        return "fill_in"
    return "numeric" if key and number_of(key) is not None else "open"


def _key_apart(choices: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Split the last cell off as key if it names others of the cells; a letter or number, or the same text."""
    if len(choices) >= 3:
        try:
            places(choices[-1], choices[:-1])
            return choices[:-1], choices[-1]
        except ValueError:
            pass
    return choices, ""


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


def _is_bare(cell: str) -> bool:
    return number_of(cell) is not None or not cell.strip()


def _clean(cell: str) -> str:
    return plain_text(cell) if looks_marked_up(cell) else cell.strip()


class _Cells:
    """The cells of a row by the names of their columns; missing ones are empty."""

    def __init__(self, cells: Sequence[str], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout

    def at(self, place: int) -> str:
        return _clean(self._cells[place]) if place < len(self._cells) else ""

    def text(self, column: str) -> str:
        place = self._layout.columns.get(column)
        return "" if place is None else self.at(place)

    def raw(self, column: str) -> str:
        place = self._layout.columns.get(column)
        return self._cells[place] if place is not None and place < len(self._cells) else ""
