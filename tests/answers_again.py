"""Asks the development questions again under changes that should not matter, and prints what each changed.

A program of its own (`python tests/answers_again.py [THREADS]`), because the number of threads is set at the start.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

if len(sys.argv) > 1:
    os.environ["OMP_NUM_THREADS"] = sys.argv[1]

from index.loading import article_from_text
from qa.answer import Answer
from qa.assistant import Assistant
from qa.contract import answer_record
from qa.opening import Opener, builtin_article
from qa.quiz.jsonl import parse_question

DATA = Path(__file__).parents[1] / "eval" / "data"
DEV, QUIZ_DEV = DATA / "briefing.dev.jsonl", DATA / "quiz.dev.jsonl"
UNRELATED = (
    "The bakery on Mill Lane opens at six. Its rye bread, which Ida Holm bakes in a stone oven, is sold out before "
    "nine on most days, and on Saturdays children come for the buns with cardamom."
)


def questions() -> list[str]:
    """Return the development questions on the briefing that have an answer, and those that have none."""
    rows = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row["question"] for row in rows if not row.get("history")]


def with_paragraph(opener: Opener, place: float) -> Assistant:
    """Return the assistant on the briefing with a paragraph about something else at `place` (0 first, 1 last)."""
    text = builtin_article().read_text(encoding="utf-8")
    gaps = [at for at in range(len(text)) if text.startswith("\n\n", at)]
    at = gaps[min(int(place * len(gaps)), len(gaps) - 1)]
    changed = f"{text[:at]}\n\n{UNRELATED}{text[at:]}"
    return opener.article(article_from_text(changed, source="briefing.md", markdown=True))


def cited(answer: Answer) -> tuple[str, ...]:
    """Return the paragraphs that an answer cites, by their words."""
    return tuple(dict.fromkeys(citation.paragraph.text for citation in answer.citations))


def shares(limit: int | None = None) -> dict[str, float]:
    """Return for each change the share of the questions that it leaves as they are."""
    opener = Opener()
    plain, asked = opener.builtin(), questions()[:limit]
    first = {question: plain.ask(question) for question in asked}
    rewordings: dict[str, Callable[[str], str]] = {
        "lower case": str.lower,
        "upper case": str.upper,
        "no question mark": lambda question: question.rstrip("?"),
        "lower case, no question mark": lambda question: question.lower().rstrip("?"),
    }
    result = {}
    for name, reword in rewordings.items():
        same = [plain.ask(reword(question)).text == first[question].text for question in asked]
        result[f"{name}: same answer"] = sum(same) / len(same)
    for place in (0.1, 0.5, 1.0):
        other = with_paragraph(opener, place)
        same = [cited(other.ask(question)) == cited(first[question]) for question in asked]
        result[f"unrelated paragraph at {place:.0%}: same citation"] = sum(same) / len(same)
    return result


def digest(opener: Opener, times: int) -> str:
    """Return one hash over records of questions and quiz items, each the same every time.

    The first question is asked `times` over, a quiz item of each kind a quarter as often.
    """
    assistant = opener.builtin()
    quiz = opener.quiz(assistant)
    asked = questions()[:: max(1, len(questions()) // 5)][:5]
    items = [parse_question(json.loads(line), 1) for line in QUIZ_DEV.read_text(encoding="utf-8").splitlines()]
    kinds = [next(item for item in items if item.type == kind) for kind in ("multiple_choice", "true_false")]
    jobs: list[Callable[[], Answer]] = [
        *(partial(assistant.ask, question) for question in asked),
        *(partial(quiz.answer, item) for item in kinds),
    ]
    records = []
    for number, job in enumerate(jobs):
        rounds = times if number == 0 else times // 4 if number >= len(asked) else 3
        seen = {json.dumps(answer_record(job(), "1") | {"seconds": None}) for _ in range(rounds)}
        assert len(seen) == 1, f"{len(seen)} different answers to {job}"
        records.append(seen.pop())
    return hashlib.sha256("\n".join(records).encode()).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(digest(Opener(), int(sys.argv[2])))
    else:
        print(json.dumps(shares(), indent=1))
