"""Tiny models with random weights, to test the code that trains."""

import json
from pathlib import Path

from index.encoder import encoder_folder
from qa.large.mpnet import EPSILON

PAD_ID = 1
HIDDEN = 128


def tiny_base(folder: Path, hidden: int = 32, inner: int = 64) -> Path:
    """Write a random two-layer MPNet, with a tokenizer that writes pairs as MPNet's does."""
    from transformers import MPNetConfig, MPNetModel

    from qa.training.whole_model import SPECIAL

    config = MPNetConfig(
        vocab_size=30527,
        hidden_size=hidden,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=inner,
        pad_token_id=PAD_ID,
        layer_norm_eps=EPSILON,
    )
    MPNetModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer = json.loads((encoder_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["post_processor"] = {
        "type": "RobertaProcessing",
        "sep": ["[SEP]", 102],
        "cls": ["[CLS]", 101],
        "trim_offsets": True,
        "add_prefix_space": False,
    }
    tokenizer["padding"]["pad_id"] = PAD_ID
    text = json.dumps(tokenizer)
    for own, large in SPECIAL.items():
        text = text.replace(f'"{own}"', f'"{large}"')
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    return folder


def tiny_whole(folder: Path, large, kind):  # type: ignore[no-untyped-def]  # torch loads lazily
    """Return a tiny large model of the class `large` in the shape of `kind`; its base has its tokens five higher."""
    import torch

    from qa.training.whole_model import SPECIAL, tokens_of, whole_model

    torch.manual_seed(1)
    model = large.from_folder(tiny_base(folder, HIDDEN, 256), 4)
    for name, value in model.named_parameters():
        if ".lora_B." in name or name.endswith("bias"):
            torch.nn.init.normal_(value, std=0.1)
    model.merge_adapters(bf16=False)
    own = tokens_of(encoder_folder())
    made = whole_model(model, own, {SPECIAL.get(token, token): number + 5 for token, number in own.items()}, kind)
    ids = torch.tensor([[101, 2040, 2187, 102, 9152, 102]])
    types = torch.zeros_like(ids)
    expected = model.eval()(ids + 5, torch.ones_like(ids), types)
    torch.testing.assert_close(made(ids, torch.ones_like(ids), types), expected, atol=1e-4, rtol=1e-4)
    return made
