"""Takes from a large model what matters least, so that what is left can ship in 4 bits.

Heads and inner neurons go by how much the loss would change without them (Fisher information of their masks), and what
stays is fitted to give each layer's output again: Kwon et al. 2022, "A Fast Post-Training Pruning Framework for
Transformers" (arXiv 2204.00656). Word vectors keep their main directions.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from tqdm import tqdm

from qa.large.mpnet import FIRST_POSITION
from qa.memory import keep_freed_memory
from qa.tokens import PairTokenizer, TokenBatch, pad
from qa.training.four_bits import BLOCK, row_scales
from qa.training.label_task import inputs_of
from qa.training.thin_encoder import HEAD_SIZE, ThinLayer
from qa.training.thin_model import SomeThin, Thin

BATCH = 16
RIDGE = 1e-2
"""How much the fit holds back, as a share of the mean square of the inputs."""
Pairs = Sequence[tuple[str, str]]
Weights = dict[str, Tensor]
PLACES = "encoder.embeddings.position_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Cut:
    """How small a thin model gets: about so many weights in its layers, numbers in a word vector, and tokens."""

    layers: int
    words: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Which heads and inner neurons of a layer stay, by number."""

    heads: list[int]
    neurons: list[int]


def thinned(model: SomeThin, tokenizer: PairTokenizer, pairs: Pairs, cut: Cut, seed: int) -> SomeThin:
    """Return `model` cut to size, by what it makes of `pairs`."""
    keep_freed_memory()
    batches = list(_batches(tokenizer, pairs, cut.tokens))
    information, squares = _studied(model, batches, seed)
    hidden = model.encoder.layers[0].output.dense.out_features
    kept = _kept(information[::2], information[1::2], hidden, cut.layers)
    state = dict(model.state_dict())
    for number, layer in enumerate(model.encoder.layers):
        thin = _thin_layer(layer, kept[number], squares[2 * number], squares[2 * number + 1])
        state.update({f"encoder.encoder.layer.{number}.{name}": value for name, value in thin.items()})
    if cut.words < hidden:
        state.update(_narrow_words(model, batches, cut.words))
    state[PLACES] = state[PLACES][: cut.tokens + FIRST_POSITION]
    return type(model).of(state)


def _batches(tokenizer: PairTokenizer, pairs: Pairs, max_tokens: int) -> Iterator[TokenBatch]:
    encodings = sorted(tokenizer.encode(list(pairs)), key=lambda e: len(e.ids))
    for at in range(0, len(encodings), BATCH):
        yield pad(encodings[at : at + BATCH], max_tokens, tokenizer.pad_id)


def _outers(model: Thin) -> list[nn.Linear]:
    """Return of each layer the matrices behind the heads and behind the inner neurons."""
    return [part for layer in model.encoder.layers for part in (layer.attention.attn.o, layer.output.dense)]


@contextmanager
def _changed(parts: Sequence[nn.Module], change: Callable[[int, Tensor], Tensor]) -> Iterator[None]:
    """Within, let each part get `change(its number, input)` for its input."""

    def hook(number: int, _: nn.Module, given: tuple[Tensor]) -> tuple[Tensor]:
        return (change(number, given[0]),)

    hooks = [part.register_forward_pre_hook(partial(hook, number)) for number, part in enumerate(parts)]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()


