"""The large models: frozen all-mpnet-base-v2 with low-rank adapters, and a head for spans or for verdicts.

Source: Hu et al. 2021, LoRA (arXiv 2106.09685). Only adapters and head are trained, kept and
shipped (11 MB in 16 bits at rank 32); the base weights come from packages (qa.large.base).
"""

from pathlib import Path
from typing import Self, TypeVar

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoModel

from index.errors import ModelError
from qa.large.merging import RANK, SCALE
from qa.training.model import PairModel, SpanModel
from qa.training.verifier_model import VerdictModel

SomeAdapted = TypeVar("SomeAdapted", bound="Adapted")


class Adapted(PairModel):
    """A model whose encoder is the frozen large one with adapters; it has no segments: `token_type_ids` go unused."""

    @classmethod
    def from_folder(cls, folder: Path, rank: int = RANK) -> Self:
        """Start from the MPNet encoder in `folder`, without dropout, with adapters that change nothing yet."""
        encoder = AutoModel.from_pretrained(
            folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, add_pooling_layer=False
        )
        # Attention (q, k, v, o) and both feed-forward matrices (dense) of every layer.
        adapters = LoraConfig(r=rank, lora_alpha=int(SCALE * rank), target_modules=["q", "k", "v", "o", "dense"])
        adapted = inject_adapter_in_model(adapters, encoder)
        return cls(adapted, encoder.config.hidden_size)  # type: ignore[call-arg]  # of the model it is mixed with

    def merge_adapters(self, bf16: bool) -> None:
        """Add the adapters to the frozen matrices, kept in 16 bits with `bf16`: it then reads almost twice as fast."""
        for module in self.modules():
            if isinstance(module, LoraLayer):
                module.merge()
        if bf16:
            self.round_frozen()

    def round_frozen(self) -> None:
        """Keep the frozen matrices in 16 bits: under autocast they are rounded at every step anyway."""
        for module in self.modules():
            if isinstance(module, LoraLayer):
                module.base_layer.weight.data = module.base_layer.weight.data.bfloat16()
                module.cast_input_dtype_enabled = False  # peft would widen every input to the adapters' 32 bits

    def start_from(self, state: dict[str, Tensor]) -> None:
        """Take over adapters of a rank that is not higher; the rows and columns that they lack change nothing yet.

        A head of another kind is not taken over.
        """
        own = self.kept_state()
        for name, value in state.items():
            if ".lora_" not in name:
                if own[name].shape == value.shape:
                    own[name].copy_(value)
            elif ".lora_A." in name:
                own[name][: len(value)] = value
            else:
                own[name].zero_()[:, : value.shape[1]] = value

    def hidden(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the encoder's states, (batch, tokens, hidden), of inputs of shape (batch, tokens)."""
        states: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states

    def kept_state(self) -> dict[str, Tensor]:
        """Adapters and head, by name."""
        return {name: value.detach() for name, value in self.named_parameters() if value.requires_grad}

    def load_kept_state(self, state: dict[str, Tensor]) -> None:
        """Take over adapters and head.

        Raises:
            ModelError: they belong to a model of another rank or depth.
        """
        own = {name: value.shape for name, value in self.kept_state().items()}
        if own != {name: value.shape for name, value in state.items()}:
            raise ModelError("these adapters belong to a model of another shape; name those made from this base")
        self.load_state_dict(state, strict=False)


class LargeSpanModel(Adapted, SpanModel):
    """Reads like `SpanModel`."""


class LargeVerdictModel(Adapted, VerdictModel):
    """Judges like `VerdictModel`; the small verifier's teacher."""


def save_adapter(model: PairModel, path: Path, kind: torch.dtype = torch.float32) -> None:
    """Write adapters and head as safetensors, in numbers of this kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.to(kind).contiguous() for name, value in model.kept_state().items()}, path)


def load_adapter(base: Path, path: Path, kind: type[SomeAdapted]) -> SomeAdapted:
    """Return the model of the encoder in `base` with the adapters and head in `path`, ready to read.

    Raises:
        ModelError: the file is missing, or not adapters of this encoder and a head of this kind.
    """
    state = read_adapter(path)
    ranks = {value.shape[0] for name, value in state.items() if ".lora_A." in name}
    if len(ranks) != 1:
        raise ModelError(f"{path} holds no adapters of one rank; name the file that `teach` wrote")
    model = kind.from_folder(base, ranks.pop())
    model.load_kept_state(state)
    return model.eval()


def read_adapter(path: Path) -> dict[str, Tensor]:
    """Return adapters and head by name, in 32 bits.

    Raises:
        ModelError: the file is missing, or not a file of tensors.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name).to(torch.float32) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} cannot be read as adapters of the large reader ({error})") from error
