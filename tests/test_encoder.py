"""Questions are encoded by onnxruntime, articles by sentence-transformers: the same vectors."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoder import SentenceEncoder, encoder_folder
from index.errors import ModelError
from index.mapped_weights import mapped_weights
from index.question_encoder import QuestionEncoder

QUESTIONS = (
    "Who visited Pyongyang in June 2024?",
    "why",
    "?",
    "Ünïcode, 北京 and 10,000 other things\n\tin one — “question”?",
    "What did the keeper do? " * 40,
)


@pytest.mark.model
def test_both_runtimes_give_the_same_vectors() -> None:
    encoder = SentenceEncoder()
    quick = np.stack([encoder.encode_question(question) for question in QUESTIONS])
    whole = encoder.encode(QUESTIONS)
    assert quick.dtype == whole.dtype
    np.testing.assert_allclose(quick, whole, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(quick, axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_a_question_needs_no_pytorch() -> None:
    code = """
import sys
from index.encoder import SentenceEncoder
SentenceEncoder().encode_question("Who?")
print([m for m in ("torch", "transformers", "sentence_transformers") if m in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert result.stdout.strip() == "[]"


def with_change(folder: Path, name: str, change: dict[str, object]) -> Path:
    """Return a copy of the encoder's folder (its files linked) in which one configuration file differs."""
    source = encoder_folder()
    for path in source.rglob("*.*"):
        copy = folder / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(path)
    (folder / name).unlink()
    (folder / name).write_text(json.dumps(json.loads((source / name).read_text()) | change))
    return folder


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
    ],
)
def test_a_model_of_another_kind_is_left_to_sentence_transformers(
    tmp_path: Path, name: str, change: dict[str, object]
) -> None:
    folder = with_change(tmp_path / "other", name, change)
    with pytest.raises(ValueError, match="no BERT with mean pooling"):
        QuestionEncoder(folder).encode("Who?")


@pytest.mark.model
def test_the_fallback_is_the_encoder_itself(tmp_path: Path) -> None:
    encoder = SentenceEncoder(with_change(tmp_path / "other", "config.json", {"layer_norm_eps": 1e-5}))
    np.testing.assert_array_equal(encoder.encode_question("Who?"), encoder.encode(["Who?"])[0])


def test_weights_are_mapped_as_they_are_stored() -> None:
    weights = mapped_weights(encoder_folder() / "model.safetensors")
    assert weights["embeddings.word_embeddings.weight"].shape == (30522, 384)
    assert not weights["embeddings.LayerNorm.bias"].flags.writeable


def test_packaged_weights_that_are_not_the_published_ones_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(encoder_folder(), tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    monkeypatch.setattr("index.encoder.encoder_folder", lambda: tmp_path / "model")
    encoder = SentenceEncoder()
    for load in (lambda: encoder.encode(["The lamp."]), lambda: encoder.encode_question("Who?")):
        with pytest.raises(ModelError, match=r"sha256 differs.*reinstall"):
            load()
