"""Word pieces of a question and a passage, as the reader sees them (the `tokenizers` library)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding

MAX_REMEMBERED = 4096
"""How many texts a tokenizer remembers, each about 2 KB."""


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


@dataclass(frozen=True, slots=True)
class PairTokens:
    """One pair, unpadded: all arrays begin with the axis (tokens,). The fields are those of `TokenBatch`."""

    input_ids: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]
    readable: NDArray[np.bool_]
    offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    """Tokens of one text, or the special ones around texts: (tokens,), (tokens,) and (tokens, 2)."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
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

    def pair(self, first: str, second: str, max_tokens: int = 512) -> PairTokens:
        """Encode one pair, cut at `max_tokens`; tokens of texts met before are remembered."""
        before, between, after, (one, other) = self._frame
        question, passage = self._text(first), self._text(second)
        start = len(before.ids) + len(question.ids) + len(between.ids)
        parts = (before, question, between, passage, after)
        offsets = np.concatenate([part.offsets for part in parts])[:max_tokens]
        readable = np.zeros(len(offsets), dtype=np.bool_)
        readable[start : start + len(passage.ids)] = True
        asked, read = np.full(len(question.ids), one), np.full(len(passage.ids), other)
        return PairTokens(
            np.concatenate([part.ids for part in parts])[:max_tokens],
            np.concatenate([before.types, asked, between.types, read, after.types])[:max_tokens],
            readable & (offsets[:, 1] > offsets[:, 0]),
            offsets,
        )

    @cached_property
    def _frame(self) -> tuple[_Part, _Part, _Part, tuple[int, int]]:
        """What stands before, between and after two texts, and the type of each text's tokens."""
        whole = self._tokenizer.encode("a", "a")
        first, second = (whole.sequence_ids.index(text) for text in (0, 1))
        parts = (slice(0, first), slice(first + 1, second), slice(second + 1, None))
        before, between, after = (
            _part(whole.ids[part], whole.type_ids[part], [(0, 0)] * len(whole.ids[part])) for part in parts
        )
        return before, between, after, (whole.type_ids[first], whole.type_ids[second])

    @cached_property
    def _text(self) -> Callable[[str], _Part]:
        @lru_cache(maxsize=MAX_REMEMBERED)
        def tokens(text: str) -> _Part:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
            return _part(encoding.ids, encoding.type_ids, encoding.offsets)

        return tokens


def _part(ids: list[int], types: list[int], offsets: list[tuple[int, int]]) -> _Part:
    array = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    return _Part(np.array(ids, dtype=np.int64), np.array(types, dtype=np.int64), array)


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
