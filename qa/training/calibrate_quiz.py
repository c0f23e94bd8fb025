"""Learns the quiz weights on development items: conditional logit for choices, multinomial for verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.errors import DatasetError
from qa.answer import VERDICTS
from qa.calibration import Logistic
from qa.quiz.weights import QuizWeights
from qa.training.quiz_items import ChoiceItem, VerdictItem

FOLDS = 8
STRENGTH = 1.0
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QuizFit:
    """The weights fitted on everything, with shares in [0, 1] measured out of fold.

    `true_false` judges only statements that the article supports or contradicts, `verdicts` all three ways.
    """

    weights: QuizWeights
    choices: float
    choice_items: int
    true_false: float
    verdicts: float
    verdict_items: int


def calibrate_quiz(choices: Sequence[ChoiceItem], statements: Sequence[VerdictItem]) -> QuizFit:
    """Fit and measure by cross-validation; items of one fact are in one fold.

    Raises:
        DatasetError: there are no choices, or not all verdicts among the statements.
    """
    if len({item.verdict for item in statements}) < len(VERDICTS) or not choices:
        raise DatasetError("development items need choices and statements of all three verdicts; give more of them")
    folds = _folds([item.group for item in choices])
    right: list[bool] = []
    for fold in range(FOLDS):
        model = _fit_choice([item for item, at in zip(choices, folds, strict=True) if at != fold])
        right += [_picked(item, model) == item.right for item, at in zip(choices, folds, strict=True) if at == fold]
    shares = _verdict_shares(statements)
    gold = np.array([item.verdict for item in statements])
    stated = gold < 2
    weights = QuizWeights(tuple(map(float, _fit_choice(choices))), _fit_verdict(statements))
    return QuizFit(
        weights,
        float(np.mean(right)),
        len(choices),
        float(((shares[:, 0] > shares[:, 1]) == (gold == 0))[stated].mean()),
        float((shares.argmax(1) == gold).mean()),
        len(statements),
    )


def _folds(groups: Sequence[str]) -> list[int]:
    names = sorted(set(groups))
    fold_of = dict(zip(names, np.random.default_rng(1).permutation(len(names)) % FOLDS, strict=True))
    return [int(fold_of[group]) for group in groups]


def _fit_choice(items: Sequence[ChoiceItem]) -> Numbers:
    """Return the weights under which right choices beat wrong ones, learnt on their differences."""
    from sklearn.linear_model import LogisticRegression

    rows: list[Numbers] = []
    for item in items:
        vectors, sign = np.array(item.options), -1 if item.negated else 1
        rows += [sign * (vectors[item.right] - other) for at, other in enumerate(vectors) if at != item.right]
    differences = np.array([*rows, *(-row for row in rows)])
    labels = np.array([1] * len(rows) + [0] * len(rows))
    weights: Numbers = LogisticRegression(C=STRENGTH, fit_intercept=False).fit(differences, labels).coef_[0]
    return weights


def _picked(item: ChoiceItem, weights: Numbers) -> int:
    scores = np.array(item.options) @ weights
    return int(np.argmin(scores) if item.negated else np.argmax(scores))


def _fit_verdict(items: Sequence[VerdictItem]) -> tuple[Logistic, ...]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
    model.fit(np.array([item.features for item in items]), np.array([item.verdict for item in items]))
    return tuple(
        Logistic(float(intercept), tuple(map(float, row)))
        for intercept, row in zip(model.intercept_, model.coef_, strict=True)
    )


def _verdict_shares(items: Sequence[VerdictItem]) -> Numbers:
    """Return (items, verdicts): probabilities by models that have not seen the item's fact."""
    folds = _folds([item.group for item in items])
    shares = np.zeros((len(items), len(VERDICTS)))
    for fold in range(FOLDS):
        models = _fit_verdict([item for item, at in zip(items, folds, strict=True) if at != fold])
        weights = QuizWeights((), models)
        for at, item in enumerate(items):
            if folds[at] == fold:
                shares[at] = weights.verdict_shares(item.features)
    return shares
