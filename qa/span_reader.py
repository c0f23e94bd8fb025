"""The trained reader: the best spans of passages, from start and end logits."""

from collections.abc import Sequence
from pathlib import Path

from index.article import Chunk
from qa.answer import Span
from qa.decoding import decode
from qa.passes import Logits, PairModel
from qa.reading import Reading
from qa.tokens import PairTokens

SPANS_PER_CHUNK = 5


class SpanReader:
    """Extractive span model in a weights folder; loads on first use, after checking its sha256."""

    def __init__(self, folder: Path | None = None, threads: int = 0, name: str = "small") -> None:
        """Read with the weights in `folder` (default: those shipped) on `threads` cores (0: all there are)."""
        self.name = name
        self._model = PairModel("reader.onnx", folder, folder, threads=threads)

    def read(self, pairs: Sequence[tuple[str, Chunk]]) -> list[Reading]:
        """Return one reading for each (question, chunk), in order."""

        def reading(number: int, tokens: PairTokens, logits: Logits) -> Reading:
            chunk = pairs[number][1]
            spans, null_score = decode(logits, tokens.offsets, tokens.readable, chunk.text, SPANS_PER_CHUNK)
            found = tuple(Span(chunk.start + start, chunk.text[start:end], score) for start, end, score in spans)
            return Reading(chunk, found, null_score)

        return self._model.read([(question, chunk.text) for question, chunk in pairs], reading)
