"""Learnt numbers of a reader: weights of the choice, of the confidence, and the threshold.

Made by `python -m qa.training calibrate` on development questions, stored as JSON beside the
weights. Confidence follows Platt 1999 (logistic regression on the scores).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import ModelError
from qa.features import ANSWER_FEATURES, CANDIDATE_FEATURES


@dataclass(frozen=True, slots=True)
class Logistic:
    """log-odds = intercept + weights · features."""

    intercept: float
    weights: tuple[float, ...]

    def log_odds(self, features: Sequence[float]) -> float:
        """Return the log-odds for one feature vector."""
        return self.intercept + sum(w * x for w, x in zip(self.weights, features, strict=True))

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability for one feature vector, in (0, 1)."""
        odds = max(-30.0, min(30.0, self.log_odds(features)))
        return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The choice among candidates, the confidence in the chosen one, the abstention threshold in [0, 1].

    `accuracy` gives for each confidence word the share of right answers measured on the development
    questions by cross-validation, and how many there were.
    """

    choice: Logistic
    confidence: Logistic
    threshold: float
    accuracy: dict[str, tuple[float, int]]

    def word(self, confidence: float) -> str:
        """Return `high`, `medium` or `low` for a confidence in [0, 1]."""
        return confidence_word(confidence)


def confidence_word(confidence: float) -> str:
    """Return the word shown for a confidence in [0, 1]: high from 0.8, medium from 0.6, else low."""
    return "high" if confidence >= 0.8 else "medium" if confidence >= 0.6 else "low"


def load_calibration(path: Path) -> Calibration:
    """Read a calibration file.

    Raises:
        ModelError: it is missing, damaged, or for other features than this version's.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if (tuple(record["candidate_features"]), tuple(record["answer_features"])) != (
            CANDIDATE_FEATURES,
            ANSWER_FEATURES,
        ):
            raise ValueError("made for other features")
        return Calibration(
            _logistic(record["choice"]),
            _logistic(record["confidence"]),
            float(record["threshold"]),
            {word: (float(share), int(count)) for word, (share, count) in record["accuracy"].items()},
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"calibration {path} cannot be used ({error}); reinstall the package") from error


def save_calibration(calibration: Calibration, path: Path, fitted_on: Mapping[str, object] | None = None) -> None:
    """Write a calibration file; `fitted_on` is what cross-validation said of it, for the model card."""
    features = {"candidate_features": CANDIDATE_FEATURES, "answer_features": ANSWER_FEATURES}
    record = features | asdict(calibration) | {"fitted_on": dict(fitted_on or {})}
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _logistic(record: dict[str, object]) -> Logistic:
    weights = record["weights"]
    if not isinstance(weights, list):
        raise ValueError("weights are not a list")
    return Logistic(float(str(record["intercept"])), tuple(float(w) for w in weights))
