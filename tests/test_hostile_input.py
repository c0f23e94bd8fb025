"""Untrusted input: every reader with any bytes, files made to do harm, and no pickle anywhere."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import fuzz_targets as targets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_faults import _sign, damages

ROOT, HERE = Path(__file__).resolve().parents[1], Path(__file__).parent
# `make fuzz` sets more.
EXAMPLES = int(os.environ.get("ARTICLE_QA_FUZZ_EXAMPLES", "60"))
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
# What parsers stumble on: marks of every format, half of them, and characters that are none.
MARKS = [
    *("{", "}", "[", "]", "<", ">", "<!--", "]]>", "&#0;", "&lt;", "\\", "::", "~", "=", "%100%", "#", "-> ", "->"),
    *("ANSWER:", "A.", "B)", "1.", "2)", "$CATEGORY:", "// ", "{T}", "{#1:2}", "{#1..2}", "___", "TRUE", "FALSE"),
    *(
        "\t",
        "\r",
        "\n\n",
        "\r\n",
        "\0",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x85",
        "\u2028",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
    ),
    *(
        '"',
        "'",
        ",",
        ";",
        "|",
        "sep=,",
        "question",
        "answer",
        "key",
        "id",
        "1e999",
        "NaN",
        "-0",
        "９",
        "²",
        "٣",
        "ß",
        "é",
    ),
    *(
        "# ",
        "## ",
        "> ",
        "- ",
        "```",
        "---",
        "|---|",
        "![](x)",
        "[a]: b",
        "***",
        "By Ada",
        "Note: ",
        "[1] ",
        "Photo: x",
    ),
    *("The lamp was lit. ", "Who built it?", '{"question": "x"}', '{"data": [', "<quiz>", "<question type='essay'>"),
    *("<p>", "</p>", "<title>", "<script>", "<w:p>", "%PDF-", "PK\x03\x04", "stream", "endobj", "BT (x) Tj ET"),
]
texts = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=8)), max_size=60).map(
    lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
)


def contents(seed: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that are far from a format, near it, and of it but damaged."""
    return st.one_of(
        st.binary(max_size=400),
        texts,
        texts.map(lambda text: text.decode("utf-8", "replace").encode("utf-16")),
        damages(seed, [seed + seed, b""]),
        st.tuples(st.integers(0, len(seed)), texts).map(lambda t: seed[: t[0]] + t[1] + seed[t[0] :]),
    )


@pytest.mark.parametrize("suffix", targets.ARTICLE_SEEDS)
@given(data=st.data())
@fuzzed
def test_any_bytes_are_an_article_or_refused(suffix: str, data: st.DataObject) -> None:
    targets.read_article(suffix, data.draw(contents(targets.ARTICLE_SEEDS[suffix])))


@pytest.mark.parametrize("suffix", targets.QUIZ_SEEDS)
@given(data=st.data())
@fuzzed
def test_any_bytes_are_a_quiz_or_refused(suffix: str, data: st.DataObject) -> None:
    targets.read_quiz(suffix, data.draw(contents(targets.QUIZ_SEEDS[suffix])))


@given(data=st.data())
@fuzzed
def test_any_bytes_in_an_index_with_fitting_checksums_are_refused_or_harmless(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(targets.index_files()))
    targets.read_index(name, data.draw(contents(targets.index_content(name))), _sign)


# The slowest few run in `make fuzz`; what makes each of them hostile is in tests/hostile.py.
LONG = {"4 MB of bylines", "4 MB of footnotes", "4 MB of letters and stops", "4 MB of full stops", "4 MB of headings"}


def hostile_names() -> list[str]:
    import hostile

    return sorted({*hostile.ARTICLES, *hostile.QUIZZES} - LONG)


@pytest.mark.timeout(900)
def test_files_made_to_do_harm_are_read_or_refused_in_bounded_memory_and_time(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{os.environ['PYTHONPATH']}"}
    command = [sys.executable, HERE / "hostile.py", tmp_path, *hostile_names()]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=880)
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) >= 45
    for name in ("zip bomb", "PDF of 10,000 pages", "PDF of shared pages", "null bytes", "entities in XML"):
        assert any(f", {name} (" in line and "refused" in line for line in lines), name
    assert "root:" not in result.stdout, "an entity that names a file is not read"


def test_no_pickle_anywhere() -> None:
    """Neither imported nor switched on: reading a pickle runs it."""
    names = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    for path in [path for folder in ("index", "qa", "ui", "eval") for path in (ROOT / folder).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not names & {name.split(".")[0] for name in imported}, path
            if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "weights_only", "trust_remote_code"):
                safe = node.arg == "weights_only"
                assert isinstance(node.value, ast.Constant), (path, node.value.lineno)
                assert node.value.value is safe, (path, node.value.lineno)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.load", "eval", "exec"):
                assert any(keyword.arg == "weights_only" for keyword in node.keywords), (path, node.lineno)


def test_an_archive_in_an_index_is_refused(tmp_path: Path) -> None:
    """numpy takes what begins like an archive for one, in place of an array."""
    import numpy as np

    np.savez(tmp_path / "whole.npz", a=np.arange(3))
    for content in ((tmp_path / "whole.npz").read_bytes(), b"PK\x03\x04"):
        for name in targets.index_files():
            targets.read_index(name, content, _sign)


def test_a_pickle_in_an_index_is_not_run(tmp_path: Path) -> None:
    import pickle

    import numpy as np

    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(tmp_path / "pwned"),))

    harm = tmp_path / "harm.npy"
    np.save(harm, np.array([Harm()], dtype=object), allow_pickle=True)
    for content in (harm.read_bytes(), pickle.dumps(Harm())):
        for name in targets.index_files():
            targets.read_index(name, content, _sign)
    assert not (tmp_path / "pwned").exists()
