"""Judges a statement by the article: supported, contradicted or not stated, with the passage that decides."""

from dataclasses import dataclass

from qa.answer import VERDICTS, Span, Verdict
from qa.assistant import Assistant
from qa.quiz.evidence import deciding_sentence, weigh
from qa.quiz.weights import QuizWeights
from qa.verifier import Judge


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with its probability in [0, 1], and the sentence that decides (None: not stated)."""

    verdict: Verdict
    confidence: float
    span: Span | None


def judge_statement(assistant: Assistant, judge: Judge, weights: QuizWeights, statement: str) -> Judged:
    """Return what the article says of `statement`."""
    weighed = weigh(assistant, judge, statement)
    shares = weights.verdict_shares(weighed.features)
    verdict = VERDICTS[max(range(len(VERDICTS)), key=lambda i: shares[i])]
    span = None if verdict == "not_stated" else deciding_sentence(assistant.index, judge, weighed, verdict)
    return Judged(verdict, max(shares), span)
