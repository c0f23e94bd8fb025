"""Whole processes: cold start, people asking at once, and memory."""

import json
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from urllib.request import Request, urlopen

from eval.bench.children import ASK, ENCODER, Run, peak_megabytes, run, served
from eval.bench.material import Material
from eval.bench.table import Cell, Ratio, Table

PEOPLE = 50
TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Item 2 with what other items use of it."""

    table: Table
    seconds: float
    megabytes: float


def cold_start(material: Material, rounds: int) -> ColdStart:
    """Item 2: `article-qa ask` from process start to answer, beside loading the encoder in PyTorch."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {"ARTICLE_QA_CACHE": cache}
        ask = [*ASK, "ask", material.questions[0], "--article", str(material.article)]
        first = run(ask, environment)
        ours: list[Run] = []
        theirs: list[Run] = []
        for _ in range(rounds):
            ours.append(run(ask, environment))
            theirs.append(run([sys.executable, "-c", ENCODER], environment))
    wall = statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
    processor = statistics.median(a.processor_seconds / b.processor_seconds for a, b in zip(ours, theirs, strict=True))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("`article-qa ask`, indexed article", *_medians(ours)),
        ("import torch and sentence-transformers, load the encoder", *_medians(theirs)),
        ("`article-qa ask`, first time on an article", first.seconds, first.processor_seconds, first.megabytes),
    )
    table = Table(
        "2 Cold start",
        f"Whole processes in turn, {rounds} times each (the last row once); medians.",
        ("", "seconds", "processor seconds", "most memory, MB"),
        rows,
        (
            Ratio("cold `ask` : loading the encoder, seconds", wall, 1 / 3, at_least=False),
            Ratio("cold `ask` : loading the encoder, processor seconds", processor, 1 / 3, at_least=False),
        ),
    )
    return ColdStart(table, statistics.median(r.seconds for r in ours), max(r.megabytes for r in ours))


def _medians(runs: list[Run]) -> tuple[float, float, float]:
    return (
        statistics.median(r.seconds for r in runs),
        statistics.median(r.processor_seconds for r in runs),
        statistics.median(r.megabytes for r in runs),
    )


def concurrency(material: Material, each: int, ask_megabytes: float) -> tuple[Table, Table]:
    """Items 5 and 6: many people asking through the page's API at once, and the memory that takes."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {"ARTICLE_QA_CACHE": cache}
        # Indexed before, so that the page's memory is not that of indexing, which needs PyTorch.
        run([*ASK, "ask", material.questions[0], "--article", str(material.article)], environment)
        with served([str(material.article)], environment) as (address, process):
            idle = peak_megabytes(process)
            alone = [_ask(address, question) for question in material.questions[:5]][1:]
            people = _at_once(address, material.questions, each)
            loaded = peak_megabytes(process)
    seconds = sorted(taken for person in people for taken in person.seconds)
    errors = sum(person.errors for person in people)
    waited = sorted(max(person.seconds, default=float("inf")) for person in people)
    middle = statistics.median(seconds) if seconds else float("nan")
    at_once = Table(
        "5 People at once",
        f"{PEOPLE} people, each asking {each} questions one after the other through the page's API "
        "(`/gradio_api/call/ask`), all beginning at once, without pauses; before that one person alone.",
        ("", "value"),
        (
            ("one person alone, p50, seconds", statistics.median(alone)),
            ("p50, seconds", middle),
            ("p95, seconds", seconds[max(0, round(0.95 * len(seconds)) - 1)] if seconds else None),
            ("longest wait of the unluckiest person, seconds", waited[-1]),
            ("questions a second", len(seconds) / max(person.ended for person in people)),
            ("errors", errors),
        ),
        (
            Ratio("errors", float(errors), 0, at_least=False),
            Ratio("longest wait : p50 (none starved)", waited[-1] / middle, 4, at_least=False),
        ),
    )
    memory = Table(
        "6 Memory",
        "The most that a process has held (resident), everything loaded and shared pages counted.",
        ("", "MB"),
        (
            ("`article-qa ask`", ask_megabytes),
            ("`article-qa chat`, idle", idle),
            ("`article-qa chat`, under load", loaded),
        ),
    )
    return at_once, memory


@dataclass(slots=True)
class _Person:
    seconds: list[float]
    errors: int = 0
    ended: float = 0.0


def _at_once(address: str, questions: tuple[str, ...], each: int) -> list[_Person]:
    people = [_Person([]) for _ in range(PEOPLE)]
    began = time.perf_counter()

    def ask(number: int) -> None:
        person = people[number]
        for turn in range(each):
            try:
                person.seconds.append(_ask(address, questions[(number * each + turn) % len(questions)]))
            except (OSError, ValueError):
                person.errors += 1
        person.ended = time.perf_counter() - began

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return people


def _ask(address: str, question: str) -> float:
    """Ask once through the API and return the seconds until the whole answer is there.

    Raises:
        ValueError: the answer is an error.
        OSError: there is no answer.
    """
    began = time.perf_counter()
    body = json.dumps({"data": [question, []]}).encode()
    call = f"{address}/gradio_api/call/ask"
    request = Request(call, body, {"Content-Type": "application/json", "Origin": address})
    with urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
        event = json.load(reply)["event_id"]
    with urlopen(f"{call}/{event}", timeout=TIMEOUT_SECONDS) as stream:
        text = stream.read().decode()
    if "event: complete" not in text or '"confidence"' not in text:
        raise ValueError(f"the page answered {text[:80]!r}")
    return time.perf_counter() - began
