"""Our own questions: no fact in two splits, every gold answer verbatim where it is said to stand, enough of each."""

from collections import Counter
from pathlib import Path

import pytest

from eval.dataset import Dataset, check_places, load_items
from eval.formats import dataset_format
from eval.quiz_dataset import load_quiz
from eval.rows import parse_rows, read_file
from index.loading import load_article
from qa.answer import QuizQuestion
from qa.matching import normalize
from qa.opening import builtin_article

DATA = Path(__file__).resolve().parents[1] / "eval" / "data"
FILES = sorted(DATA.glob("*.jsonl"))
SPLITS = ("dev", "test")


def split_of(path: Path) -> str:
    (split,) = set(SPLITS) & set(path.stem.replace("-", ".").replace("_", ".").split("."))
    return split


def rows(path: Path) -> list[dict[str, object]]:
    return parse_rows(read_file(path), lambda row, line: row)


def on_the_real_article(path: Path) -> bool:
    return path.name.startswith("article")


def on_the_briefing() -> list[Path]:
    return [path for path in FILES if not on_the_real_article(path)]


def questions() -> list[Dataset]:
    return [load_items(path) for path in on_the_briefing() if dataset_format(path) == "questions"]


def quizzes() -> list[QuizQuestion]:
    return [q for path in on_the_briefing() if dataset_format(path) == "quiz" for q in load_quiz(path).questions]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_in_its_format_and_of_one_split(path: Path) -> None:
    assert split_of(path) in SPLITS
    assert load_quiz(path).questions if dataset_format(path) == "quiz" else load_items(path).items


@pytest.mark.parametrize("real", [True, False], ids=["article", "briefing"])
def test_no_fact_is_in_both_splits(real: bool) -> None:
    facts: dict[str, set[str]] = {split: set() for split in SPLITS}
    for path in FILES:
        if on_the_real_article(path) == real:
            facts[split_of(path)] |= {str(row["fact"]) for row in rows(path)}
    assert facts["dev"]
    assert not facts["dev"] & facts["test"]


def test_no_gold_answer_stands_at_the_same_place_in_both_splits() -> None:
    """Facts are slugs that we chose; this finds one fact under two slugs."""
    golds: dict[str, set[tuple[str, str]]] = {split: set() for split in SPLITS}
    for path in on_the_briefing():
        if dataset_format(path) == "questions":
            for item in load_items(path).items:
                texts = {normalize(text) for text in (*item.answers, *item.parts)}
                golds[split_of(path)] |= {(text, place) for text in texts for place in item.places}
    assert golds["dev"]
    assert not golds["dev"] & golds["test"]


def test_quiz_items_to_learn_from_tell_nothing_of_the_test_parts() -> None:
    """The briefing carries the facts of the real article, so its test facts are left out of the article's quiz too."""
    tested = {str(row["fact"]) for path in FILES if split_of(path) == "test" for row in rows(path)}
    learned = {str(row["fact"]) for path in FILES if path.name.endswith("quiz.dev.jsonl") for row in rows(path)}
    assert learned
    assert not learned & tested


def test_golds_on_the_real_article_are_a_few_words() -> None:
    for row in rows(DATA / "article.dev.jsonl"):
        golds = [*row.get("answers", ()), *row.get("parts", ())]  # type: ignore[misc]
        assert all(len(gold.split()) <= 6 for gold in golds), row["id"]


def test_ids_are_unique_over_all_files() -> None:
    counts = Counter(str(row["id"]) for path in FILES for row in rows(path))
    assert [id for id, count in counts.items() if count > 1] == []


def test_no_question_is_asked_twice() -> None:
    asked = Counter(
        (" ".join(str(row["question"]).lower().split()), str(row.get("history", "")), str(row.get("choices", "")))
        for path in FILES
        for row in rows(path)
    )
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_answer_stands_in_its_paragraph_of_the_briefing() -> None:
    article = load_article(builtin_article())
    for dataset in questions():
        check_places(dataset, article)
        for item in dataset.items:
            assert item.places or not item.answerable, f"{item.id} names no place"
            texts = [block.text for block in article.paragraphs if block.label in item.places]
            for text in (*item.answers, *item.parts):
                assert any(text in block for block in texts), f"{item.id}: {text!r} is not in {sorted(item.places)}"


def test_every_answer_stands_in_its_paragraph_of_the_real_article(real_article: Path) -> None:
    article = load_article(real_article)
    for path in FILES:
        if on_the_real_article(path) and dataset_format(path) == "questions":
            check_places(load_items(path), article)


def test_quiz_items_on_the_real_article_do_not_quote_it(real_article: Path) -> None:
    words = " ".join(normalize(load_article(real_article).text).split())
    for question in (q for split in SPLITS for q in load_quiz(DATA / f"article-quiz.{split}.jsonl").questions):
        for text in (question.question, *question.choices):
            said = normalize(text).split()
            runs = [" ".join(said[at : at + 7]) for at in range(len(said) - 6)]
            assert not [run for run in runs if run in words], question.id


def test_there_is_enough_of_each() -> None:
    items = [item for dataset in questions() for item in dataset.items]
    alone = [item for item in items if not item.history]
    assert sum(item.answerable for item in alone) >= 120
    assert sum(not item.answerable for item in alone) >= 80
    assert sum(bool(item.history) for item in items) >= 40
    assert len(quizzes()) >= 60


def test_choices_and_verdicts_are_balanced() -> None:
    """No key may be guessed from its place: no choice or verdict is the key more often than twice its share."""
    choices = [q for q in quizzes() if q.type == "multiple_choice"]
    verdicts = [q for q in quizzes() if q.type == "true_false"]
    for keyed, kinds in ((choices, max((len(q.choices) for q in choices), default=1)), (verdicts, 3)):
        most = max(Counter(q.gold for q in keyed).values(), default=0)
        assert most <= 2 * max(len(keyed), 1) / kinds
