"""A large model in the shape of the thin one, which it teaches: with the same tokens, and lacking nothing yet."""

from collections.abc import Mapping
from pathlib import Path

from tokenizers import Tokenizer

from index.encoder import encoder_folder
from qa.large.base import large_base_folder
from qa.large.merging import ADAPTER
from qa.tokens import PairTokenizer
from qa.training.four_bits import row_scales
from qa.training.large_model import Adapted, LargeSpanModel, LargeVerdictModel, load_adapter
from qa.training.options import made_by
from qa.training.thin_model import SomeThin, ThinSpanModel, ThinVerdictModel

SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
"""The small encoder's special tokens, and MPNet's."""


def reader_in(work: Path) -> ThinSpanModel:
    """Return the large reader with the adapters in `work`, like `verifier_in`."""
    return _merged(work, "large train", LargeSpanModel, ThinSpanModel)


def verifier_in(work: Path) -> ThinVerdictModel:
    """Return the large verifier with the adapters in `work` as a thin one that lacks nothing yet.

    It has the small encoder's tokenizer, whose tokens are all among its own.

    Raises:
        DatasetError: there are none; run `large-verifier train` first.
        ModelError: they are not a large verifier's, or its base is not installed.
    """
    return _merged(work, "large-verifier train", LargeVerdictModel, ThinVerdictModel)


def _merged(work: Path, step: str, large: type[Adapted], kind: type[SomeThin]) -> SomeThin:
    base = large_base_folder()
    model = load_adapter(base, made_by(work / ADAPTER, step), large)
    model.merge_adapters(bf16=False)
    whole = whole_model(model, tokens_of(encoder_folder()), tokens_of(base), kind)
    return whole.eval().requires_grad_(False)


def whole_model(
    large: Adapted, tokens: Mapping[str, int], large_tokens: Mapping[str, int], kind: type[SomeThin]
) -> SomeThin:
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
    state["encoder.embeddings.scale"] = row_scales(words.flatten()[None])[0]
    for number in range(len(large.encoder.encoder.layer)):  # type: ignore[union-attr,arg-type]
        state[f"encoder.encoder.layer.{number}.attention.attn.distance.weight"] = distance.clone()
    return kind.of(state, rounded=False)


def thin_tokenizer() -> PairTokenizer:
    """Return the tokenizer of the thin models, which cuts texts like the large ones'."""
    return PairTokenizer(encoder_folder() / "tokenizer.json")


def tokens_of(folder: Path) -> dict[str, int]:
    """Return the numbers of the tokens of the tokenizer in `folder`."""
    found: dict[str, int] = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    return found
