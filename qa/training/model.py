"""The span model: an encoder that gives every pair of a first and a last token a logit.

Sources: Devlin et al. 2019, BERT (arXiv 1810.04805), section 4.3, for start and end logits, and [CLS] as "no answer";
Fajcik et al. 2021 (arXiv 2008.12804) for learning the pair as one choice.
"""

import torch
from torch import Tensor, nn

from qa.decoding import MAX_ANSWER_TOKENS

NO_OPTION = -1e4
PAIRED = 64
"""Length of the vectors whose product says how well a first and a last token belong together."""


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

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the logits of inputs of shape (batch, tokens)."""
        return self.logits(self.hidden(input_ids, attention_mask, token_type_ids))

    def seen(self, states: Tensor) -> Tensor:
        """Return those of the encoder's states, (batch, tokens, hidden), that the head sees."""
        raise NotImplementedError

    def logits(self, states: Tensor) -> Tensor:
        """Return the logits, (batch, ...), of the encoder's states, (batch, tokens, hidden)."""
        raise NotImplementedError

    def choices(self, logits: Tensor, readable: Tensor) -> Tensor:
        """Return the logits, (choices, options), of each choice that the head makes; readable: (batch, tokens)."""
        raise NotImplementedError

    def kept_state(self) -> dict[str, Tensor]:
        """What checkpoints keep, by name: here everything."""
        return self.state_dict()

    def load_kept_state(self, state: dict[str, Tensor]) -> None:
        """Take over what `kept_state` returned."""
        self.load_state_dict(state)


class SpanModel(PairModel):
    """Reads question and passage together; returns start logit, end logit, start vector and end vector of each token.

    Their shape is (batch, tokens, 2 + 2 * PAIRED).
    """

    def __init__(self, encoder: nn.Module, hidden_size: int) -> None:
        super().__init__(encoder)
        self.head = nn.Linear(hidden_size, 2 + 2 * PAIRED)

    def seen(self, states: Tensor) -> Tensor:
        """Return all."""
        return states

    def logits(self, states: Tensor) -> Tensor:
        """Return start and end logits and vectors, (batch, tokens, 2 + 2 * PAIRED)."""
        logits: Tensor = self.head(states)
        return logits

    def choices(self, logits: Tensor, readable: Tensor) -> Tensor:
        """Return the spans of each text (`span_choices`)."""
        return span_choices(logits, readable)


def span_choices(logits: Tensor, readable: Tensor) -> Tensor:
    """Return the logits of all spans, (batch, tokens * tokens), the first token's place times `tokens` plus the last's.

    A span's logit is start + end logit + the product of start and end vector. Options are [CLS] alone, for no answer,
    and spans of at most MAX_ANSWER_TOKENS readable tokens; shapes: logits (batch, tokens, 2 or more), readable (batch,
    tokens).
    """
    with torch.autocast("cpu", enabled=False):
        single, vectors = logits[..., :2].float(), logits[..., 2:].float()
        starts, ends = vectors.chunk(2, dim=-1)
        scores: Tensor = single[..., :1] + single[..., 1:].transpose(1, 2) + starts @ ends.transpose(1, 2)
    options = (readable.unsqueeze(2) & readable.unsqueeze(1)).triu().tril(MAX_ANSWER_TOKENS - 1)
    options[:, 0, 0] = True
    return scores.masked_fill(~options, NO_OPTION).flatten(1)
