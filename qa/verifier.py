"""The verifier: how far a passage supports or contradicts a statement, by a trained model run by onnxruntime."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from qa.answer import Verdict
from qa.passes import Logits, PairModel
from qa.weights import WEIGHTS

VERIFIER_WEIGHTS = WEIGHTS / "verifier"
MAX_TOKENS = 320


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities, each in [0, 1] and 1 together, of a statement's three verdicts given one passage."""

    supported: float
    contradicted: float
    not_stated: float

    def of(self, verdict: Verdict) -> float:
        """Return the probability of this verdict."""
        return {"supported": self.supported, "contradicted": self.contradicted, "not_stated": self.not_stated}[verdict]


class Judge(Protocol):
    """Judges statements against passages."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one judgement for each (statement, passage), in order; each depends on its own pair only."""
        ...


class Verifier:
    """The trained judge; loads on first use, after checking its sha256."""

    def __init__(self, folder: Path = VERIFIER_WEIGHTS, tokenizer_folder: Path = WEIGHTS, threads: int = 0) -> None:
        """Judge with the weights in `folder` and the reader's tokenizer, on `threads` cores (0: all there are)."""
        self._model = PairModel("verifier.onnx", folder, tokenizer_folder, MAX_TOKENS, threads)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one judgement for each (statement, passage), in order; each depends on its own pair only."""
        return self._model.read(pairs, lambda _, __, logits: _judgement(logits))


def _judgement(logits: Logits) -> Judgement:
    """Return the softmax of three logits."""
    shares = np.exp(logits.astype(np.float64) - float(logits.max()))
    return Judgement(*(float(share) for share in shares / shares.sum()))
