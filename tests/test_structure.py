"""What must not be loaded, reached or imported."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "sentence_transformers", "gradio", "onnxruntime", "faiss", "sklearn", "matplotlib")


def python(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize(
    "module", ["index", "qa", "qa.assistant", "index.retrieval", "qa.opening", "qa.quiz.run", "ui.cli", "eval"]
)
def test_imports_are_light(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert python(code) == "[]"


@pytest.mark.model
def test_the_reader_answers_without_torch() -> None:
    code = """
import sys
from index.article import Chunk
from qa.span_reader import SpanReader
text = "The bridge was opened by Ada Finch in 1931."
(reading,) = SpanReader().read([("Who opened the bridge?", Chunk(0, 0, text, (1,)))])
assert reading.spans[0].text == "Ada Finch", reading
print("torch" in sys.modules or "transformers" in sys.modules)
"""
    assert python(code) == "False"


@pytest.mark.model
def test_asking_needs_no_network() -> None:
    code = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a socket was used")
socket.socket.connect = socket.getaddrinfo = refuse
from qa.opening import Opener
answer = Opener().builtin().ask("Who visited Pyongyang in June 2024?")
print(answer.article.title != "")
"""
    assert python(code) == "True"
