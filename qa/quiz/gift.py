"""Reads Moodle GIFT: blocks set apart by blank lines, answers in braces, `\\` before a character that is meant.

The rules are those of Moodle's documentation (https://docs.moodle.org/en/GIFT_format). Feedback is passed over. Only
answers of full weight are the key; where none has it, those that share it (`~%50%`) are all to be chosen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from qa.answer import QuestionType, QuizQuestion
from qa.quiz.keys import BLANK, are_true_and_false, bounds, has_blank, verdict_of, widened
from qa.quiz.numbers import number_of
from qa.quiz.pictures import refuse_picture
from qa.quiz.plain import looks_marked_up, plain_text
from qa.quiz.rows import BadRow, Rows
from qa.quiz.source import numbered_lines

MAX_BLOCK_CHARACTERS = 1_000_000
FULL = 100.0
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_UNESCAPE = re.compile(r"\\([~=#{}:\\n])")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d{1,6}(?:\.\d{1,9})?)%")
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#.*)?", re.IGNORECASE | re.DOTALL)
_ID = re.compile(r"\[id:((?:\\.|[^\]\\]){1,200})\]")


@dataclass(frozen=True, slots=True)
class _Option:
    """One answer: `=`, `~` or "" before the first sign; its weight in percent; its text still escaped."""

    sign: str
    weight: float
    text: str


@dataclass(slots=True)
class _Block:
    """The lines of one question so far."""

    line: int = 0
    id: str = ""
    lines: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, line: int, text: str) -> None:
        self.line = self.line or line
        self.characters += len(text) + 1
        if self.characters <= MAX_BLOCK_CHARACTERS:
            self.lines.append(text)


def read_gift(path: Path) -> Rows:
    """Yield the questions of a GIFT file; comments, and texts that ask nothing, are passed over."""
    block, category = _Block(), ""
    for number, line in numbered_lines(path):
        stripped = line.strip()
        if not stripped:
            yield from _finished(block, category)
            block = _Block()
        elif stripped.startswith("//"):
            named = _ID.search(stripped)
            block.id = block.id or (re.sub(r"\\(.)", r"\1", named[1]).strip() if named else "")
        elif stripped.startswith("$CATEGORY:") and not block.lines:
            category = stripped.removeprefix("$CATEGORY:").strip()
        else:
            block.add(number, line)
    yield from _finished(block, category)


def parse_gift(text: str, line: int, id: str = "", category: str = "") -> QuizQuestion | None:
    """Return the question of one block without comments, None for a text that asks nothing.

    Raises:
        ValueError: the block is not in the format, or a kind of question that cannot be answered.
    """
    text = text.strip()
    title, body = _title(text)
    mask = _mask(body)
    start, end = mask.find("{"), mask.rfind("}")
    if _opens_again(mask):
        raise ValueError(
            r"two answer blocks; set questions apart by a blank line (or write \{ for a brace that is meant)"
        )
    if start < 0 and end < 0:
        asked = _text(body, "")
        return QuizQuestion(id or str(line), asked, line=line, title=title, category=category) if "?" in asked else None
    if start < 0 or end < start:
        missing, there = ("{", "}") if start < 0 else ("}", "{")
        raise ValueError(f"no {missing} for the {there}; a blank line must not stand inside a question")
    form, head = _format(body[:start])
    tail = body[end + 1 :]
    asked = _text(head + (BLANK + tail if _leaves_blank(head, tail) else ""), form)
    answers = body[start + 1 : end]
    feedback = _mask(answers).find("####")
    question = QuizQuestion(id or str(line), asked, line=line, title=title, category=category)
    return _keyed(question, (answers if feedback < 0 else answers[:feedback]).strip(), form)


def _opens_again(mask: str) -> bool:
    """Return whether a `{` follows where all that were open are closed."""
    depth = blocks = 0
    for brace in re.findall("[{}]", mask):
        blocks += brace == "{" and not depth
        depth = depth + 1 if brace == "{" else max(0, depth - 1)
    return blocks > 1


def _finished(block: _Block, category: str) -> Rows:
    if block.characters > MAX_BLOCK_CHARACTERS:
        yield BadRow(block.line, f"longer than {MAX_BLOCK_CHARACTERS:,} characters; set questions apart by blank lines")
    elif block.lines:
        try:
            question = parse_gift("\n".join(block.lines), block.line, block.id, category)
        except ValueError as error:
            yield BadRow(block.line, str(error))
            return
        if question:
            yield question


def _keyed(question: QuizQuestion, answers: str, form: str) -> QuizQuestion:
    """Return the question with the kind, choices and key of its answers."""
    mask = _mask(answers)
    truth = _TRUTH.fullmatch(mask)
    if not answers:
        return question
    if answers.startswith("#"):
        return _numeric(question, _options(answers[1:]))
    if truth:
        gold = "supported" if truth[1].upper().startswith("T") else "contradicted"
        return replace(question, type="true_false", gold=gold)
    options = _options(answers)
    if options[0].sign == "":
        raise ValueError(f"the answers begin with {answers[:20]!r}, not with one of = ~ # TRUE FALSE")
    if "~" in mask:
        return _choice(question, options, form)
    if len(options) > 1 and all("->" in option.text for option in options):
        raise ValueError("a matching question (->) cannot be answered; write one question for each pair")
    return _short(question, options, form)


def _choice(question: QuizQuestion, options: Sequence[_Option], form: str) -> QuizQuestion:
    shown = [(option, _text(option.text, form)) for option in options]
    for option, text in shown:
        refuse_picture(option.text, text)
    shown = [(option, text) for option, text in shown if text]
    choices = tuple(text for _, text in shown)
    full = tuple(place for place, (option, _) in enumerate(shown) if option.weight >= FULL)
    some = full or tuple(place for place, (option, _) in enumerate(shown) if option.weight > 0)
    if are_true_and_false(choices) and len(some) < 2:
        return replace(question, type="true_false", gold=verdict_of(choices[some[0]]) if some else None)
    gold = None if not some else some[0] if len(some) == 1 else some
    several = bool(some) and all(option.sign == "~" for option in options)  # weights alone: check boxes
    any_right = len(full) > 1 and not several
    return replace(question, type="multiple_choice", choices=choices, gold=gold, any_right=any_right, several=several)


def _short(question: QuizQuestion, options: Sequence[_Option], form: str) -> QuizQuestion:
    best = max(option.weight for option in options)
    texts = [_text(option.text, form) for option in options if option.weight == best > 0]
    kept = [text for text in dict.fromkeys(texts) if text.strip("*")]
    kind: QuestionType = "fill_in" if has_blank(question.question) else "open"
    return replace(question, type=kind, gold=kept[0] if kept else None, accepted=tuple(kept[1:]))


def _numeric(question: QuizQuestion, options: Sequence[_Option]) -> QuizQuestion:
    given = [option for option in options if option.sign != "~" and option.text.strip()]
    best = max((option.weight for option in given), default=0.0)
    read = [_number(_text(option.text, "plain")) for option in given if option.weight == best > 0]
    if not read:
        return replace(question, type="numeric")
    if len(read) == 1:
        return replace(question, type="numeric", gold=read[0][0], tolerance=float(read[0][1]))
    ranges = [widened(key, tolerance) for key, tolerance in read]
    return replace(question, type="numeric", gold=ranges[0], accepted=tuple(ranges[1:]))


def _number(text: str) -> tuple[str, Decimal]:
    """Return key and tolerance of `1822:5`, `1822` or `3.1..3.2`."""
    key, colon, off = (part.strip() for part in text.partition(":"))
    tolerance = number_of(off) if colon else Decimal(0)
    if bounds(key) is None or tolerance is None:
        raise ValueError(f"{text!r} is not a number (5), a number with a tolerance (5:1) or a range (4..6)")
    return key, abs(tolerance)


def _options(answers: str) -> list[_Option]:
    """Split answers at their signs; feedback after `#` is cut off."""
    mask = _mask(answers)
    cuts = [match.start() for match in re.finditer("[=~]", mask)]
    options = []
    for start, end in zip([-1, *cuts], [*cuts, len(answers)], strict=True):
        sign = answers[start] if start >= 0 else ""
        body = answers[start + 1 : end]
        feedback = mask.find("#", start + 1, end)
        body = body if feedback < 0 else answers[start + 1 : feedback]
        if not sign and not body.strip():
            continue
        weight = _WEIGHT.match(body)
        text = body[weight.end() :] if weight else body
        options.append(_Option(sign, float(weight[1]) if weight else 0.0 if sign == "~" else FULL, text))
    return options


def _title(text: str) -> tuple[str, str]:
    """Return the title between `::` and the rest."""
    end = _mask(text).find("::", 2) if text.startswith("::") else -1
    return (_text(text[2:end], "plain"), text[end + 2 :]) if end >= 0 else ("", text)


def _format(text: str) -> tuple[str, str]:
    named = _FORMAT.match(text)
    return (named[1].lower(), text[named.end() :]) if named else ("", text)


def _leaves_blank(head: str, tail: str) -> bool:
    """Return whether the answers stand where a word is missing, not after the whole question."""
    rest = tail.strip()
    return bool(rest) and (any(c.isalnum() for c in rest) or head.rstrip()[-1:] not in (".", "?", "!", ":"))


def _text(raw: str, form: str) -> str:
    own, rest = _format(raw)
    unwrapped = " ".join(line.strip(" \t") for line in rest.strip().split("\n"))
    text = _UNESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], unwrapped)
    form = own or form
    if form == "html" or (form in ("", "moodle") and looks_marked_up(text)):
        return plain_text(text)
    return text.strip()


def _mask(text: str) -> str:
    """Return `text` with every escaped character and its backslash hidden, of the same length."""
    return _ESCAPED.sub("\0\0", text)
