"""Which column of a table (CSV or spreadsheet) holds what, told from its header, or from a row where there is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from qa.quiz.keys import LETTERS
from qa.quiz.numbers import number_of

MAX_COLUMNS = 100
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
_CORRECT = ("correct answer", "correct option", "correct choice")
_LABEL = r"(\d{1,2}|[a-z])"
_MORE = r"(?: max \d+ characters)?(?: optional| required)?"
_CHOICE = re.compile(rf"(?:(?:answer|option|choice|alternative|distractor) )?{_LABEL}{_MORE}")
_WRONG = re.compile(
    rf"(?:distractor|(?:incorrect|wrong) (?:answer|option|choice|alternative))(?: {_LABEL})?{_MORE}",
)
_WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")  # OptionA, Option1
_ID = re.compile(r"(?:Q(?:uestion)?\s?)?\d{1,9}[.):]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns (from 0) hold what; `by_place`: numbers in the key are places of choices (Kahoot, Quizizz).

    `width` is the number of columns. `any_right`: one of several right choices suffices (Kahoot). `last_is_key`:
    without a header, the last cell may be the key. `key_is_choice`: the other choices are wrong ones, and the key's
    text is one more (Gimkit).
    """

    columns: dict[str, int]
    choices: tuple[int, ...] = ()
    width: int = MAX_COLUMNS
    by_place: bool = False
    any_right: bool = False
    last_is_key: bool = False
    key_is_choice: bool = False


def header_layout(cells: Sequence[str]) -> Layout | None:
    """Return the layout that a header names, None if the row is no header (it names no column "question")."""
    names = [_name(cell) for cell in cells]
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        for column, known in _NAMES.items():
            if name in known and column not in columns:
                columns[column] = place
    kahoot = [place for place, name in enumerate(names) if re.fullmatch(r"question max \d+ characters", name)]
    asked = kahoot or [place for place, name in enumerate(names) if name == "question text"]
    correct = [place for place, name in enumerate(names) if name.startswith(_CORRECT)]
    columns |= {"question": asked[0]} if asked else {}
    columns |= {"key": correct[0]} if correct else {}
    if "question" not in columns:
        return None
    choices, wrong = _choice_columns(names)
    key_is_choice = bool(wrong) and len(wrong) == len(choices) and "key" in columns
    game = "question text" in names and any(name.startswith(("time in seconds", "time limit")) for name in names)
    return Layout(
        columns,
        tuple(sorted((*choices, columns["key"]))) if key_is_choice else choices,
        len(cells),
        by_place=bool(kahoot) or game,
        any_right=bool(kahoot),
        key_is_choice=key_is_choice,
    )


def plain_layout(cells: Sequence[str], has_id: bool = False) -> Layout:
    """Return the layout of a row without header: [id,] question, [choices …,] [key].

    With `has_id`, which an earlier row of the table told, a first cell of one word, or none, is an id too (`2b`).
    """
    id = cells[0].strip()
    numbered = bool(_ID.fullmatch(id)) and len(cells) > 1 and not _is_bare(cells[1])
    first = int(numbered or (has_id and bool(re.fullmatch(r"[\w.-]{0,20}[):]?", id))))
    columns = {"question": first} | ({"id": 0} if first else {})
    rest = [place for place in range(first + 1, len(cells)) if cells[place].strip()]
    if len(rest) == 1:
        return Layout(columns | {"key": rest[0]})
    return Layout(columns, tuple(range(first + 1, rest[-1] + 1)) if rest else (), last_is_key=True)


def _name(cell: str) -> str:
    """Return the words of a header cell; the number of a question (`Question #`) is its id."""
    name = " ".join(re.split(r"[\W_]+", _WORD_ENDS.sub(" ", cell).casefold())).strip()
    return "id" if cell.rstrip().endswith("#") and name in _NAMES["question"] else name


def _choice_columns(names: Sequence[str]) -> tuple[tuple[int, ...], list[int]]:
    """Return the columns of the choices, and those of them that hold wrong ones.

    A letter alone counts only where the letters before it stand there too: `Q` is no choice.
    """
    letters = "".join(takewhile(lambda letter: letter in names, LETTERS.lower()))
    named = [place for place, name in enumerate(names) if _CHOICE.fullmatch(name)]
    wrong = [place for place, name in enumerate(names) if _WRONG.fullmatch(name)]
    kept = [place for place in named if not names[place].isalpha() or len(names[place]) > 1 or names[place] in letters]
    return tuple(sorted({*kept, *wrong})), wrong


def _is_bare(cell: str) -> bool:
    return number_of(cell) is not None or not cell.strip()
