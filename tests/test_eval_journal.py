"""An interrupted run: nothing asked is lost, and it goes on where it stopped."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from small_models import small_assistant

from eval.dataset import Dataset, Item
from eval.journal import Journal
from eval.record import Record
from eval.run import Conditions, evaluate
from index.article import Article
from index.errors import DatasetError
from qa.answer import Answer, Turn

ITEMS = tuple(Item(f"q{n}", f"Who lit a fire on the rocks, {n}?", ("Maria Sund",), (2,), "who") for n in range(6))
DATASET = Dataset("small.jsonl", "d" * 64, ITEMS)


class Stopping:
    """Is interrupted at a question, and counts what it is asked."""

    def __init__(self, at: str = "") -> None:
        self._inner = small_assistant()
        self._at = at
        self.asked: list[str] = []

    @property
    def article(self) -> Article:
        return self._inner.article

    def ask(self, question: str, history: Sequence[Turn] = (), within: frozenset[int] | None = None) -> Answer:
        if question == self._at:
            raise KeyboardInterrupt
        self.asked.append(question)
        return self._inner.ask(question, history, within)


def conditions(path: Path, resume: bool = False, **more: str) -> Conditions:
    return Conditions(settings=more, ceilings=False, journal=Journal(path, resume))


def untimed(records: Sequence[Record]) -> list[Record]:
    return [replace(record, seconds=0.0) for record in records]


def stopped(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate(Stopping(ITEMS[4].question), DATASET, conditions(path))


def test_an_interrupted_run_goes_on_and_gives_the_same_report(tmp_path: Path) -> None:
    whole = evaluate(small_assistant(), DATASET, Conditions(ceilings=False))
    path = tmp_path / "new" / "report.part.jsonl"
    stopped(path)
    assert len(path.read_text().splitlines()) == 1 + 4
    rest = Stopping()
    seen: list[tuple[int, int]] = []
    chosen = replace(conditions(path, resume=True), progress=lambda done, total: seen.append((done, total)))
    resumed = evaluate(rest, DATASET, chosen)
    assert rest.asked == [ITEMS[0].question, ITEMS[4].question, ITEMS[5].question]  # the first warms the models up
    assert seen[0] == (4, 6)
    assert untimed(resumed.records) == untimed(whole.records)
    keys = [figure.key for figure in whole.figures if figure.unit == "%"]
    assert [resumed.figure(key) for key in keys] == [whole.figure(key) for key in keys]


def test_a_torn_or_damaged_line_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "report.part.jsonl"
    for damage in ('{"id": "q4", "ki', "[1]\n", "null\n", "{}\n", '{"id": "q4"}\n', '{"id": "q9"}\n'):
        stopped(path)
        with path.open("a") as file:
            file.write(damage)
        assistant = Stopping()
        report = evaluate(assistant, DATASET, conditions(path, resume=True))
        assert [record.id for record in report.records] == [item.id for item in ITEMS]
        assert len(assistant.asked) == 1 + 2
        assert len(path.read_text().splitlines()) == 1 + 6


def test_only_the_same_run_is_resumed(tmp_path: Path) -> None:
    path = tmp_path / "report.part.jsonl"
    stopped(path)
    for dataset, more in ((replace(DATASET, sha256="e" * 64), {}), (DATASET, {"top-k": "3"})):
        with pytest.raises(DatasetError, match="another run"):
            evaluate(small_assistant(), dataset, conditions(path, resume=True, **more))
    assert len(path.read_text().splitlines()) == 1 + 4, "what was not resumed must not be lost"
    assistant = Stopping()
    evaluate(assistant, DATASET, conditions(path))  # without resume: from the start
    assert len(assistant.asked) == 1 + 6
    assert json.loads(path.read_text().splitlines()[1])["id"] == "q0"


def test_a_folder_that_cannot_be_written_is_said_before_asking(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="cannot write"):
        evaluate(small_assistant(), DATASET, conditions(tmp_path / "file" / "report.part.jsonl"))
