"""The encoder of the thin models: MPNet with fewer attention heads and inner neurons in every layer.

Its shape is that of its weights, which `thinning` takes from a large model.
"""

from collections.abc import Mapping
from functools import cache

import torch
from torch import Tensor, nn

from qa.large.mpnet import EPSILON, FIRST_POSITION, MAX_TOKENS, distance_buckets
from qa.training.four_bits import Linear, Rounded

HEAD_SIZE = 64
Shapes = Mapping[str, tuple[int, ...]]


class ThinEmbeddings(nn.Module):
    """Word vectors (`rounded`: in 4 bits), widened if narrower than the states, and position vectors."""

    def __init__(self, words: int, width: int, places: int, hidden: int, rounded: bool) -> None:
        super().__init__()
        self.rounded = rounded
        self.word_embeddings = nn.Embedding(words, width)
        self.word_embeddings.weight.requires_grad_(False)
        if width < hidden:
            self.word_projection = (Linear if rounded else nn.Linear)(width, hidden)
        self.position_embeddings = nn.Embedding(places, hidden)
        self.LayerNorm = nn.LayerNorm(hidden, eps=EPSILON)
        self.register_buffer("scale", torch.ones(1))
        self.scale: Tensor

    def forward(self, input_ids: Tensor) -> Tensor:
        """Return states, (batch, tokens, hidden)."""
        words = self.word_embeddings(input_ids)
        if self.rounded:
            words = Rounded.apply(words, self.scale)  # type: ignore[no-untyped-call]
        places = self.position_embeddings.weight[FIRST_POSITION : FIRST_POSITION + input_ids.shape[1]]
        if hasattr(self, "word_projection"):
            words = self.word_projection(words)
        normed: Tensor = self.LayerNorm(words + places)
        return normed


class ThinAttention(nn.Module):
    """Attention with a learnt term for distance, of as many heads as its layer has."""

    def __init__(self, hidden: int, heads: int, buckets: int, linear: type[nn.Linear]) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = (linear(hidden, heads * HEAD_SIZE) for _ in range(3))
        self.o = linear(heads * HEAD_SIZE, hidden)
        self.distance = nn.Embedding(buckets, heads)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return (batch, tokens, hidden); `mask`, (batch, 1, 1, tokens), is added to the scores."""
        tokens = x.shape[1]
        query, key, value = (
            part(x).unflatten(-1, (self.heads, HEAD_SIZE)).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        bias = self.distance(_buckets(self.distance.num_embeddings)[:tokens, :tokens]).permute(2, 0, 1).contiguous()
        with torch.autocast("cpu", enabled=False):  # it would widen what softmax reads and returns
            scores = (query * HEAD_SIZE**-0.5) @ key.transpose(2, 3)
            scores += bias.to(scores.dtype)
            scores += mask.to(scores.dtype)
            attended = (scores.softmax(-1) @ value).transpose(1, 2).flatten(-2)
        states: Tensor = self.o(attended)
        return states


class AttentionPart(nn.Module):
    """Attention with what follows it, named as in MPNet."""

    def __init__(self, attn: ThinAttention, hidden: int) -> None:
        super().__init__()
        self.attn = attn
        self.LayerNorm = nn.LayerNorm(hidden, eps=EPSILON)


class InnerPart(nn.Module):
    """The first matrix of the inner neurons."""

    def __init__(self, dense: nn.Linear) -> None:
        super().__init__()
        self.dense = dense


class OuterPart(InnerPart):
    """The second one, with what follows it."""

    def __init__(self, dense: nn.Linear) -> None:
        super().__init__(dense)
        self.LayerNorm = nn.LayerNorm(dense.out_features, eps=EPSILON)


class ThinLayer(nn.Module):
    """One layer: attention, then the inner neurons."""

    def __init__(self, hidden: int, heads: int, inner: int, buckets: int, linear: type[nn.Linear]) -> None:
        super().__init__()
        self.attention = AttentionPart(ThinAttention(hidden, heads, buckets, linear), hidden)
        self.intermediate = InnerPart(linear(hidden, inner))
        self.output = OuterPart(linear(inner, hidden))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return states of the shape of `x`, (batch, tokens, hidden)."""
        x = self.attention.LayerNorm(self.attention.attn(x, mask) + x)
        inner = nn.functional.gelu(self.intermediate.dense(x))
        states: Tensor = self.output.LayerNorm(self.output.dense(inner) + x)
        return states


class ThinEncoder(nn.Module):
    """The encoder of the shape that `shapes` of its weights say, by their names in MPNet; `rounded`: in 4 bits."""

    def __init__(self, shapes: Shapes, rounded: bool) -> None:
        super().__init__()
        linear = Linear if rounded else nn.Linear
        words, width = shapes["embeddings.word_embeddings.weight"]
        hidden = shapes["embeddings.LayerNorm.weight"][0]
        places = shapes["embeddings.position_embeddings.weight"][0]
        self.embeddings = ThinEmbeddings(words, width, places, hidden, rounded)
        layers: list[ThinLayer] = []
        while f"encoder.layer.{len(layers)}.output.dense.weight" in shapes:
            layer = f"encoder.layer.{len(layers)}"
            buckets, heads = shapes[f"{layer}.attention.attn.distance.weight"]
            layers.append(ThinLayer(hidden, heads, shapes[f"{layer}.output.dense.weight"][1], buckets, linear))
        self.layers = layers
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> list[Tensor]:
        """Return the states after each layer, (batch, tokens, hidden), of inputs of shape (batch, tokens)."""
        x = self.embeddings(input_ids)
        if torch.is_autocast_enabled("cpu"):
            x = x.to(torch.get_autocast_dtype("cpu"))  # half the memory that sums and norms go through
        mask = (1 - attention_mask[:, None, None].to(torch.float32)) * -1e4
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], mask))
        return states[1:]


@cache
def _buckets(buckets: int) -> Tensor:
    """Return the bucket of each distance: (MAX_TOKENS, MAX_TOKENS), of query and key."""
    places = torch.arange(MAX_TOKENS)
    return torch.from_numpy(distance_buckets((places[None] - places[:, None]).numpy(), buckets))
