"""Models that read two texts together, run by onnxruntime: one pass for each pair, passes side by side on all cores."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.session import open_session
from index.unpacking import unpacked
from qa.memory import give_back_memory
from qa.tokens import PairTokenizer, PairTokens
from qa.weights import checked_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

T = TypeVar("T")
Logits = NDArray[np.float32]


class PairModel:
    """A model file in a weights folder; loads on first use, after checking its sha256.

    Each pair is a pass of its own (decision 0001). A pass has one thread, and passes share the cores: at 60 tokens
    the threads of one pass would wait for one another longer than they work.
    """

    def __init__(
        self, name: str, folder: Path | None, tokenizer_folder: Path | None, max_tokens: int = 512, threads: int = 0
    ) -> None:
        """Run the file `name` of `folder` (None: the reader's weights) on `threads` cores (0: all there are)."""
        self._name = name
        self._folder = folder
        self._tokenizer_folder = tokenizer_folder
        self._max_tokens = max_tokens
        self._threads = threads or available_cores()

    def read(self, pairs: Sequence[tuple[str, str]], use: Callable[[int, PairTokens, Logits], T]) -> list[T]:
        """Return `use(number, tokens, logits)` of every pair, in order; `use` runs on several threads."""
        tokenizer = self._tokenizer

        def one(number: int) -> T:
            tokens = tokenizer.pair(*pairs[number], self._max_tokens)
            return use(number, tokens, self.logits(tokens.input_ids, tokens.token_type_ids))

        if self._threads == 1 or len(pairs) < 2:
            return [one(number) for number in range(len(pairs))]
        _ = self._session  # loaded once, before the threads want it
        return list(self._pool.map(one, range(len(pairs))))

    def logits(self, input_ids: NDArray[np.int64], token_type_ids: NDArray[np.int64]) -> Logits:
        """Run one pass on the tokens of one pair, shape (tokens,); returns its logits."""
        inputs = {"input_ids": input_ids[None], "token_type_ids": token_type_ids[None]}
        if self._wants_mask:
            inputs["attention_mask"] = np.ones_like(inputs["input_ids"])
        result: Logits = self._session.run(["logits"], inputs)[0][0]
        return result

    @cached_property
    def _tokenizer(self) -> PairTokenizer:
        return PairTokenizer(checked_file("tokenizer.json", self._tokenizer_folder))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)

    @cached_property
    def _wants_mask(self) -> bool:
        return any(given.name == "attention_mask" for given in self._session.get_inputs())

    @cached_property
    def _session(self) -> "InferenceSession":
        path = checked_file(self._name, self._folder)
        try:
            session = open_session(*unpacked(path))
        except Exception as error:  # onnxruntime's own errors have no other base
            raise ModelError(f"{path} is not a model that this onnxruntime reads; reinstall the package") from error
        give_back_memory()
        return session


def available_cores() -> int:
    """Return how many cores this process may use: those it is bound to, no more than $OMP_NUM_THREADS."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    stated = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(stated)) if stated.isdecimal() and int(stated) else cores
