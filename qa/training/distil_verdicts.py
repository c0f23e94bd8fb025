"""Teaches the small verifier the large one's shares of the three verdicts (soft targets).

Source: Hinton et al. 2015 (arXiv 1503.02531).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from qa.passes import Logits
from qa.tokens import PairTokens, TokenBatch
from qa.training.labels import Reads, Targets, read_labels, write_labels
from qa.training.verifier_model import VerdictModel, verdict_loss
from qa.training.verifier_rows import Judged

HARD_SHARE = 0.3
"""How much the labels of the data count beside the teacher's shares."""


@dataclass(frozen=True, slots=True)
class Taught(Judged):
    """A judged statement with the teacher's logits, of shape (1, 3)."""

    targets: Targets


def label_verdicts(
    teacher: Reads, examples: Sequence[Judged], folder: Path, progress: Callable[[int], object] = lambda n: None
) -> None:
    """Write the teacher's logits of all examples to `folder`; files that are there are kept."""
    pairs = [(example.statement, example.passage) for example in examples]
    write_labels(teacher, [_key(example) for example in examples], pairs, verdict_targets, folder, progress)


def taught(examples: Sequence[Judged], folder: Path) -> Iterator[Taught]:
    """Yield the examples that have labels in `folder`, with them.

    Raises:
        DatasetError: the labels are of other examples.
    """
    for number, targets in read_labels([_key(example) for example in examples], folder):
        one = examples[number]
        yield Taught(one.source, one.statement, one.passage, one.label, targets)


def verdict_targets(_: int, __: PairTokens, logits: Logits) -> Targets:
    """Return the three logits, of shape (3,), as a row."""
    return logits[np.newaxis].astype(np.float16)


def _key(example: Judged) -> str:
    return hashlib.sha256(f"{example.statement}\n{example.passage}".encode()).hexdigest()[:16]


class DistilVerdictTask:
    """Cross-entropy with the teacher's shares, and with the labels of the data at a share of HARD_SHARE."""

    def pair(self, example: Taught) -> tuple[str, str]:
        """Return statement and passage."""
        return example.statement, example.passage

    def loss(self, model: VerdictModel, tokens: TokenBatch, examples: Sequence[Taught]) -> Tensor:
        """Return the mean loss of one batch."""
        logits = model(*(torch.from_numpy(a) for a in (tokens.input_ids, tokens.attention_mask, tokens.token_type_ids)))
        targets = torch.from_numpy(np.concatenate([example.targets for example in examples]).astype(np.float32))
        soft = -(targets.softmax(-1) * logits.float().log_softmax(-1)).sum(-1).mean()
        hard = verdict_loss(logits, torch.tensor([example.label for example in examples]))
        loss: Tensor = HARD_SHARE * hard + (1 - HARD_SHARE) * soft
        return loss
