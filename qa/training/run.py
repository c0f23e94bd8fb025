"""The training loop: length-bucketed batches, linear decay, checkpoints that resume. What is learnt is a `Task`."""

import math
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from tqdm import tqdm

from index.errors import ModelError
from qa.memory import keep_freed_memory
from qa.tokens import PairTokenizer, TokenBatch, pad
from qa.training.model import PairModel
from qa.training.windows import MAX_TOKENS

Example = TypeVar("Example", contravariant=True)
Model = TypeVar("Model", bound=PairModel, contravariant=True)
Some = TypeVar("Some")
Trained = TypeVar("Trained", bound=PairModel)


@dataclass(frozen=True, slots=True)
class Plan:
    """What fixes a training run; the same plan and examples give the same batches."""

    seed: int = 1
    epochs: int = 1
    learning_rate: float = 2e-4
    warmup_share: float = 0.06
    tokens_per_batch: int = 4096
    checkpoint_steps: int = 200
    weight_decay: float = 0.01
    bf16: bool = False


def has_bf16() -> bool:
    """Whether this processor multiplies matrices of 16-bit numbers in hardware (AMX), so that training in them pays."""
    return bool(torch.cpu.get_capabilities().get("amx_bf16"))


class Task(Protocol[Example, Model]):
    """What is learnt from examples of one kind: how one reads, and how far a model is off."""

    def pair(self, example: Example) -> tuple[str, str]:
        """Return the two texts that are read together."""
        ...

    def loss(self, model: Model, tokens: TokenBatch, examples: Sequence[Example]) -> torch.Tensor:
        """Return the mean loss of one batch."""
        ...


def train(
    task: Task[Some, Trained],
    examples: Sequence[Some],
    tokenizer: PairTokenizer,
    model: Trained,
    folder: Path,
    plan: Plan,
    on_step: Callable[[int], None] = lambda step: None,
) -> Trained:
    """Train `model` on `examples` and return it; `folder` keeps a checkpoint to resume from.

    `on_step` is told each step before it is taken.

    Raises:
        ModelError: the checkpoint belongs to another plan.
    """
    keep_freed_memory()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=plan.learning_rate, weight_decay=plan.weight_decay, fused=True)
    encodings = tokenizer.encode([task.pair(example) for example in examples])
    batches = _batches([len(e.ids) for e in encodings], plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate(len(batches), plan.warmup_share))
    checkpoint = folder / "checkpoint.pt"
    first = _resume(checkpoint, plan, len(batches), model, optimizer, schedule)
    model.train()
    running = math.nan
    progress = tqdm(range(first, len(batches)), initial=first, total=len(batches), desc="training", mininterval=10)
    for step in progress:
        on_step(step)
        tokens = pad([encodings[i] for i in batches[step]], MAX_TOKENS, tokenizer.pad_id)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
            loss = task.loss(model, tokens, [examples[i] for i in batches[step]])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running = loss.item() if math.isnan(running) else 0.98 * running + 0.02 * loss.item()
        if step % 20 == 0:
            progress.set_postfix(loss=f"{running:.3f}")
        if (step + 1) % plan.checkpoint_steps == 0 or step + 1 == len(batches):
            _save(checkpoint, plan, step + 1, len(batches), model, optimizer, schedule)
    return model.eval()


def phase_record(plan: Plan, began: float, **counts: int) -> dict[str, Any]:
    """Return what the model card says of a run that began at `began` (`time.perf_counter`) on so many examples."""
    seconds = round(time.perf_counter() - began)  # of the last uninterrupted run
    return {"plan": repr(plan), **counts, "seconds": seconds}


def _batches(lengths: Sequence[int], plan: Plan) -> list[list[int]]:
    """Group examples of like length into batches of about `tokens_per_batch` padded tokens."""
    chance = random.Random(plan.seed)
    batches: list[list[int]] = []
    for _ in range(plan.epochs):
        order = list(range(len(lengths)))
        chance.shuffle(order)
        epoch: list[list[int]] = []
        for at in range(0, len(order), 1024):
            current: list[int] = []
            for i in sorted(order[at : at + 1024], key=lambda i: lengths[i]):
                if current and (len(current) + 1) * min(lengths[i], MAX_TOKENS) > plan.tokens_per_batch:
                    epoch.append(current)
                    current = []
                current.append(i)
            epoch.append(current)
        chance.shuffle(epoch)
        batches += epoch
    return batches


def _rate(steps: int, warmup_share: float):  # type: ignore[no-untyped-def]
    warmup = max(1, int(steps * warmup_share))
    return lambda step: min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))


def _save(path: Path, plan: Plan, step: int, steps: int, model: PairModel, optimizer, schedule) -> None:  # type: ignore[no-untyped-def]
    """Write the checkpoint beside and move it in place, so that an interruption leaves the last one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    state = {"plan": repr(plan), "step": step, "steps": steps, "model": model.kept_state()}
    torch.save(state | {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}, beside)
    os.replace(beside, path)


def _resume(path: Path, plan: Plan, steps: int, model: PairModel, optimizer, schedule) -> int:  # type: ignore[no-untyped-def]
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    if (state["plan"], state["steps"]) != (repr(plan), steps):
        raise ModelError(f"{path} belongs to another run ({state['plan']}); remove it or name another output folder")
    model.load_kept_state(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
