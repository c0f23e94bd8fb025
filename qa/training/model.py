"""The span model: an encoder with a start and an end logit for every token.

Source: Devlin et al. 2019, BERT (arXiv 1810.04805), section 4.3: the first token [CLS] stands for
"no answer".
"""

from pathlib import Path

from torch import Tensor, nn
from transformers import AutoModel

from qa.training.attention import PLAIN


class PairModel(nn.Module):
    """An encoder that reads two texts together, with a head of its own kind."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def hidden(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the encoder's states, (batch, tokens, hidden), of inputs of shape (batch, tokens)."""
        states: Tensor = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return states

    def kept_state(self) -> dict[str, Tensor]:
        """What checkpoints keep, by name: here everything."""
        return self.state_dict()

    def load_kept_state(self, state: dict[str, Tensor]) -> None:
        """Take over what `kept_state` returned."""
        self.load_state_dict(state)


class SpanModel(PairModel):
    """Reads question and passage together; returns logits of shape (batch, tokens, 2)."""

    def __init__(self, encoder: nn.Module, hidden_size: int) -> None:
        super().__init__(encoder)
        self.head = nn.Linear(hidden_size, 2)

    @classmethod
    def from_folder(cls, folder: Path) -> "SpanModel":
        """Start from the encoder in `folder` (Hugging Face layout), with a new head."""
        encoder = trainable_encoder(folder)
        return cls(encoder, encoder.config.hidden_size)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """All inputs have shape (batch, tokens); the result has shape (batch, tokens, 2)."""
        logits: Tensor = self.head(self.hidden(input_ids, attention_mask, token_type_ids))
        return logits


def trainable_encoder(folder: Path):  # type: ignore[no-untyped-def]  # transformers' own type is a union of all models
    """Return the encoder in `folder` without dropout.

    Word embeddings stay frozen; position and segment embeddings are trained, for the sentence
    encoder never saw two segments.
    """
    encoder = AutoModel.from_pretrained(
        folder,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        add_pooling_layer=False,
        attn_implementation=PLAIN,
    )
    encoder.embeddings.word_embeddings.requires_grad_(False)
    return encoder


def span_loss(logits: Tensor, readable: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Mean cross-entropy of the gold start and end among the readable tokens.

    Shapes: logits (batch, tokens, 2); readable (batch, tokens), true for [CLS] and passage tokens;
    starts and ends (batch,), 0 where there is no answer.
    """
    masked = logits.float().masked_fill(~readable.unsqueeze(-1), -1e4)
    start_loss = nn.functional.cross_entropy(masked[..., 0], starts)
    end_loss = nn.functional.cross_entropy(masked[..., 1], ends)
    return (start_loss + end_loss) / 2
