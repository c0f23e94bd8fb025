"""Training rows of the verifier: statements judged against a passage, read or made from the reader's rows.

Made rows: a question with its answer, or with another answer of the same passage, as a statement; and a sentence of
a passage as it stands, or with roles, names, numbers or polarity changed. Quizzes lie in these ways.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import DatasetError
from index.sentences import sentence_spans
from qa.matching import normalize
from qa.quiz.statements import statement
from qa.training.facts import changed_fact
from qa.training.rows import Row
from qa.training.wording import nickname

SUPPORTED, CONTRADICTED, NOT_STATED, NOT_SUPPORTED = range(4)
LABELS = {
    "entailment": SUPPORTED,
    "contradiction": CONTRADICTED,
    "neutral": NOT_STATED,
    "not_entailment": NOT_SUPPORTED,  # contradicted or not stated
}
# Terms against commercial use (ANLI, MCTest), other tasks in disguise (curriculum_*), picture captions (MPE).
LEFT_OUT = frozenset(("anli", "mctest_statements", "curriculum_ester", "curriculum_drop", "mpe"))
MAX_CHARACTERS = 1100
QUESTION_ROWS = 14_000
SENTENCE_ROWS = 8_000
SOURCES = ("squad_train", "squadshifts_new_wiki", "nq_oracle")  # edited questions on edited paragraphs
STRANGER_SHARE = 0.15
NICKNAME_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement on a passage with its label (`LABELS`)."""

    source: str
    statement: str
    passage: str
    label: int


def read_judged(path: Path) -> Iterator[Judged]:
    """Yield the rows of a file of the verifier data, without the sources left out and very long passages.

    Raises:
        DatasetError: the file is missing, or a row is not in the format.
    """
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; name the folder that holds the verifier data")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                made = Judged(str(row["source"]), str(row["hypothesis"]), str(row["premise"]), LABELS[row["label"]])
            except (ValueError, KeyError, TypeError) as error:
                raise DatasetError(f"{path}:{number}: not a row of verifier data ({error})") from error
            if made.source not in LEFT_OUT and len(made.passage) <= MAX_CHARACTERS:
                yield made


def build_judged(read: Iterable[Judged], rows: Sequence[Row], seed: int, share: float = 1.0) -> list[Judged]:
    """Return the shuffled training rows: those read and those made from reader rows; the same seed, the same list.

    `share`, in (0, 1], of the rows read is used, and of the usual number of rows is made.
    """
    chance = random.Random(seed)
    everything = list(read)
    judged = chance.sample(everything, round(len(everything) * share))
    edited = [row for row in rows if row.source.startswith(SOURCES)]
    judged += from_questions(edited, chance, round(QUESTION_ROWS * share))
    judged += from_sentences(rows, chance, round(SENTENCE_ROWS * share))
    chance.shuffle(judged)
    return [_renamed(row, chance) for row in judged]


def _renamed(row: Judged, chance: random.Random) -> Judged:
    """Call countries by nicknames at times, as people do ("Moscow"); what is said stays the same."""
    return replace(row, statement=nickname(row.statement, chance)) if chance.random() < NICKNAME_SHARE else row


def from_questions(rows: Sequence[Row], chance: random.Random, count: int) -> list[Judged]:
    """Make statements of questions: with their answer, with another answer of the passage, on another passage."""
    by_context: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.span:
            by_context[row.context].append(row)
    groups = [group for group in by_context.values() if len(group) > 1]
    chance.shuffle(groups)
    made: list[Judged] = []
    for number, group in enumerate(groups):
        for row in group[:4]:
            if len(made) >= count:
                return made
            other = groups[number - 1][0].context
            made += _of_question(row, group, other, chance)
    return made


def _of_question(row: Row, group: Sequence[Row], stranger: str, chance: random.Random) -> list[Judged]:
    start, end = row.span or (0, 0)
    gold = row.context[start:end]
    made = [Judged("questions", statement(row.question, gold), _around(row.context, start, end, chance), SUPPORTED)]
    wrong = _other_answer(row, group, chance)
    if wrong:
        # Half of the passages are about the true answer, half about the distractor.
        at = chance.choice(((start, end), wrong))
        lie = statement(row.question, row.context[slice(*wrong)])
        made.append(Judged("questions", lie, _around(row.context, *at, chance), NOT_SUPPORTED))
    if chance.random() < STRANGER_SHARE and normalize(gold) not in normalize(stranger):
        at = (0, min(len(stranger), 200))
        made.append(Judged("questions", statement(row.question, gold), _around(stranger, *at, chance), NOT_STATED))
    return made


def _other_answer(row: Row, group: Sequence[Row], chance: random.Random) -> tuple[int, int] | None:
    """Return another question's span in the passage, of the same shape if there is one, that shares no word."""
    golds = {word for text, _ in row.answers for word in normalize(text).split()}
    spans = [other.span for other in group if other is not row and other.span]
    apart = [span for span in spans if not golds & set(normalize(row.context[slice(*span)]).split())]
    start, end = row.span or (0, 0)
    alike = [span for span in apart if _shape(row.context[slice(*span)]) == _shape(row.context[start:end])]
    return chance.choice(alike or apart) if apart else None


def _shape(text: str) -> str:
    return "number" if re.search(r"\d", text) else "name" if text[:1].isupper() else "words"


def _around(context: str, start: int, end: int, chance: random.Random) -> str:
    """Return whole sentences around `[start, end)`, of one sentence to about 130 words."""
    sentences = sentence_spans(context)
    holding = [i for i, (s, e) in enumerate(sentences) if s < end and e > start]
    if not holding:
        return context
    first, last = holding[0], holding[-1]
    room = chance.choice((0, 250, 450, 800))
    while True:
        grown = [
            (f, t)
            for f, t in ((first - 1, last), (first, last + 1))
            if f >= 0 and t < len(sentences) and sentences[t][1] - sentences[f][0] <= room
        ]
        if not grown:
            return context[sentences[first][0] : sentences[last][1]]
        first, last = chance.choice(grown)


def with_changed_facts(statements: Sequence[Judged], chance: random.Random, count: int) -> list[Judged]:
    """Make false statements of supported ones: one fact of each is changed, in turn until there are `count`."""
    supported = [one for one in statements if one.label == SUPPORTED]
    made: set[Judged] = set()
    for one in chance.sample(supported, len(supported)) * 2:
        if len(made) >= count:
            break
        changed = changed_fact(one.statement, one.passage, chance)
        if changed:
            made.add(replace(one, source="changed", statement=changed, label=NOT_SUPPORTED))
    return sorted(made, key=lambda one: (one.passage, one.statement))


def from_sentences(rows: Sequence[Row], chance: random.Random, count: int) -> list[Judged]:
    """Make statements of sentences: as they stand, and with one fact changed, each beside its neighbours."""
    contexts = sorted({row.context for row in rows if row.source.startswith(SOURCES)})
    chance.shuffle(contexts)
    made: list[Judged] = []
    for context in contexts:
        if len(made) >= count:
            break
        spans = [span for span in sentence_spans(context) if 40 <= span[1] - span[0] <= 260]
        for start, end in chance.sample(spans, min(2, len(spans))):
            sentence = context[start:end]
            changed = changed_fact(sentence, context, chance)
            if changed:
                passage = _around(context, start, end, chance)
                made.append(Judged("sentences", changed, passage, NOT_SUPPORTED))
                if chance.random() < 0.6:
                    made.append(Judged("sentences", sentence, passage, SUPPORTED))
    return made
