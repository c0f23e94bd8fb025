"""Learnt numbers of quiz answers: how evidence speaks for a choice and for a verdict.

Made by `python -m qa.training verifier calibrate` on development items, stored as JSON beside the verifier's weights.
Choices: conditional logit (McFadden 1974); verdicts: multinomial logistic regression.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import ModelError
from qa.answer import VERDICTS
from qa.calibration import Logistic
from qa.quiz.evidence import STATEMENT_FEATURES, softmax

CHOICE_FEATURES = (*STATEMENT_FEATURES, "shared words", "read in the article", "words in the best passages")


@dataclass(frozen=True, slots=True)
class QuizWeights:
    """`choice` weighs `CHOICE_FEATURES`; `verdict` has one model of `STATEMENT_FEATURES` for each of VERDICTS.

    `several`: from which probability, in [0, 1], of being supported on a choice is taken where several may be.
    """

    choice: tuple[float, ...]
    verdict: tuple[Logistic, ...]
    several: float = 0.5

    def choice_score(self, features: Sequence[float]) -> float:
        """Return how much speaks for a choice, comparable among the choices of one question."""
        return sum(weight * value for weight, value in zip(self.choice, features, strict=True))

    def verdict_shares(self, features: Sequence[float]) -> tuple[float, ...]:
        """Return the probability of each of VERDICTS, together 1."""
        return softmax([model.log_odds(features) for model in self.verdict])


def load_quiz_weights(path: Path) -> QuizWeights:
    """Read the weights.

    Raises:
        ModelError: missing, damaged, or for other features than this version's.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(record["choice_features"]), tuple(record["statement_features"])
        if names != (CHOICE_FEATURES, STATEMENT_FEATURES):
            raise ValueError("made for other features")
        verdict = tuple(Logistic(float(m["intercept"]), tuple(map(float, m["weights"]))) for m in record["verdict"])
        if len(verdict) != len(VERDICTS):
            raise ValueError("not one model for each verdict")
        return QuizWeights(tuple(map(float, record["choice"])), verdict, float(record["several"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the quiz weights {path} cannot be used ({error}); reinstall the package") from error


def save_quiz_weights(weights: QuizWeights, path: Path, fitted_on: Mapping[str, object]) -> None:
    """Write the weights; `fitted_on` is what cross-validation said of them, for the model card."""
    features = {"choice_features": CHOICE_FEATURES, "statement_features": STATEMENT_FEATURES}
    path.write_text(json.dumps(features | asdict(weights) | {"fitted_on": dict(fitted_on)}, indent=2) + "\n", "utf-8")
