"""Training windows: a question against a passage as short as the chunks read in use.

Answerable rows give a whole passage or whole sentences around the answer. Unanswerable ones are
made in three ways: the most similar other passage, the answering sentences cut out, and a near miss
(the question changed to ask about something else).
"""

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from qa.training.rows import Row
from qa.training.wording import names, retype, swap_subject

# Share of each source that is used: whole edited paragraphs are worth most (decision 0003).
SHARES: dict[str, float] = {
    "squad_train": 1.0,
    "squadshifts_new_wiki": 1.0,
    "squadshifts_reddit": 0.3,
    "squadshifts_amazon_reviews": 0.2,
    "qamr": 0.05,
    "qasrl_gs": 0.10,
    "tweetqa": 0.02,
    "subjqa": 0.25,
    "fairytaleqa": 0.6,
    "policyqa": 0.3,
    "sciq": 0.25,
    "nq_oracle": 1.0,
    "covidqa": 0.15,
    "friendsqa": 0.15,
    "qed": 1.0,
}
UNANSWERABLE_SHARE = 0.25
CROP_SHARE = 0.55
MAX_TOKENS = 224


@dataclass(frozen=True, slots=True)
class Window:
    """One reading: `passage[start:end]` answers `question`; start = end = -1 where nothing does."""

    id: str
    question: str
    passage: str
    start: int
    end: int


def share_of(source: str) -> float:
    """Return which share of a source's rows is used, in [0, 1]; unknown sources are used whole."""
    return next((share for name, share in SHARES.items() if source.startswith(name)), 1.0)


def build_windows(rows: Iterable[Row], count_tokens: Callable[[str], Sequence[int]], seed: int) -> list[Window]:
    """Build the shuffled training windows of `rows`; the same seed gives the same list.

    `count_tokens` returns the start offset of each word piece of a text.
    """
    chance = random.Random(seed)
    used = [row for row in rows if chance.random() < share_of(row.source)]
    strangers = [name for row in chance.sample(used, min(len(used), 2000)) for name in names(row.context)[:3]]
    chosen = [row for row in used if row.span and chance.random() < UNANSWERABLE_SHARE]
    similar = _similar_passages(chosen)
    cropper = _Cropper(count_tokens, chance)
    windows = [cropper.window(row) for row in used]
    windows += [
        window for row in chosen if (window := _unanswerable(row, similar.get(row.id), strangers, cropper, chance))
    ]
    chance.shuffle(windows)
    return windows


class _Cropper:
    """Cuts passages to whole sentences within a token budget."""

    def __init__(self, count_tokens: Callable[[str], Sequence[int]], chance: random.Random) -> None:
        self._count_tokens = count_tokens
        self._chance = chance
        self._layouts: dict[str, tuple[tuple[tuple[int, int], ...], Sequence[int]]] = {}

    def window(self, row: Row) -> Window:
        """Return the row as an answerable window (or as unanswerable, if it is)."""
        question = retype(row.question, self._chance)
        span = row.span
        left, right = self.crop(row.context, span, self._budget(row))
        passage = row.context[left:right]
        if span is None:
            return Window(row.id, question, passage, -1, -1)
        start, end = span
        return Window(row.id, question, passage, start - left, min(end, right) - left)

    def crop(self, text: str, span: tuple[int, int] | None, budget: int) -> tuple[int, int]:
        """Return the bounds of whole sentences around `span` (anywhere, if None) of at most `budget` tokens."""
        sentences, tokens = self._layout(text)

        def size(first: int, last: int) -> int:
            return bisect_left(tokens, sentences[last][1]) - bisect_left(tokens, sentences[first][0])

        if not sentences:
            return 0, len(text)
        if span is None:
            first = last = self._chance.randrange(len(sentences))
        else:
            holding = [i for i, (s, e) in enumerate(sentences) if s < span[1] and e > span[0]]
            first, last = (holding[0], holding[-1]) if holding else (0, len(sentences) - 1)
        while True:
            grown = [
                (f, t)
                for f, t in ((first - 1, last), (first, last + 1))
                if f >= 0 and t < len(sentences) and size(f, t) <= budget
            ]
            if not grown:
                break
            first, last = self._chance.choice(grown)
        return sentences[first][0], sentences[last][1]

    def _budget(self, row: Row) -> int:
        room = MAX_TOKENS - len(self._count_tokens(row.question)) - 8
        return self._chance.randint(40, 110) if self._chance.random() < CROP_SHARE else room

    def _layout(self, text: str) -> tuple[tuple[tuple[int, int], ...], Sequence[int]]:
        if text not in self._layouts:
            self._layouts[text] = sentence_spans(text), self._count_tokens(text)
        return self._layouts[text]


def _unanswerable(
    row: Row, other: str | None, strangers: list[str], cropper: _Cropper, chance: random.Random
) -> Window | None:
    """Make one unanswerable window of an answerable row; None where no way applies."""
    window = cropper.window(row)
    ways = ["other"] * 3 + ["cut"] * 3 + ["swap"] * 4
    chance.shuffle(ways)
    for way in dict.fromkeys(ways):
        if way == "other" and other:
            left, right = cropper.crop(other, None, MAX_TOKENS - 40)
            return Window(f"{row.id}/other", window.question, other[left:right], -1, -1)
        if way == "cut" and (rest := _without_answer(row)):
            left, right = cropper.crop(rest, None, MAX_TOKENS - 40)
            return Window(f"{row.id}/cut", window.question, rest[left:right], -1, -1)
        if way == "swap":
            answer = window.passage[window.start : window.end]
            question = swap_subject(row.question, window.passage, answer, strangers, chance)
            if question:
                return Window(f"{row.id}/swap", retype(question, chance), window.passage, -1, -1)
    return None


def _without_answer(row: Row) -> str | None:
    """Return the passage without every sentence that holds an answer's words, or None if none is left."""
    texts = [text.lower() for text, _ in row.answers]
    spans = [(start, start + len(text)) for text, start in row.answers]
    kept = [
        row.context[s:e]
        for s, e in sentence_spans(row.context)
        if not any(t in row.context[s:e].lower() for t in texts) and not any(s < b and e > a for a, b in spans)
    ]
    return " ".join(kept) or None


def _similar_passages(rows: list[Row]) -> dict[str, str]:
    """Return for each row id the passage of its source most like the question that lacks the answer (BM25)."""
    import bm25s

    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    similar: dict[str, str] = {}
    for group in by_source.values():
        passages = sorted({row.context for row in group})
        if len(passages) < 5:
            continue
        ranker = bm25s.BM25()
        ranker.index(bm25s.tokenize(passages, show_progress=False), show_progress=False)
        questions = bm25s.tokenize([row.question for row in group], show_progress=False)
        ranked, _ = ranker.retrieve(questions, k=5, show_progress=False)
        for row, numbers in zip(group, ranked, strict=True):
            candidates = (passages[int(n)] for n in numbers)
            found = next((p for p in candidates if p != row.context and not _holds_answer(p, row)), None)
            if found:
                similar[row.id] = found
    return similar


def _holds_answer(passage: str, row: Row) -> bool:
    lowered = passage.lower()
    return any(text.lower() in lowered for text, _ in row.answers)
