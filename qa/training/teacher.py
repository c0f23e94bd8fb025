"""A large model as a teacher: reads many pairs in one padded batch, in PyTorch."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import torch

from qa.passes import Logits
from qa.tokens import PairTokenizer, PairTokens, pad
from qa.training.model import PairModel
from qa.training.windows import MAX_TOKENS

T = TypeVar("T")
BATCH = 32


class Teacher:
    """Returns the logits of pairs; with `bf16` matrices are multiplied in 16 bits."""

    def __init__(self, network: PairModel, tokenizer: PairTokenizer, bf16: bool) -> None:
        self._network = network.eval()
        self._tokenizer = tokenizer
        self._bf16 = bf16

    def read(self, pairs: Sequence[tuple[str, str]], use: Callable[[int, PairTokens, Logits], T]) -> list[T]:
        """Return `use(number, tokens, logits)` of every pair, in order; pairs of like length share a batch."""
        encodings = self._tokenizer.encode(pairs)
        found: dict[int, T] = {}
        order = sorted(range(len(pairs)), key=lambda number: len(encodings[number].ids))
        for at in range(0, len(order), BATCH):
            numbers = order[at : at + BATCH]
            batch = pad([encodings[number] for number in numbers], MAX_TOKENS, self._tokenizer.pad_id)
            inputs = (batch.input_ids, batch.attention_mask, batch.token_type_ids)
            with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16):
                logits = self._network(*(torch.from_numpy(array) for array in inputs)).float().numpy()
            for row, number in enumerate(numbers):
                tokens = self._tokenizer.pair(*pairs[number], MAX_TOKENS)
                found[number] = use(number, tokens, np.asarray(logits[row, : len(tokens.input_ids)]))
        return [found[number] for number in range(len(pairs))]
