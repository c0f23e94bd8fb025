"""Reads Aiken: a question, choices `A.` or `A)`, and `ANSWER: A` (https://docs.moodle.org/en/Aiken_format).

More is accepted than Moodle does: a question of several lines, or numbered, small letters, `(a)`, several right
letters, and no `ANSWER:` line at all, for a quiz handed out without its key.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from qa.answer import QuizQuestion
from qa.quiz.keys import LETTERS, are_true_and_false, verdict_of
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import head_lines, numbered_lines
from qa.quiz.text import NUMBERED, is_numbered

MAX_QUESTION_LINES = 100
_CHOICE = re.compile(r"(?P<open>\()?(?P<letter>[A-Za-z])(?(open)\)|[.)])\s*(?P<text>.*\S)")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
_KEY = re.compile(r"[A-Z](?:\s*[,;]\s*[A-Z])*", re.IGNORECASE)


@dataclass(slots=True)
class _Draft:
    """The lines of one question so far; `problem` is set as soon as something is wrong with it.

    `after`: lines that follow its choices; the next question if an A follows them, else they are wrong here.
    """

    line: int = 0
    words: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    gap: bool = False
    problem: str = ""
    after: "_Draft | None" = None


def read_aiken(path: Path) -> Rows:
    """Yield the questions of an Aiken file."""
    numbered, heading, draft = _is_numbered(path), True, _Draft()
    for number, raw in numbered_lines(path):
        line = raw.strip()
        answer = _ANSWER.fullmatch(line)
        choice = _CHOICE.fullmatch(line)
        if answer:
            yield _finished(draft, number, answer[1])
            draft = _Draft()
        elif not line:
            if draft.choices:
                draft.gap = True
        elif choice and draft.after and _is_next(draft.after, choice["letter"]):
            above, draft = draft, draft.after
            above.after = None
            yield _finished(above, number, "")
            _add_choice(draft, choice["text"], number)
        elif choice and _is_next(draft, choice["letter"]):
            _add_choice(draft, choice["text"], number)
        elif choice and draft.choices and not draft.gap:
            _set_problem(draft, number)
        else:
            found = NUMBERED.fullmatch(line) if numbered else None
            if draft.gap or (draft.choices and found):  # the question above ended without ANSWER
                yield _finished(draft, number, "")
                draft = _Draft()
            if found and heading:
                heading, draft = False, _Draft()
            _add_words(draft, found["text"] if found and not draft.line else line, number)
    if draft.line:
        yield _finished(draft, draft.line, "")


def _is_numbered(path: Path) -> bool:
    lines = (line.strip() for line in head_lines(path))
    return is_numbered(line for line in lines if not (_CHOICE.match(line) or _ANSWER.match(line)))


def _is_next(draft: _Draft, letter: str) -> bool:
    return letter.upper() == LETTERS[len(draft.choices) : len(draft.choices) + 1]


def _add_choice(draft: _Draft, text: str, line: int) -> None:
    if draft.after:
        _set_problem(draft, line)
    if not draft.words:
        draft.problem = draft.problem or "choices without a question above them"
    draft.line = draft.line or line
    draft.choices.append(text)
    draft.gap = False


def _add_words(draft: _Draft, text: str, line: int) -> None:
    draft.line = draft.line or line
    if draft.choices:
        draft.after = draft.after or _Draft()
        _add_words(draft.after, text, line)
    elif len(draft.words) >= MAX_QUESTION_LINES:
        draft.problem = "the question has no choices; write them as A. and B."
    else:
        draft.words.append(text)


def _set_problem(draft: _Draft, line: int) -> None:
    line, draft.after = (draft.after.line if draft.after else line), None
    due = LETTERS[len(draft.choices) % len(LETTERS)]
    draft.problem = draft.problem or f"line {line} is neither choice {due} nor ANSWER"


def _finished(draft: _Draft, line: int, key: str) -> QuizQuestion | BadRow:
    if draft.after:
        _set_problem(draft, line)
    try:
        return _question(draft, key)
    except ValueError as error:
        return BadRow(draft.line or line, str(error))


def _question(draft: _Draft, key: str) -> QuizQuestion:
    if draft.problem:
        raise ValueError(draft.problem)
    if not draft.words:
        raise ValueError("ANSWER without a question above it")
    if len(draft.choices) < 2:
        raise ValueError(f"it has {len(draft.choices)} choices; write two or more, as A. and B.")
    question, choices = " ".join(draft.words), tuple(draft.choices)
    gold = _places(key, len(choices)) if key else ()
    if are_true_and_false(choices) and len(gold) < 2:
        verdict = verdict_of(choices[gold[0]]) if gold else None
        return QuizQuestion(str(draft.line), question, "true_false", gold=verdict, line=draft.line)
    return QuizQuestion(
        str(draft.line),
        question,
        "multiple_choice",
        choices,
        gold=None if not gold else gold[0] if len(gold) == 1 else gold,
        line=draft.line,
    )


def _places(key: str, choices: int) -> tuple[int, ...]:
    key = key.rstrip(".) ")
    letters = re.findall("[A-Z]", key.upper()) if _KEY.fullmatch(key) else []
    found = tuple(sorted({LETTERS.index(letter) for letter in letters}))
    if not found or found[-1] >= choices:
        raise ValueError(f"ANSWER is {key[:40]!r}, not one of the letters {LETTERS[0]} to {LETTERS[choices - 1]}")
    return found
