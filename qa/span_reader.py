"""The trained reader, run by onnxruntime. The only importer of onnxruntime on the answering path."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.article import Chunk
from index.errors import ModelError
from qa.answer import Span
from qa.decoding import decode
from qa.reading import Reading
from qa.tokens import PairTokenizer, pad
from qa.weights import checked_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SPANS_PER_CHUNK = 5


class SpanReader:
    """Extractive span model in a weights folder; loads on first use, after checking its sha256."""

    name = "small"

    def __init__(self, folder: Path | None = None, threads: int = 0) -> None:
        """Read with the weights in `folder` (default: those shipped); `threads` 0 lets the runtime choose."""
        self._folder = folder
        self._threads = threads

    def read(self, pairs: Sequence[tuple[str, Chunk]]) -> list[Reading]:
        """Return one reading for each (question, chunk), in order."""
        encodings = self._tokenizer.encode([(question, chunk.text) for question, chunk in pairs])
        readings: list[Reading] = []
        for (_, chunk), encoding in zip(pairs, encodings, strict=True):
            # One pass for each passage: int8 scales are taken over the whole batch, so a passage's
            # scores would change with its neighbours, and padding would be paid for.
            batch = pad([encoding])
            inputs = (batch.input_ids, batch.attention_mask, batch.token_type_ids)
            spans, null_score = decode(
                self.logits(*inputs)[0], batch.offsets[0], batch.readable[0], chunk.text, SPANS_PER_CHUNK
            )
            found = tuple(Span(chunk.start + start, chunk.text[start:end], score) for start, end, score in spans)
            readings.append(Reading(chunk, found, null_score))
        return readings

    def logits(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64], token_type_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Run the model on inputs of shape (pairs, tokens); returns (pairs, tokens, 2)."""
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        result: NDArray[np.float32] = self._session.run(["logits"], inputs)[0]
        return result

    @cached_property
    def _tokenizer(self) -> PairTokenizer:
        return PairTokenizer(checked_file("tokenizer.json", self._folder))

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        path = checked_file("reader.onnx", self._folder)
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{path} is not a model that this onnxruntime reads; reinstall the package") from error
