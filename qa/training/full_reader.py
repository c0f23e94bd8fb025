"""The weights that ship, multiplied in full precision, behind the reader protocol: what 8 bits cost.

The weights that training keeps are no measure of that: only as they are in 4 bits are they trained to read well.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from qa.passes import Logits, PairModel
from qa.span_reader import SpanReader
from qa.tokens import PairTokenizer
from qa.training.thin_graph import widened
from qa.training.thin_model import ThinSpanModel
from qa.training.whole_model import thin_tokenizer


class FullReader(SpanReader):
    """Reads with PyTorch and the weights in a file that `export_thin` wrote."""

    name = "full precision"

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self._model = FullModel(weights)


class FullModel(PairModel):
    """Runs the passes of `PairModel` with PyTorch, which takes all cores for each."""

    def __init__(self, weights: Path) -> None:
        super().__init__(weights.name, weights.parent, None, threads=1)
        self._network = ThinSpanModel.of(widened(weights), rounded=False).eval()
        self._pairs = thin_tokenizer()

    @property
    def _tokenizer(self) -> PairTokenizer:
        return self._pairs

    def logits(self, input_ids: NDArray[np.int64], token_type_ids: NDArray[np.int64]) -> Logits:
        """Run one pass on the tokens of one pair, shape (tokens,); returns its logits."""
        ids, types = torch.from_numpy(input_ids[None]), torch.from_numpy(token_type_ids[None])
        with torch.inference_mode():
            result: Logits = self._network(ids, torch.ones_like(ids), types)[0].numpy()
        return result
