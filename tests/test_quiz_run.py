"""A whole file answered: bad rows, resuming after a kill, same bytes, constant memory."""

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_judge import small_quiz_assistant
from small_models import small_article
from small_quiz import QuickAssistant, written

from index.errors import QuizFileError
from qa.answer import Answer, QuizQuestion, Turn
from qa.contract import Record
from qa.quiz.answering import AnswersQuiz
from qa.quiz.answers import read_answers, write_answers
from qa.quiz.output_file import part_path
from qa.quiz.reading import read_questions
from qa.quiz.rows import BadRow
from qa.quiz.run import answer_file, check_output, look_through, questions_of


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


@pytest.mark.parametrize(("keys", "two_way"), [("TFT", True), ("TFN", False)])
def test_not_stated_counts_as_false_where_it_is_no_key(tmp_path: Path, keys: str, two_way: bool) -> None:
    words = {"T": "true", "F": "false", "N": "not given"}
    rows = [{"question": f"Tower {n} is tall.", "type": "true_false", "gold": words[key]} for n, key in enumerate(keys)]
    quiz = look_through(written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, rows))))
    assert [question.two_way for question in questions_of(quiz)] == [two_way] * 3


@pytest.mark.parametrize("kind", ["open", "fill_in", "numeric"])
def test_what_is_too_long_only_with_its_blanks_filled_is_a_bad_row(tmp_path: Path, kind: str) -> None:
    """The error came from the middle of a batch, and ended it at the same row each time."""
    longest = "___ " * 6 + "lamp " * 194 + "x"
    rows = [{"question": text, "type": kind} for text in ("Who?", longest, longest[: -len("lamp x")], "Why?")]
    path, output = written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, rows))), tmp_path / "a.jsonl"
    reported: list[BadRow] = []
    summary, _ = answer_file(small_quiz_assistant(), look_through(path, report=reported.append), output)
    assert len(longest) == 995
    assert [str(row).partition(",")[0] for row in reported] == ['line 2: with "what" for each blank']
    assert "1,001 characters" in reported[0].reason
    assert summary.failed == 1
    assert [json.loads(line)["id"] for line in output.read_text().splitlines()] == ["1", "3", "4"]


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
    done = lines(part_path(output)) - 1  # the first says with what it was begun
    assert 45 <= done < count
    with part_path(output).open("ab") as file:
        file.write(b'{"id": "torn by a cra')
    assistant = QuickAssistant()
    summary, _ = answer_file(assistant, look_through(path), output, resume=True)
    assert (summary.resumed, len(assistant.asked)) == (done, count - done)
    assert output.read_bytes() == whole.read_bytes()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


CHOICE = QuizQuestion("1", "Which?", "multiple_choice", ("Rome", "Paris"), (Turn("Who?", "Kell"),))


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (replace(CHOICE, id="7"), "answers '1' where the file of questions has '7'"),
        (replace(CHOICE, question="Who else?"), "answers '1' with other words"),
        (replace(CHOICE, type="open"), "answers '1' with other words"),
        (replace(CHOICE, choices=("Paris", "Rome")), "other words, choices"),
        (replace(CHOICE, choices=("Rome",)), "other words, choices"),
        (replace(CHOICE, history=()), "choices or history"),
        (replace(CHOICE, several=True), "another number of choices that may be right than line 0"),
        (None, "has the end"),
        (replace(CHOICE, gold=1, title="t", any_right=True, line=4), ""),
    ],
)
def test_nothing_is_resumed_that_answers_another_question(
    tmp_path: Path, changed: QuizQuestion | None, part: str
) -> None:
    output = tmp_path / "a.part"
    write_answers(QuickAssistant(), [CHOICE], output)
    before, questions = output.read_bytes(), [changed] if changed else []
    if not part:
        assert write_answers(QuickAssistant(), questions, output, resume=True) == 1
        return
    with pytest.raises(QuizFileError, match=f"{part}.*without --resume"):
        write_answers(QuickAssistant(), questions, output, resume=True)
    assert output.read_bytes() == before
    with pytest.raises(QuizFileError, match=part):
        list(read_answers(output, questions))


def test_a_key_that_makes_several_choices_right_is_not_resumed(tmp_path: Path) -> None:
    path, output = tmp_path / "q.csv", tmp_path / "a.jsonl"
    quiz = "question,a,b,c,key\nWhich stood there?,lamp,fire,tower,"
    write_answers(QuickAssistant(), read_questions(written(path, f"{quiz}A\n")), part_path(output))
    with pytest.raises(QuizFileError, match=r"another number of choices that may be right than line 2 .*without --res"):
        answer_file(QuickAssistant(), look_through(written(path, f'{quiz}"A,C"\n')), output, resume=True)
    summary, _ = answer_file(QuickAssistant(), look_through(written(path, f"{quiz}B\n")), output, resume=True)
    assert summary.resumed == 1


def test_choices_in_another_order_are_not_given_an_earlier_answer(tmp_path: Path) -> None:
    """The answer for Rome was written as Paris; and with fewer choices there was a traceback."""
    path, output = tmp_path / "q.jsonl", tmp_path / "a.csv"
    rows = [json.dumps({"question": "Which?", "choices": choices}) for choices in (["Rome", "Paris"], ["Paris"] * 2)]
    write_answers(QuickAssistant(), read_questions(written(path, rows[0])), part_path(output))
    quiz = look_through(written(path, rows[1]))
    with pytest.raises(QuizFileError, match="without --resume"):
        answer_file(QuickAssistant(), quiz, output, "csv", resume=True)
    answer_file(QuickAssistant(), quiz, output, "csv")  # begins anew
    assert not part_path(output).exists()


