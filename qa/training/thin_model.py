"""The models that ship: thin encoders (`thin_encoder`) with the head of a reader or of a verifier."""

from collections.abc import Mapping
from typing import Self, TypeVar

from torch import Tensor

from qa.training.four_bits import Linear
from qa.training.model import PairModel, SpanModel
from qa.training.thin_encoder import ThinEncoder
from qa.training.verifier_model import VerdictModel


class Thin(PairModel):
    """A model with a thin encoder; it has no segments: `token_type_ids` go unused."""

    encoder: ThinEncoder

    @classmethod
    def of(cls, state: Mapping[str, Tensor], rounded: bool = True) -> Self:
        """Return the model with these weights, which it uses as they are in 4 bits if `rounded`."""
        shapes = {name.removeprefix("encoder."): tuple(value.shape) for name, value in state.items()}
        hidden = shapes["embeddings.LayerNorm.weight"][0]
        model = cls(ThinEncoder(shapes, rounded), hidden)  # type: ignore[call-arg]  # of the model it is mixed with
        if rounded and "pooler.weight" in state:
            model.pooler = Linear(hidden, hidden)
        model.load_state_dict(dict(state))
        return model

    def round_matrices(self) -> None:
        """Keep matrices and tables in 16 bits, for reading alone: autocast rounds nearly all of them anyway."""
        for value in self.parameters():
            if value.dim() == 2:
                value.data = value.data.bfloat16()

    def hidden(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the encoder's states, (batch, tokens, hidden), of inputs of shape (batch, tokens)."""
        states: list[Tensor] = self.encoder(input_ids, attention_mask)
        return states[-1]

    def read(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[list[Tensor], Tensor]:
        """Return the states after each layer, (batch, tokens, hidden), and the logits."""
        states: list[Tensor] = self.encoder(input_ids, attention_mask)
        return states, self.logits(states[-1])


SomeThin = TypeVar("SomeThin", bound=Thin)


class ThinVerdictModel(Thin, VerdictModel):
    """Judges like `VerdictModel`."""


class ThinSpanModel(Thin, SpanModel):
    """Reads like `SpanModel`."""
