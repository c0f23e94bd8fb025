"""The large verifier in the shape of the thin one, which it teaches: with the same tokens, and lacking nothing yet."""

from collections.abc import Mapping
from pathlib import Path

import torch
from tokenizers import Tokenizer

from index.encoder import encoder_folder
from qa.large.base import large_base_folder
from qa.large.merging import ADAPTER
from qa.training.four_bits import row_scales
from qa.training.large_model import LargeVerdictModel, load_adapter
from qa.training.options import made_by
from qa.training.thin_model import ThinVerdictModel

SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
"""The small reader's special tokens, and MPNet's."""


def teacher_in(work: Path) -> ThinVerdictModel:
    """Return the large verifier with the adapters in `work` as a thin one that lacks nothing yet.

    It has the small reader's tokenizer, whose tokens are all among its own.

    Raises:
        DatasetError: there are none; run `large-verifier train` first.
        ModelError: they are not a large verifier's, or its base is not installed.
    """
    base = large_base_folder()
    large = load_adapter(base, made_by(work / ADAPTER, "large-verifier train"), LargeVerdictModel)
    large.merge_adapters(bf16=False)
    return whole_model(large, tokens_of(encoder_folder()), tokens_of(base)).eval().requires_grad_(False)


def whole_model(
    large: LargeVerdictModel, tokens: Mapping[str, int], large_tokens: Mapping[str, int]
) -> ThinVerdictModel:
    """Return `large`, its adapters merged, as a thin model; both tokenizers' tokens are given by name."""
    state = {
        name.replace(".base_layer", ""): value.float()
        for name, value in large.state_dict().items()
        if "lora_" not in name
    }
    distance = state.pop("encoder.encoder.relative_attention_bias.weight")
    order = [large_tokens[SPECIAL.get(token, token)] for token, _ in sorted(tokens.items(), key=lambda item: item[1])]
    words = state["encoder.embeddings.word_embeddings.weight"][order]
    state["encoder.embeddings.word_embeddings.weight"] = words
    hidden = words.shape[1]
    state["encoder.embeddings.word_projection.weight"] = torch.eye(hidden)
    state["encoder.embeddings.word_projection.bias"] = torch.zeros(hidden)
    state["encoder.embeddings.scale"] = row_scales(words.flatten()[None])[0]
    for number in range(len(large.encoder.encoder.layer)):  # type: ignore[union-attr,arg-type]
        state[f"encoder.encoder.layer.{number}.attention.attn.distance.weight"] = distance.clone()
    return ThinVerdictModel.of(state, rounded=False)


def tokens_of(folder: Path) -> dict[str, int]:
    """Return the numbers of the tokens of the tokenizer in `folder`."""
    found: dict[str, int] = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    return found
