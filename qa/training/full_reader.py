"""The span model in full precision behind the reader protocol, to measure what int8 costs."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.encoder import encoder_folder
from qa.span_reader import SpanReader
from qa.tokens import PairTokenizer
from qa.training.model import SpanModel


class FullReader(SpanReader):
    """Reads with PyTorch and the weights that training saved."""

    name = "full precision"

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self._model = SpanModel.from_folder(encoder_folder()).eval()
        self._model.load_state_dict(torch.load(weights, weights_only=True))
        self._pairs = PairTokenizer(encoder_folder() / "tokenizer.json")

    @property
    def _tokenizer(self) -> PairTokenizer:
        return self._pairs

    def logits(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64], token_type_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Run the model on inputs of shape (pairs, tokens); returns (pairs, tokens, 2)."""
        with torch.inference_mode():
            result: NDArray[np.float32] = self._model(
                *(torch.from_numpy(array) for array in (input_ids, attention_mask, token_type_ids))
            ).numpy()
        return result
