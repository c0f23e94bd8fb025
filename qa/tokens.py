"""Word pieces of a question and a passage, as the reader sees them (the `tokenizers` library)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Padded inputs of shape (pairs, tokens).

    `readable` is true for the passage's tokens; `offsets` (pairs, tokens, 2) are their character
    spans in the passage.
    """

    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]
    readable: NDArray[np.bool_]
    offsets: NDArray[np.int64]


class PairTokenizer:
    """Encodes (question, passage) pairs as the encoder expects them: `[CLS] question [SEP] passage [SEP]` or alike."""

    def __init__(self, tokenizer_file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer_file))
        padding = self._tokenizer.padding
        self.pad_id: int = padding["pad_id"] if padding else 0
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def starts(self, text: str) -> list[int]:
        """Return the start offset of each word piece of `text`."""
        return [start for start, _ in self._tokenizer.encode(text, add_special_tokens=False).offsets]

    def encode(self, pairs: Sequence[tuple[str, str]]) -> "list[Encoding]":
        """Encode (question, passage) pairs, unpadded."""
        return self._tokenizer.encode_batch(list(pairs))


def pad(encodings: "Sequence[Encoding]", max_tokens: int = 512, pad_id: int = 0) -> TokenBatch:
    """Pad `encodings` with `pad_id` to their longest, cut at `max_tokens` (the encoder's window)."""
    width = min(max(len(e.ids) for e in encodings), max_tokens)
    shape = (len(encodings), width)
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(2))
    in_passage = np.zeros(shape, dtype=np.bool_)
    offsets = np.zeros((*shape, 2), dtype=np.int64)
    for row, encoding in enumerate(encodings):
        size = min(len(encoding.ids), width)
        ids[row, :size] = encoding.ids[:size]
        mask[row, :size] = 1
        types[row, :size] = encoding.type_ids[:size]
        offsets[row, :size] = encoding.offsets[:size]
        in_passage[row, :size] = [part == 1 for part in encoding.sequence_ids[:size]]
    readable = in_passage & (offsets[..., 1] > offsets[..., 0])
    return TokenBatch(ids, mask, types, readable, offsets)