def test_nothing_is_resumed_with_other_settings(tmp_path: Path) -> None:
    path, output = many(tmp_path / "q.txt", 3), tmp_path / "a.md"
    questions = [QuizQuestion(str(n), f"Who built tower {n - 1}?") for n in (1, 2, 3)]
    part, other = part_path(output), QuickAssistant()
    other.article = small_article("Another article.")
    write_answers(QuickAssistant(), questions[:2], part, settings="reader small")
    with pytest.raises(QuizFileError, match=r"begun with reader small, not with reader large.* without --resume"):
        answer_file(QuickAssistant(), look_through(path), output, resume=True, settings="reader large")
    with pytest.raises(QuizFileError, match=r"another article.* without --resume"):
        answer_file(other, look_through(path), output, resume=True, settings="reader small")
    assistant = QuickAssistant()
    summary, _ = answer_file(assistant, look_through(path), output, resume=True, settings="reader small")
    assert (summary.resumed, len(assistant.asked)) == (2, 1)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.md", "q.txt"]


@pytest.mark.parametrize("torn", [0, 1, 15, 40, -1])
def test_a_run_that_was_torn_in_its_first_line_begins_anew(tmp_path: Path, torn: int) -> None:
    path, output = many(tmp_path / "q.txt", 2), tmp_path / "a.jsonl"
    write_answers(QuickAssistant(), [], part_path(output))
    written(part_path(output), part_path(output).read_bytes()[:torn])
    for resume in (True, False):
        assert len(answer(path, output, resume)) == 2


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
    for output, part in (
        (path, "overwrite"),
        (tmp_path, "folder"),
        (tmp_path / "no" / "a.csv", "make the folder"),
        (tmp_path / ("a" * 245), "too long"),  # it would be at the end, for the file beside it
    ):
        with pytest.raises(QuizFileError, match=part):
            check_output(output, path)
    check_output(tmp_path / "a.csv", path)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["q.txt"]


def test_an_output_never_takes_the_place_of_what_is_read(tmp_path: Path) -> None:
    path, article = many(tmp_path / "q.txt", 1), written(tmp_path / "news.md", "The tower.")
    index = tmp_path / "news.index"
    index.mkdir()
    (tmp_path / "other.md").hardlink_to(article)
    (tmp_path / "same").symlink_to(tmp_path)
    part = written(tmp_path / "a.jsonl.part", "Who?")
    for output, source in (
        (article, article),
        (tmp_path / "other.md", article),
        (tmp_path / "same" / "news.md", article),
        (index / "new.jsonl", index),
        (tmp_path / "a.jsonl", part),
    ):
        with pytest.raises(QuizFileError, match="would overwrite"):
            check_output(output, path, source)
    check_output(tmp_path / "b.jsonl", path, article, index, tmp_path / "missing")


def test_an_output_never_takes_the_place_of_what_is_no_file(tmp_path: Path) -> None:
    path, target = many(tmp_path / "q.txt", 1), tmp_path / "target"
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(target)
    part_path(tmp_path / "a").symlink_to(target)
    for output in (pipe, link, Path(os.devnull), tmp_path / "a"):
        with pytest.raises(QuizFileError, match="--output"):
            answer_file(QuickAssistant(), look_through(path), output, "csv")
    assert Path(os.devnull).is_char_device()
    assert (pipe.is_fifo(), link.is_symlink(), target.exists()) == (True, True, False)


@pytest.mark.parametrize("content", ["my notes\n", "my notes", '{"id": "1", "question": "Who?"}\n', "\0"])
def test_files_of_others_beside_the_output_are_left_alone(tmp_path: Path, content: str) -> None:
    path, output = many(tmp_path / "q.txt", 2), tmp_path / "a.csv"
    names = ("a.csv.new", "a.csv.part.settings", ".a.csv.new", ".a.csv.new-mine", ".a.csv.lock", ".b.csv.new-01234567")
    others = [written(tmp_path / name, content) for name in names]
    answer_file(QuickAssistant(), look_through(path), output, "csv")
    others.append(written(part_path(output), content))
    for resume in (False, True):
        with pytest.raises(QuizFileError, match=r"a\.csv\.part is in the way"):
            answer_file(QuickAssistant(), look_through(path), output, "csv", resume=resume)
    assert {other.read_text() for other in others} == {content}


def test_two_runs_do_not_write_one_output(tmp_path: Path) -> None:
    path, output = many(tmp_path / "q.txt", 2), tmp_path / "a.jsonl"

    class Meanwhile(QuickAssistant):
        def answer(self, question: QuizQuestion) -> Answer:
            with pytest.raises(QuizFileError, match=r"another run is writing .*a\.jsonl"):
                answer_file(QuickAssistant(), look_through(path), output)
            return super().answer(question)

    summary, _ = answer_file(Meanwhile(), look_through(path), output)
    assert summary.answered == 2
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.jsonl", "q.txt"]


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
    assert lines(part) == 100_001
    assert peak < 1_000_000
