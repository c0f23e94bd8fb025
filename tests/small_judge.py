"""A small real judge: a passage supports what it says in the same words, and contradicts what it says with "not"."""

from collections.abc import Sequence

from index.lexical import words
from qa.verifier import Judgement


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
