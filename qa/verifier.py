"""The verifier: how far a passage supports or contradicts a statement, by a trained model run by onnxruntime."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.errors import ModelError
from qa.tokens import PairTokenizer, pad
from qa.weights import WEIGHTS, checked_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

VERIFIER_WEIGHTS = WEIGHTS / "verifier"
MAX_TOKENS = 320


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities, each in [0, 1] and 1 together, of a statement's three verdicts given one passage."""

    supported: float
    contradicted: float
    not_stated: float


class Judge(Protocol):
    """Judges statements against passages."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one judgement for each (statement, passage), in order; each depends on its own pair only."""
        ...


class Verifier:
    """The trained judge; loads on first use, after checking its sha256."""

    def __init__(self, folder: Path = VERIFIER_WEIGHTS, tokenizer_folder: Path = WEIGHTS, threads: int = 0) -> None:
        """Judge with the weights in `folder` and the reader's tokenizer; `threads` 0 lets the runtime choose."""
        self._folder = folder
        self._tokenizer_folder = tokenizer_folder
        self._threads = threads

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one judgement for each (statement, passage), in order; each depends on its own pair only."""
        judgements = []
        for encoding in self._tokenizer.encode(list(pairs)):
            batch = pad([encoding], MAX_TOKENS)  # one by one, for the reason given in qa.span_reader
            inputs = {
                "input_ids": batch.input_ids,
                "attention_mask": batch.attention_mask,
                "token_type_ids": batch.token_type_ids,
            }
            logits = self._session.run(["logits"], inputs)[0][0].astype(np.float64)
            shares = np.exp(logits - logits.max())
            judgements.append(Judgement(*(float(share) for share in shares / shares.sum())))
        return judgements

    @cached_property
    def _tokenizer(self) -> PairTokenizer:
        return PairTokenizer(checked_file("tokenizer.json", self._tokenizer_folder))

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        path = checked_file("verifier.onnx", self._folder)
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{path} is not a model that this onnxruntime reads; reinstall the package") from error
