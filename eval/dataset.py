"""Evaluation questions in our format: JSON Lines, one question a line (described in eval/README.md)."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from eval.rows import Fields, dataset_error, parse_rows, read_file, sampled
from index.article import Article, BlockKind
from qa.answer import Turn

_LABELS = frozenset(get_args(BlockKind))


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its gold: answers (none: the article does not say) and where they stand.

    `fact` names what the question is about, so that no fact is asked both in dev and test; `parts` are
    the items of an enumeration; `standalone` is a follow-up written out.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    paragraphs: tuple[int, ...]
    kind: str
    fact: str = ""
    parts: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    label: str | None = None
    standalone: str | None = None
    line: int = 0

    @property
    def answerable(self) -> bool:
        """Whether the article answers it."""
        return bool(self.answers)

    @property
    def places(self) -> frozenset[str]:
        """The gold blocks as citations name them: `¶7`, or a label as `footnote`."""
        return frozenset([f"¶{number}" for number in self.paragraphs] + ([self.label] if self.label else []))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions of one file; `article` only where the file brings its own (SQuAD)."""

    name: str
    sha256: str
    items: tuple[Item, ...]
    article: Article | None = None

    def sample(self, count: int, seed: int = 0) -> "Dataset":
        """Return a seeded sample of the questions, in their order; the name says so, the article stays whole."""
        if count >= len(self.items):
            return self
        name = f"{self.name} (sample of {count}, seed {seed})"
        return replace(self, name=name, items=sampled(self.items, count, seed))


def load_items(path: Path) -> Dataset:
    """Read questions in our format; blank lines are passed over.

    Raises:
        DatasetError: it cannot be read, or rows are bad: the message lists them by line.
    """
    file = read_file(path)
    return Dataset(file.name, file.sha256, tuple(parse_rows(file, parse_item)))


def parse_item(row: dict[str, Any], line: int) -> Item:
    """Return the question of one row.

    Raises:
        ValueError: the row is not in the format; the message names every wrong field.
    """
    fields = Fields(row)
    answers = fields.texts("answers")
    answerable = row.get("answerable", bool(answers))
    if not isinstance(answerable, bool):
        fields.wrong('"answerable" is neither true nor false')
    elif answerable != bool(answers):
        fields.wrong('"answerable" is true and "answers" empty' if answerable else 'not answerable, but has "answers"')
    kind = fields.text("kind", default="answerable" if answers else "unanswerable")
    label = fields.text("label", default="") or None
    if label is not None and label not in _LABELS:
        fields.wrong(f'"label" is {label!r}, not one of {", ".join(sorted(_LABELS))}')
    item = Item(
        id=fields.id(line),
        question=fields.question(),
        answers=answers,
        paragraphs=fields.paragraphs(),
        kind=kind,
        fact=fields.text("fact", default=""),
        parts=fields.texts("parts"),
        history=fields.history(),
        label=label,
        standalone=fields.text("standalone", default="") or None,
        line=line,
    )
    fields.check()
    return item


def check_places(dataset: Dataset, article: Article) -> None:
    """Check that every gold block is in the article and holds the answers said to be there.

    Raises:
        DatasetError: it lists the rows whose gold is not in this article.
    """
    blocks: dict[str, list[str]] = {}
    for block in article.paragraphs:
        blocks.setdefault(block.label, []).append(block.text)
    problems = []
    for item in dataset.items:
        missing = sorted(item.places - blocks.keys())
        texts = [text for place in item.places for text in blocks.get(place, [])]
        astray = [answer for answer in item.answers if item.places and not any(answer in text for text in texts)]
        if missing:
            problems.append(f"line {item.line}: the article has no {', '.join(missing)}")
        elif astray:
            problems.append(f"line {item.line}: {astray[0]!r} does not stand in {', '.join(sorted(item.places))}")
    if problems:
        raise dataset_error(
            dataset.name, problems, f"does not fit the article {article.title!r}; name its own --article"
        )
