"""A whole file answered: bad rows, resuming after a kill, same bytes, constant memory."""

import json
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_quiz import QuickAssistant, written

from index.errors import QuizFileError
from qa.answer import QuizQuestion
from qa.contract import Record
from qa.quiz.answering import AnswersQuiz
from qa.quiz.answers import part_path, write_answers
from qa.quiz.rows import BadRow
from qa.quiz.run import answer_file, check_output, look_through


def many(path: Path, count: int) -> Path:
    return written(path, "".join(f"Who built tower {n}?\n" for n in range(count)))


def answer(path: Path, output: Path, resume: bool = False) -> list[Record]:
    answer_file(QuickAssistant(), look_through(path), output, resume=resume)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_answers_in_order_and_the_same_bytes(tmp_path: Path) -> None:
    path, output = written(tmp_path / "q.txt", "Who?\nWhich football club?\nWhy?"), tmp_path / "a.jsonl"
    summary, scores = answer_file(QuickAssistant(), look_through(path), output)
    first = output.read_bytes()
    assert (summary.answered, summary.abstained, summary.failed, summary.resumed) == (2, 1, 0, 0)
    assert scores.kinds == {}
    assert [json.loads(line)["id"] for line in first.splitlines()] == ["1", "2", "3"]
    assert json.loads(first.splitlines()[0])["seconds"] is None
    assert not part_path(output).exists()
    answer(path, output)
    assert output.read_bytes() == first


def test_bad_rows_are_reported_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    path, output = written(tmp_path / "q.jsonl", '{"question": "Who?"}\n[]\n{"question": "Why?"}\n{'), tmp_path / "a"
    reported: list[BadRow] = []
    quiz = look_through(path, report=reported.append)
    assert [row.line for row in reported] == [2, 4]
    summary, _ = answer_file(QuickAssistant(), quiz, output)
    assert (summary.answered, summary.failed) == (2, 2)
    assert len(output.read_text().splitlines()) == 2
    with pytest.raises(QuizFileError, match=r"2 bad rows, nothing was answered: line 2: .*; line 4: "):
        look_through(path, strict=True)
    with pytest.raises(QuizFileError, match="1 bad row, nothing"):
        look_through(written(path, "["), "jsonl")


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    count = 120
    path, output = many(tmp_path / "q.txt", count), tmp_path / "a.jsonl"
    whole = tmp_path / "whole.jsonl"
    answer(path, whole)
    command = [sys.executable, str(Path(__file__).with_name("small_quiz.py")), str(path), str(output), "--resume"]
    killed = 0
    for _ in range(3):
        process = subprocess.Popen(command, cwd=Path(__file__).parents[1], env={"PYTHONPATH": "."})
        before, deadline = lines(part_path(output)), time.monotonic() + 30
        while process.poll() is None and lines(part_path(output)) < before + 15 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed == 3
    assert not output.exists()
    done = lines(part_path(output))
    assert 45 <= done < count
    with part_path(output).open("ab") as file:
        file.write(b'{"id": "torn by a cra')
    assistant = QuickAssistant()
    summary, _ = answer_file(assistant, look_through(path), output, resume=True)
    assert (summary.resumed, len(assistant.asked)) == (done, count - done)
    assert output.read_bytes() == whole.read_bytes()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_nothing_is_resumed_that_belongs_elsewhere(tmp_path: Path) -> None:
    path, output = many(tmp_path / "q.txt", 3), tmp_path / "a.jsonl"
    records = answer(path, output)
    part = part_path(output)
    written(part, json.dumps(records[0] | {"question": "Who else?"}) + "\n")
    with pytest.raises(QuizFileError, match=r"part line 1 answers '1' .* without --resume"):
        answer(path, output, resume=True)
    written(part, json.dumps(records[0] | {"article": {"fingerprint": "f"}}) + "\n")
    with pytest.raises(QuizFileError, match="another article"):
        answer(path, output, resume=True)
    written(part, "".join(json.dumps(record) + "\n" for record in [*records, records[0]]))
    with pytest.raises(QuizFileError, match="has the end"):
        answer(path, output, resume=True)
    assert answer(path, output) == records  # without --resume it begins anew


def test_nothing_is_resumed_with_other_settings(tmp_path: Path) -> None:
    path, output = many(tmp_path / "q.txt", 3), tmp_path / "a.md"
    questions = [QuizQuestion(str(n), f"Who built tower {n - 1}?") for n in (1, 2, 3)]
    part = part_path(output)
    write_answers(QuickAssistant(), questions[:2], part, settings="reader small")
    with pytest.raises(QuizFileError, match=r"begun with reader small, not with reader large.* without --resume"):
        answer_file(QuickAssistant(), look_through(path), output, resume=True, settings="reader large")
    assistant = QuickAssistant()
    summary, _ = answer_file(assistant, look_through(path), output, resume=True, settings="reader small")
    assert (summary.resumed, len(assistant.asked)) == (2, 1)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.md", "q.txt"]


def test_resuming_what_is_complete_asks_nothing(tmp_path: Path) -> None:
    path, output = many(tmp_path / "q.txt", 3), tmp_path / "a.csv"
    write_answers(
        QuickAssistant(), [QuizQuestion(str(n), f"Who built tower {n - 1}?") for n in (1, 2, 3)], part_path(output)
    )
    assistant = QuickAssistant()
    answer_file(assistant, look_through(path), output, "csv", resume=True)
    assert assistant.asked == []
    assert output.read_text(encoding="utf-8").count("Tobias Kell") == 6


def test_an_output_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    path = many(tmp_path / "q.txt", 1)
    for output, part in ((path, "overwrite"), (tmp_path, "folder"), (tmp_path / "no" / "a.csv", "No such file")):
        with pytest.raises(QuizFileError, match=part):
            check_output(path, output)
    check_output(path, tmp_path / "a.csv")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["q.txt"]


def test_memory_is_constant_at_100_000_questions(tmp_path: Path) -> None:
    assistant, part = QuickAssistant(), tmp_path / "a.part"

    def questions() -> Iterator[QuizQuestion]:
        return (QuizQuestion(str(n), "Who?") for n in range(100_000))

    def quick(_: AnswersQuiz, question: QuizQuestion) -> Record:
        return {"id": question.id, "answer": None}

    tracemalloc.start()
    write_answers(assistant, questions(), part, answer=quick)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines(part) == 100_000
    assert peak < 1_000_000
