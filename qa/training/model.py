"""The span model: an encoder with a start and an end logit for every token.

Source: Devlin et al. 2019, BERT (arXiv 1810.04805), section 4.3: the first token [CLS] stands for
"no answer".
"""

from torch import Tensor, nn

NO_OPTION = -1e4


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
    """Reads question and passage together; returns logits of shape (batch, tokens, 2)."""

    def __init__(self, encoder: nn.Module, hidden_size: int) -> None:
        super().__init__(encoder)
        self.head = nn.Linear(hidden_size, 2)

    def seen(self, states: Tensor) -> Tensor:
        """Return all."""
        return states

    def logits(self, states: Tensor) -> Tensor:
        """Return start and end logits, (batch, tokens, 2)."""
        logits: Tensor = self.head(states)
        return logits

    def choices(self, logits: Tensor, readable: Tensor) -> Tensor:
        """Return starts and ends (`span_choices`)."""
        return span_choices(logits, readable)


def span_choices(logits: Tensor, readable: Tensor) -> Tensor:
    """Return the logits of starts and ends, in turn: (2 * batch, tokens), of (batch, tokens, 2).

    Only [CLS] and the readable tokens are options; `readable` has shape (batch, tokens).
    """
    options = readable.clone()
    options[:, 0] = True
    return logits.float().masked_fill(~options.unsqueeze(-1), NO_OPTION).transpose(1, 2).flatten(0, 1)
