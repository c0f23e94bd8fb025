"""A small real judge: a passage supports what it says in the same words, and contradicts what it says with "not"."""

from collections.abc import Sequence

from small_models import small_assistant

from index.lexical import words
from qa.calibration import Logistic
from qa.quiz.assistant import QuizAssistant
from qa.quiz.evidence import STATEMENT_FEATURES
from qa.quiz.weights import CHOICE_FEATURES, QuizWeights
from qa.verifier import Judgement

# Choices by support, similarity and what was read; verdicts by support and contradiction.
WEIGHTS = QuizWeights(
    choice=tuple({"support": 2.0, "similarity": 4.0, "read in the article": 1.0}.get(n, 0.0) for n in CHOICE_FEATURES),
    verdict=tuple(
        Logistic(0.0, tuple(row.get(name, 0.0) for name in STATEMENT_FEATURES))
        for row in (
            {"support": 20.0},
            {"contradiction": 20.0},
            {"support": -2.0, "contradiction": -2.0, "shared words": -2.0},
        )
    ),
)


class OverlapJudge:
    """Judges by shared stems and by "not"; needs no weights."""

    def __init__(self) -> None:
        self.judged: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        self.judged += pairs
        return [self._judge(statement, passage) for statement, passage in pairs]

    def _judge(self, statement: str, passage: str) -> Judgement:
        asked = set(words(statement))
        shared = len(asked & set(words(passage))) / max(len(asked), 1)
        denied = (" not " in statement) != (" not " in passage)
        held, turned = (0.05, shared) if denied else (shared, 0.05)
        rest = 1 + 0.1 - shared
        total = held + turned + rest
        return Judgement(held / total, turned / total, rest / total)


def small_quiz_assistant() -> QuizAssistant:
    return QuizAssistant(small_assistant(), OverlapJudge(), WEIGHTS)