def _studied(model: Thin, batches: Sequence[TokenBatch], seed: int) -> tuple[list[Tensor], list[Tensor]]:
    """Return of the input x of each of `_outers` the Fisher information of its heads or neurons, and the sum of x xᵀ.

    A head is masked as a whole, a neuron alone.
    """
    chance = torch.Generator().manual_seed(seed)
    outers = _outers(model)
    units = [HEAD_SIZE if number % 2 == 0 else 1 for number in range(len(outers))]
    information = [torch.zeros(outer.in_features // unit) for outer, unit in zip(outers, units, strict=True)]
    squares = [torch.zeros(outer.in_features, outer.in_features) for outer in outers]
    masks: dict[int, Tensor] = {}

    def mask(readable: Tensor, number: int, x: Tensor) -> Tensor:
        rows = x.detach()[readable].float()
        squares[number].addmm_(rows.T, rows)
        masks[number] = torch.ones(len(x), 1, x.shape[-1], requires_grad=True)
        return x * masks[number]

    for batch in tqdm(batches, desc="what matters", mininterval=10):
        ids, used, types = inputs_of(batch)
        masked = partial(mask, used.bool())
        with _changed(outers, masked), torch.autocast("cpu", dtype=torch.bfloat16):
            choices = model.choices(model(ids, used, types), torch.from_numpy(batch.readable))
        drawn = torch.multinomial(choices.softmax(-1), 1, generator=chance).squeeze(1)
        loss = nn.functional.cross_entropy(choices, drawn, reduction="sum")
        gradients = torch.autograd.grad(loss, [masks[number] for number in range(len(outers))])
        for number, found in enumerate(gradients):
            information[number] += found.reshape(len(found), -1, units[number]).sum(-1).square().sum(0)
    return information, squares


def _kept(heads: list[Tensor], neurons: list[Tensor], hidden: int, budget: int) -> list[Kept]:
    """Return what stays of each layer: what tells most for each weight until `budget` is used."""
    units: list[tuple[float, int, str, list[int]]] = []
    for number in range(len(heads)):
        units += [(float(value) / (4 * HEAD_SIZE), number, "heads", [head]) for head, value in enumerate(heads[number])]
        order = neurons[number].argsort(descending=True).reshape(-1, BLOCK)
        units += [(float(neurons[number][block].mean()) / 2, number, "neurons", block.tolist()) for block in order]
    kept = [Kept([], []) for _ in heads]
    used = 0
    # The best head and block of every layer stay in any case.
    for _, number, kind, parts in sorted(units, key=lambda unit: -unit[0]):
        chosen: list[int] = getattr(kept[number], kind)
        cost = hidden * (4 * HEAD_SIZE if kind == "heads" else 2 * BLOCK)
        if not chosen or used + cost <= budget:
            chosen += parts
            used += cost
    return [Kept(sorted(each.heads), sorted(each.neurons)) for each in kept]


def _counts(batches: Sequence[TokenBatch], words: int) -> Tensor:
    """Return how often each word occurs: (words,)."""
    counts = torch.zeros(words)
    for batch in batches:
        counts += torch.bincount(torch.from_numpy(batch.input_ids[batch.attention_mask == 1]), minlength=words)
    return counts


def _thin_layer(layer: ThinLayer, kept: Kept, attended: Tensor, inner_squares: Tensor) -> Weights:
    """Return the weights that stay; the two matrices are the input squares of those behind heads and neurons."""
    attention = layer.attention.attn
    rows = torch.tensor([head * HEAD_SIZE + at for head in kept.heads for at in range(HEAD_SIZE)])
    neurons = torch.tensor(kept.neurons)
    weights: Weights = {"attention.attn.distance.weight": attention.distance.weight[:, kept.heads]}
    for name in ("q", "k", "v"):
        part = getattr(attention, name)
        weights |= {f"attention.attn.{name}.weight": part.weight[rows], f"attention.attn.{name}.bias": part.bias[rows]}
    inner = layer.intermediate.dense
    weights |= {"intermediate.dense.weight": inner.weight[neurons], "intermediate.dense.bias": inner.bias[neurons]}
    weights["attention.attn.o.weight"] = fitted(attention.o.weight, rows, attended)
    weights["output.dense.weight"] = fitted(layer.output.dense.weight, neurons, inner_squares)
    return weights


def fitted(matrix: Tensor, kept: Tensor, squares: Tensor) -> Tensor:
    """Return columns for the `kept` inputs that give nearly what all columns gave (least squares)."""
    own = squares[kept][:, kept].double()
    own += torch.eye(len(kept), dtype=torch.float64) * RIDGE * own.diagonal().mean()
    # What is fitted is what the inputs left out add, so that the ridge holds the kept columns where they were.
    rest = torch.ones(len(squares), dtype=torch.bool)
    rest[kept] = False
    missing = squares[kept][:, rest].double() @ matrix.T[rest].double()
    added: Tensor = torch.linalg.solve(own, missing).T.float()
    return matrix[:, kept] + added


def _narrow_words(model: Thin, batches: Sequence[TokenBatch], width: int) -> Weights:
    """Return word vectors of `width`, and what widens them, of the main directions of the words that occur."""
    words = model.encoder.embeddings.word_embeddings.weight.detach().double()
    often = (_counts(batches, len(words)) + 1).double().sqrt()
    often /= often.sum()
    mean = often @ words
    centred = words - mean
    directions = torch.linalg.eigh((centred * often[:, None]).T @ centred)[1][:, -width:]
    narrow = (centred @ directions).float()
    return {
        "encoder.embeddings.word_embeddings.weight": narrow,
        "encoder.embeddings.word_projection.weight": directions.float(),
        "encoder.embeddings.word_projection.bias": mean.float(),
        "encoder.embeddings.scale": row_scales(narrow.flatten()[None])[0],
    }
