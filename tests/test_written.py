"""The questions and statements written for training: their files, and how they find their passages."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from index.errors import DatasetError
from qa.answer import VERDICTS
from qa.training.rows import Row, read_rows
from qa.training.selection import selected_rows
from qa.training.verifier_rows import CONTRADICTED, NOT_STATED, SUPPORTED
from qa.training.verifier_steps import DEV_PASSAGES
from qa.training.written import (
    DEV_STATEMENTS,
    FOLDER,
    QUESTIONS,
    STATEMENTS,
    passage_key,
    written_rows,
    written_statements,
)

PASSAGE = "The mill of Birk was sold to Ada Finch. Ada Finch closed it in 1911."


def put(folder: Path, name: str, *records: dict[str, object]) -> None:
    (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def test_written_rows_find_their_passages(tmp_path: Path) -> None:
    rows = [Row("a", "s", PASSAGE, "Who?", (("Ada Finch", 29),)), Row("b", "s", "Other.", "What?", ())]
    key = passage_key(PASSAGE)
    put(
        tmp_path,
        QUESTIONS,
        {"passage": key, "question": "Who shut the works?", "answer": "Ada Finch", "start": 40},
        {"passage": key, "question": "Who sold the works?"},
    )
    first, second = written_rows(rows, tmp_path)
    assert (first.context, first.span, first.source) == (PASSAGE, (40, 49), "written")
    assert second.span is None
    put(tmp_path, STATEMENTS, {"passage": key, "statement": "The works stood idle.", "verdict": "not_stated"})
    (statement,) = written_statements(rows, tmp_path)
    assert (statement.passage, VERDICTS[statement.label]) == (PASSAGE, "not_stated")

    with pytest.raises(DatasetError, match=r"questions\.jsonl:1: the reader data lacks the passage"):
        written_rows(rows[1:], tmp_path)
    put(tmp_path, QUESTIONS, {"passage": key, "question": "Who?", "answer": "Ada Finch", "start": 41})
    with pytest.raises(DatasetError, match="does not stand at 41"):
        written_rows(rows, tmp_path)
    with pytest.raises(DatasetError, match="is missing"):
        written_rows(rows, tmp_path / "none")


def test_every_passage_has_questions_that_it_answers_and_that_it_does_not_and_all_verdicts() -> None:
    answered: dict[str, Counter[bool]] = defaultdict(Counter)
    for line in (FOLDER / QUESTIONS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        assert record["question"].strip() == record["question"] != ""
        answered[record["passage"]][bool(record.get("answer"))] += 1
        assert len(record.get("answer", "").split()) <= 25, "an answer is a span, not a sentence of the passage"
    assert all(counts == {True: 3, False: 2} for counts in answered.values())
    verdicts: dict[str, set[str]] = defaultdict(set)
    for line in (FOLDER / STATEMENTS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        verdicts[record["passage"]].add(record["verdict"])
    assert all(verdicts[passage] == set(VERDICTS) for passage in answered)
    assert all("contradicted" in found for found in verdicts.values())


def test_no_passage_is_both_trained_on_and_chosen_by() -> None:
    files = (FOLDER / name for name in (QUESTIONS, STATEMENTS, DEV_STATEMENTS))
    questions, statements, dev = (
        Counter(json.loads(line)["passage"] for line in path.read_text(encoding="utf-8").splitlines()) for path in files
    )
    assert set(dev.values()) == {7}
    assert not dev.keys() & (questions.keys() | statements.keys())


def test_written_answers_stand_in_the_reader_data(reader_data: Path) -> None:
    rows = list(read_rows(reader_data / "train.jsonl.gz"))
    found = written_rows(rows)
    assert all(row.context[slice(*row.span)] == row.answers[0][0] for row in found if row.span)
    assert len(written_statements(rows)) == len((FOLDER / STATEMENTS).read_text(encoding="utf-8").splitlines())
    dev = written_statements(read_rows(reader_data / DEV_PASSAGES), name=DEV_STATEMENTS)
    assert Counter(row.label for row in dev) == {SUPPORTED: 540, CONTRADICTED: 540, NOT_STATED: 180}
    assert selected_rows(rows, seed=1, limit=1, written=1, written_skip=5)[1:] == found[5:]
