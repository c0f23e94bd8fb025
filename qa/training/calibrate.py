"""Learns when to trust the reader: choice, confidence and threshold from development questions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DatasetError
from qa.answer import Turn
from qa.assistant import Assistant
from qa.calibration import Calibration, Logistic, confidence_word
from qa.conversation import understand
from qa.features import ANSWER_FEATURES, CANDIDATE_FEATURES, Candidate
from qa.matching import token_f1
from qa.sentence_reader import SentenceReader
from qa.typed import well_formed

RIGHT_F1 = 0.5
FOLDS = 5
SMOOTHED = 7  # thresholds, 0.01 apart
UNCALIBRATED = Calibration(
    choice=Logistic(0.0, (5.0, 2.0, 2.0)),
    confidence=Logistic(0.0, (1.0,) + (0.0,) * (len(ANSWER_FEATURES) - 1)),
    threshold=0.5,
    accuracy={},
)


@dataclass(frozen=True, slots=True)
class DevQuestion:
    """A development question with its gold answers and paragraphs (none of either: unanswerable)."""

    question: str
    answers: tuple[str, ...]
    paragraphs: frozenset[int]
    history: tuple[Turn, ...] = ()
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """The calibration with what cross-validation says of it, each in [0, 1]."""

    calibration: Calibration
    auroc_answerable: float
    auroc_right: float
    answered_right: float
    abstained_right: float
    questions: int


def read_dev_questions(path: Path) -> list[DevQuestion]:
    """Read development questions (the format of eval/data).

    Raises:
        DatasetError: a row is not in the format.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [
            DevQuestion(
                row["question"],
                tuple(row["answers"]),
                frozenset(row["paragraphs"]),
                tuple(Turn(turn["question"], turn.get("answer")) for turn in row.get("history", ())),
                str(row.get("fact", "")),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path} is not a file of development questions ({error})") from error


def calibrate(sets: Sequence[tuple[Assistant, Sequence[DevQuestion]]], rounds: int = 2) -> Fit:
    """Fit choice, confidence and threshold on development questions, each set asked of its assistant.

    Needs answerable and unanswerable questions. The reported figures are out of fold
    (5 folds); the returned weights are fitted on everything.
    """
    read = [(a, q, found) for a, questions in sets for q, found in _read(a, questions)]
    choice = _fit(*_choice_examples(read))
    calibration = replace(UNCALIBRATED, choice=choice)
    features, right, answerable, facts = _answer_examples(read, calibration)
    held_out = _out_of_fold(features, right, facts)
    threshold = _threshold(held_out, right, answerable)
    answered = held_out >= threshold
    fitted = Calibration(choice, _fit(features, right), threshold, _accuracy(held_out, right, answered))
    return Fit(
        fitted,
        _auroc(held_out, answerable),
        _auroc(held_out, right),
        float((answered & right).sum() / max(answerable.sum(), 1)),
        float((~answered & ~answerable).sum() / max((~answerable).sum(), 1)),
        len(right),
    )


def is_right(assistant: Assistant, candidate: Candidate, question: DevQuestion) -> bool:
    """Whether the span is a gold answer (token F1 of at least 0.5) and stands in a gold paragraph.

    Of the sentence baseline it is enough that the sentence holds a gold answer.
    """
    text = candidate.span.text
    holds = assistant.reader.name == SentenceReader.name and any(gold in text for gold in question.answers)
    if not question.answers or (token_f1(text, question.answers) < RIGHT_F1 and not holds):
        return False
    block = assistant.article.paragraph_at(candidate.span.start, candidate.span.end)
    return not question.paragraphs or (block is not None and block.number in question.paragraphs)


Read = tuple[Assistant, DevQuestion, list[Candidate]]


def _read(assistant: Assistant, questions: Sequence[DevQuestion]) -> Iterator[tuple[DevQuestion, list[Candidate]]]:
    for question in questions:
        asked = well_formed(understand(well_formed(question.question), question.history))
        hits = assistant.retrieve(asked, assistant.top_k)
        yield replace(question, question=asked), assistant.candidates(asked, hits)


def _choice_examples(read: Sequence[Read]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Every candidate of a question that has a right one among them."""
    features: list[tuple[float, ...]] = []
    labels: list[bool] = []
    for assistant, question, found in read:
        right = [is_right(assistant, candidate, question) for candidate in found]
        if any(right):
            features += [candidate.features for candidate in found]
            labels += right
    return np.array(features).reshape(-1, len(CANDIDATE_FEATURES)), np.array(labels, dtype=bool)


def _answer_examples(
    read: Sequence[Read], calibration: Calibration
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], list[str]]:
    """Answer features of the chosen candidate, whether it is right, whether there was anything to find, the fact."""
    features: list[tuple[float, ...]] = []
    right: list[bool] = []
    answerable: list[bool] = []
    facts: list[str] = []
    for assistant, question, found in read:
        chooser = Assistant(assistant.index, assistant.reader, calibration, assistant.top_k)
        chosen = chooser.chosen(question.question, found)
        if chosen is None:
            continue
        best, row = chosen
        features.append(row)
        right.append(is_right(assistant, best, question))
        answerable.append(bool(question.answers))
        facts.append(f"{assistant.article.fingerprint}/{question.fact or question.question}")
    return np.array(features), np.array(right), np.array(answerable), facts


def _fit(features: NDArray[np.float64], labels: NDArray[np.bool_]) -> Logistic:
    from sklearn.linear_model import LogisticRegression

    if len(set(labels.tolist())) < 2:
        raise DatasetError("development questions need right and wrong answers both; give more of them")
    model = LogisticRegression(C=1.0, max_iter=2000).fit(features, labels)
    return Logistic(float(model.intercept_[0]), tuple(float(w) for w in model.coef_[0]))


def _out_of_fold(features: NDArray[np.float64], labels: NDArray[np.bool_], facts: Sequence[str]) -> NDArray[np.float64]:
    """Return for each example the probability by a model that has not seen its fact."""
    names = sorted(set(facts))
    fold_of = dict(zip(names, np.random.default_rng(1).permutation(len(names)) % FOLDS, strict=True))
    folds = np.array([fold_of[fact] for fact in facts])
    probabilities = np.zeros(len(labels))
    for fold in range(FOLDS):
        model = _fit(features[folds != fold], labels[folds != fold])
        probabilities[folds == fold] = [model.probability(row) for row in features[folds == fold]]
    return probabilities


def _threshold(probabilities: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """Return the threshold with the best sum of right answers, counted twice, and right refusals, each as a rate.

    People forgive a low-confidence answer with its citation sooner than a refusal of what the article says. The sum is
    smoothed over neighbouring thresholds: with some hundred questions, single steps are noise.
    """
    grid = np.arange(0.05, 0.95, 0.01)

    def value(threshold: float) -> float:
        answered = probabilities >= threshold
        hits = (answered & right).sum() / max(answerable.sum(), 1)
        refusals = (~answered & ~answerable).sum() / max((~answerable).sum(), 1)
        return float(2 * hits + refusals)

    values = np.convolve([value(threshold) for threshold in grid], np.ones(SMOOTHED) / SMOOTHED, mode="valid")
    return round(float(grid[int(np.argmax(values)) + SMOOTHED // 2]), 2)


def _accuracy(
    probabilities: NDArray[np.float64], right: NDArray[np.bool_], answered: NDArray[np.bool_]
) -> dict[str, tuple[float, int]]:
    words = np.array([confidence_word(float(p)) for p in probabilities])
    shares: dict[str, tuple[float, int]] = {}
    for word in ("high", "medium", "low"):
        chosen = answered & (words == word)
        shares[word] = (round(float(right[chosen].mean()), 3) if chosen.any() else 0.0, int(chosen.sum()))
    return shares


def _auroc(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores))
