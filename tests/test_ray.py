"""`article-qa batch --engine ray`: the answers of one machine, in order, also when a node is lost."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from small_quiz import QuickAssistant, written

from index.article import Article
from index.errors import ModelError
from qa.answer import QuizQuestion, Turn
from qa.quiz.answers import write_answers
from qa.quiz.output_file import part_path
from qa.quiz.ray_engine import RayEngine, packed, unpacked
from qa.quiz.reading import read_questions
from qa.quiz.run import answer_file, look_through

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_node_that_is_killed_loses_nothing_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="the optional extra ray is not installed")
    count = 300
    questions = written(tmp_path / "q.txt", "".join(f"Who built tower {n}?\n" for n in range(count)))
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    answer_file(QuickAssistant(), look_through(questions), here)
    # A run that was stopped on one machine goes on upon the cluster.
    write_answers(QuickAssistant(), islice(read_questions(questions), 20), part_path(there))
    command = [sys.executable, str(ROOT / "tests" / "ray_nodes.py"), str(questions), str(there)]
    home = tmp_path / "home"
    home.mkdir()
    (home / "ray_bootstrap_config.yaml").write_text("{}")  # without it Ray asks three clouds whether it runs on them
    monkeypatch.setenv("HOME", str(home))
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "nodes left 2" in result.stdout
    killed_after = int(result.stdout.split("killed after ")[1].split()[0])
    assert 40 <= killed_after < count
    assert [json.loads(line)["id"] for line in there.read_text().splitlines()] == [str(n + 1) for n in range(count)]
    assert there.read_bytes() == here.read_bytes()


def test_without_a_cluster_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="the optional extra ray is not installed")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    questions = written(tmp_path / "q.txt", "Who built tower 1?\n")
    with pytest.raises(ModelError, match="set RAY_ADDRESS"):
        answer_file(QuickAssistant(), look_through(questions), tmp_path / "a.jsonl", engine=RayEngine(_never))


def _never(article: Article) -> QuickAssistant:
    raise AssertionError("no actor is started")


def test_a_question_reaches_a_node_as_it_is() -> None:
    plain = QuizQuestion("1", "Who \udc80 built it?")
    choice = QuizQuestion("2", "Which?", "multiple_choice", ("a", "b"), (Turn("Who?", None),), (0, 1), 7, ("x",), 0.5)
    assert [unpacked(packed(question)) for question in (plain, choice)] == [plain, choice]
