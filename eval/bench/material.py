"""What is asked in the benchmark: the article, the questions, the same questions typed in other ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eval.dataset import Item, load_items
from qa.answer import QuizQuestion
from qa.opening import builtin_article

_TYPED = ("{}", "Please tell me: {}", "{} Answer from the article.", "I would like to know: {}", "Quick one: {}")


@dataclass(frozen=True, slots=True)
class Material:
    """An article file and development questions on it, none of them a follow-up."""

    article: Path
    questions: tuple[str, ...]


def material(article: Path | None, questions: Path | None) -> Material:
    """Return the built-in briefing with its development questions, or the files given."""
    items: tuple[Item, ...] = load_items(questions or Path(str(files("eval") / "data" / "briefing.dev.jsonl"))).items
    return Material(article or builtin_article(), tuple(item.question for item in items if not item.history))


def different(questions: tuple[str, ...], count: int) -> Iterator[QuizQuestion]:
    """Yield `count` questions of which no two are the same: typed in several ways, then numbered."""
    for number in range(count):
        round_number, place = divmod(number, len(questions))
        text = _TYPED[round_number % len(_TYPED)].format(questions[place])
        rest = round_number // len(_TYPED)
        yield QuizQuestion(str(number + 1), f"{text} ({rest})" if rest else text)
