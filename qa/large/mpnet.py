"""The MPNet encoder as an ONNX graph (Song et al. 2020, arXiv 2004.09297).

It differs from BERT's in three things: no segments, positions that count from 2, and a learnt term in the attention
for how far apart two tokens are (Raffel et al. 2020, T5, arXiv 1910.10683, section 2.1).
"""

import numpy as np
from numpy.typing import NDArray

from index.graph import Graph

EPSILON = 1e-5
FIRST_POSITION = 2  # 0 and 1 are unused and padding
MAX_TOKENS = 512
_EXACT_LAYERS = range(5, 10)
"""Layers whose second feed-forward matrix is never in 8 bits: a few of its inputs are far larger than the others
there, and one scale for all of them costs most of the precision of the whole model (decision 0009)."""
_FAR = 128  # tokens; all distances from here on are one


def mpnet_encoder(graph: Graph, layers: int, head_size: int) -> str:
    """Add the encoder of `layers` layers, whose heads are of `head_size`; its result is (texts, tokens, hidden).

    A layer has as many heads and inner neurons as its weights have.
    """
    count = graph.node("Squeeze", graph.node("Shape", "input_ids", start=1, end=2))
    zero, one = (graph.constant(str(n), np.array(n, dtype=np.int64)) for n in (0, 1))
    places = graph.node("Range", zero, count, one)
    apart = _apart(graph, places)
    shared = "encoder.relative_attention_bias.weight"
    bias = _distance_bias(graph, apart, shared) if shared in graph.weights else ""
    x = _embeddings(graph, places)
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        attention = f"{layer}.attention.attn"
        heads = len(graph.weights[f"{attention}.q.weight"]) // head_size
        own = bias or _distance_bias(graph, apart, f"{attention}.distance.weight")
        parts = [graph.linear(x, f"{attention}.{part}") for part in ("q", "k", "v")]
        # The empty names are the fused operator's bias and mask.
        attended = graph.node("MultiHeadAttention", *parts, "", "", own, domain="com.microsoft", num_heads=heads)
        attended = graph.linear(attended, f"{attention}.o")
        x = graph.norm(graph.node("Add", attended, x), f"{layer}.attention.LayerNorm", EPSILON)
        inner = graph.node("Gelu", graph.linear(x, f"{layer}.intermediate.dense"))
        outer = graph.linear(inner, f"{layer}.output.dense", exact=number in _EXACT_LAYERS)
        x = graph.norm(graph.node("Add", outer, x), f"{layer}.output.LayerNorm", EPSILON)
    return x


def distance_buckets(distances: NDArray[np.int64], buckets: int) -> NDArray[np.int64]:
    """Return the bucket, in [0, buckets), of each distance "key minus query", in tokens (T5, section 2.1).

    Half of the buckets are for keys after the query; in each half, half are for one distance each and the others
    grow with the logarithm.
    """
    half, exact = buckets // 2, buckets // 4
    apart = np.abs(distances)
    # 32-bit floats, as in PyTorch, so that a distance at the edge of two buckets falls into the same one.
    ratio = np.log(np.maximum(apart, 1).astype(np.float32) / np.float32(exact)) / np.float32(np.log(_FAR / exact))
    far = np.minimum(exact + (ratio * np.float32(half - exact)).astype(np.int64), half - 1)
    return np.where(distances > 0, half, 0) + np.where(apart < exact, apart, far)


def _apart(graph: Graph, places: str) -> str:
    """Add how far each key is from each query, counted from 0 for the farthest before: (tokens, tokens)."""
    row, column, middle = (
        graph.constant(name, np.array(value, dtype=np.int64))
        for name, value in (("row", [0]), ("column", [1]), ("middle", MAX_TOKENS - 1))
    )
    apart = graph.node("Sub", graph.node("Unsqueeze", places, row), graph.node("Unsqueeze", places, column))
    return graph.node("Add", apart, middle)


def _distance_bias(graph: Graph, apart: str, name: str) -> str:
    """Add the attention's term for distance, learnt as `name`: (1, heads, tokens, tokens)."""
    learnt = graph.weights[name]
    distances = np.arange(1 - MAX_TOKENS, MAX_TOKENS)
    buckets = graph.constant("buckets", distance_buckets(distances, len(learnt)))
    table = graph.node("Gather", graph.weight(name), buckets)
    bias = graph.node("Gather", table, apart)
    return graph.node("Unsqueeze", graph.node("Transpose", bias, perm=[2, 0, 1]), "row")


def _embeddings(graph: Graph, places: str) -> str:
    first = graph.constant("first position", np.array(FIRST_POSITION, dtype=np.int64))
    word = graph.rows("embeddings.word_embeddings.weight", "input_ids")
    if "embeddings.word_projection.weight" in graph.weights:
        word = graph.linear(word, "embeddings.word_projection")
    place = graph.rows("embeddings.position_embeddings.weight", graph.node("Add", places, first))
    return graph.norm(graph.node("Add", word, place), "embeddings.LayerNorm", EPSILON)
