"""The command line from end to end, as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_models import TEXT

from index.loading import load_article

pytestmark = pytest.mark.model
QUESTION = "Who built the lighthouse?"


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error::DeprecationWarning:ui", "-m", "ui.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200, **options)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "lighthouse.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def assert_one_line_error(result: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert result.returncode == 1, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1, result.stderr
    for part in parts:
        assert part in result.stderr


def test_ask_answers_and_cites(article: Path) -> None:
    first = run("ask", QUESTION, "--article", article, "--verbose")
    assert first.returncode == 0, first.stderr
    assert "Tobias Kell" in first.stdout
    assert "[¶1] “" in first.stdout
    assert "index built" in first.stderr
    second = run("ask", QUESTION, "--article", article, "--json", "--verbose")
    assert "nothing encoded" in second.stderr
    record = json.loads(second.stdout)
    text = load_article(article).text
    assert list(record) == [
        *("id", "question", "type", "answer", "abstained", "confidence", "citations", "alternatives"),
        *("choice", "verdict", "article", "seconds"),
    ]
    (citation,) = record["citations"]
    assert text[citation["start"] : citation["end"]] == record["answer"]
    assert set(citation) == {"paragraph", "label", "section", "start", "end", "quote"}
    assert citation["paragraph"] == 1
    assert record["abstained"] is False


def test_index_once_ask_and_batch_from_the_folder(article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    assert run("index", article, "--output", folder).returncode == 0
    rows = [
        {"id": "a", "question": QUESTION},
        {"id": "b", "question": "Which football club won the cup in Brazil?"},
        {"id": "c", "question": "how long?", "history": [{"question": "Did the storm last?", "answer": "The storm"}]},
    ]
    questions, output = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text("\n\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    result = run("batch", questions, "--index", folder, "--output", output)
    assert result.returncode == 0, result.stderr
    records = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == ["a", "b", "c"]
    assert records[1]["abstained"] is True
    assert "3 questions" in result.stdout
    assert "1 abstained" in result.stdout
    assert not output.with_name("answers.jsonl.part").exists()


def test_batch_does_not_write_over_its_article_or_index(article: Path, tmp_path: Path) -> None:
    questions, folder = tmp_path / "questions.txt", tmp_path / "index"
    questions.write_text(QUESTION, encoding="utf-8")
    folder.mkdir()
    before = article.read_bytes()
    for option, source, output in (("--article", article, article), ("--index", folder, folder / "a.jsonl")):
        result = run("batch", questions, option, source, "--output", output)
        assert_one_line_error(result, f"would overwrite {source}", "--output")
    assert article.read_bytes() == before


BAD_ROWS = [
    '{"id": "1", "question": "ok?"}',
    "not json",
    '{"question": ""}',
    "[1]",
    f'{{"id": "8", "question": "{"again " * 200}?"}}',
    '{"id": "9", "question": "x?", "type": "essay"}',
    '{"id": "10", "question": "x?", "history": [{"answer": "y"}]}',
]


def test_strict_lists_all_bad_rows_and_answers_nothing(article: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join(BAD_ROWS), encoding="utf-8")
    result = run("batch", path, "--article", article, "--output", tmp_path / "out.jsonl", "--strict")
    assert_one_line_error(result, "6 bad rows", *(f"line {n}:" for n in range(2, 8)))
    assert not (tmp_path / "out.jsonl").exists()


def test_bad_rows_are_reported_and_the_rest_is_answered_and_scored(article: Path, tmp_path: Path) -> None:
    path, output = tmp_path / "bad.jsonl", tmp_path / "out.csv"
    keyed = '{"id": "k", "question": "Who built the lighthouse?", "gold": "Tobias Kell"}'
    missed = '{"id": "m", "question": "Who built the lighthouse?", "gold": "Ada Finch"}'
    path.write_text("\n".join([*BAD_ROWS, keyed, missed]), encoding="utf-8")
    result = run("batch", path, "--article", article, "--output", output)
    assert result.returncode == 0, result.stderr
    warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert [f"{path} line {n}: " in warning for n, warning in enumerate(warnings, start=2)] == [True] * 6
    assert "9 questions" in result.stdout
    assert "6 failed" in result.stdout
    assert "open: 1 of 2 right (50%), 1 wrong" in result.stdout
    assert "line 9, wrong: Who built the lighthouse? (given “Tobias Kell”, key “Ada Finch”)" in result.stdout
    assert output.read_text(encoding="utf-8").count("¶1") == 2


@pytest.mark.parametrize(
    ("content", "part"),
    [(None, "no"), (b"", "empty"), (b"\x00\x01\x02\xff" * 100, "binary"), (b"word " * 4_200_000, "5")],
    ids=["missing", "empty", "binary", "20 MB"],
)
def test_an_article_that_cannot_be_read_says_why(tmp_path: Path, content: bytes | None, part: str) -> None:
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    assert_one_line_error(run("ask", QUESTION, "--article", path), part, "bad.txt")


@pytest.mark.parametrize(("question", "part"), [("", "empty"), ("why " * 2500, "10,000")])
def test_a_question_that_cannot_be_asked_says_why(question: str, part: str) -> None:
    # Trailing space is not counted, hence the letter.
    assert_one_line_error(run("ask", question and question[:-1] + "y"), part)


def test_a_folder_that_is_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    assert_one_line_error(run("ask", QUESTION, "--index", tmp_path), "article-qa index ARTICLE")


def test_wrong_usage_is_status_2(article: Path, tmp_path: Path) -> None:
    for arguments in (
        ("ask", QUESTION, "--article", article, "--index", tmp_path),
        ("ask", QUESTION, "--reader", "giant"),
        ("ask", QUESTION, "--top-k", "0"),
        ("ask",),
        ("batch", article, "--output", tmp_path / "o", "--format", "html"),
        ("batch", article, "--output", tmp_path / "o", "--output-format", "pdf"),
    ):
        result = run(*arguments)
        assert result.returncode == 2, arguments
        assert "Traceback" not in result.stderr


def test_doctor_finds_everything_in_order() -> None:
    result = run("doctor")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "53aa51172d142c89d9012cce15ae4d6c" in result.stdout
    assert "in order" in result.stdout


def test_help_shows_an_example_for_a_newcomer() -> None:
    result = run("--help")
    assert result.returncode == 0
    for word in ("ask", "index", "batch", "chat", "doctor", "my-article.txt"):
        assert word in result.stdout


def test_the_baseline_reader_answers_with_a_sentence(article: Path) -> None:
    result = run("ask", QUESTION, "--article", article, "--reader", "sentence", "--json")
    record = json.loads(result.stdout)
    assert record["abstained"] or record["answer"] in TEXT


def test_nothing_in_a_file_drives_the_terminal(article: Path, tmp_path: Path) -> None:
    path = tmp_path / "codes.jsonl"
    codes = "\x1b]0;pwned\x07\x1b[2J\x9b31m\u202e\r"
    rows = [{"id": f"{codes}{n}", "question": f"{codes}Who built it?", "gold": f"{codes}Nobody"} for n in (1, 1, 2)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = run("batch", path, "--article", article, "--output", tmp_path / "out.jsonl")
    refused = run("ask", QUESTION, "--article", tmp_path / f"no{codes}such.txt")
    said = done.stdout + done.stderr + refused.stdout + refused.stderr
    assert "Nobody" in said
    assert "does not exist" in said
    assert [character for character in said if not character.isprintable() and character != "\n"] == []


def test_the_cache_is_shown_and_cleared(article: Path) -> None:
    assert run("ask", QUESTION, "--article", article).returncode == 0
    shown = run("cache")
    assert "The lighthouse of Marrow Point" in shown.stdout
    assert "1 index" in shown.stdout
    assert "1 index" in run("cache", "--clear").stdout
    assert "0 indexes" in run("cache").stdout


def test_chat_refuses_a_bad_password_file_before_it_serves(article: Path, tmp_path: Path) -> None:
    result = run("chat", article, "--host", "0.0.0.0", "--auth", f"ada:{tmp_path / 'gone'}", "--port", "0")
    assert_one_line_error(result, "password file", "cannot be read")
