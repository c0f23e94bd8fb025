"""What `article-qa batch` prints, with a quick assistant in place of the models."""

from pathlib import Path

import pytest
import typer
from small_quiz import QuickAssistant, written

from index.errors import QuizFileError
from qa.quiz.answering import AnswersQuiz
from ui.batch import Files, run_batch

GIFT = "Who built it? {=Tobias Kell}\n\nWho kept it? {=Maria Sund}\n\nWhich football club? {}\n\nBroken {=x\n"


def not_opened() -> AnswersQuiz:
    raise AssertionError("a model was loaded")


def run(path: Path, output: Path, resume: bool = False, verbose: bool = False) -> None:
    run_batch(Files(path, output), QuickAssistant, resume, False, verbose)


def test_warnings_misses_scores_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, output = written(tmp_path / "q.gift", GIFT), tmp_path / "a.md"
    run(path, output)
    shown = capsys.readouterr()
    assert shown.err == f"warning: {path} line 7: no }} for the {{; a blank line must not stand inside a question\n"
    assert shown.out.splitlines() == [
        "line 3, wrong: Who kept it? (given “Tobias Kell”, key “Maria Sund”)",
        "open: 1 of 2 right (50%), 1 wrong, 0 not answered, token F1 0.50",
        f"{output}: 4 questions, 2 answered, 1 abstained (not in the article), 1 failed",
    ]
    assert "¶1" in output.read_text(encoding="utf-8")


def test_long_lists_of_misses_are_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "q.csv", "question,key\n" + "Who?,Sund\n" * 130)
    run(path, tmp_path / "a.csv")
    assert "and 30 more" in capsys.readouterr().out
    run(path, tmp_path / "a.csv", verbose=True)
    assert capsys.readouterr().out.count("key “Sund”") == 130


def test_no_model_is_loaded_for_what_cannot_be_done(tmp_path: Path) -> None:
    path = written(tmp_path / "q.gift", GIFT)
    with pytest.raises(QuizFileError, match="1 bad row"):
        run_batch(Files(path, tmp_path / "a"), not_opened, False, True, False)
    with pytest.raises(QuizFileError, match="folder"):
        run_batch(Files(path, tmp_path), not_opened, False, False, False)
    with pytest.raises(QuizFileError, match="would overwrite"):
        run_batch(Files(path, tmp_path / "a" / "b", article=tmp_path), not_opened, False, False, False)
    with pytest.raises(typer.BadParameter, match="--output-format html"):
        run_batch(Files(path, tmp_path / "a", "html"), not_opened, False, False, False)
    with pytest.raises(typer.BadParameter, match="pdf"):
        run_batch(Files(path, tmp_path / "a", "", "pdf"), not_opened, False, False, False)


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, output = written(tmp_path / "q.txt", "Who?\nWhy?\nWhen?\n"), tmp_path / "a.jsonl"

    class Interrupted(QuickAssistant):
        def ask(self, question: str, history: object = ()) -> object:  # type: ignore[override]
            if question == "When?":
                raise KeyboardInterrupt
            return super().ask(question)

    with pytest.raises(KeyboardInterrupt):
        run_batch(Files(path, output), Interrupted, False, False, False)
    assert "--resume" in capsys.readouterr().err
    run(path, output, resume=True)
    assert "3 questions, 3 answered" in capsys.readouterr().out
    assert output.read_text(encoding="utf-8").count("\n") == 3
