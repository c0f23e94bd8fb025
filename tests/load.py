"""Fifty people at once on one page: asking, pausing, opening articles of their own; on this machine only.

`python tests/load.py [PEOPLE] [SECONDS]` starts `article-qa chat` on a free port, learns the right answers alone, lets
the people in, and prints what it found. It fails on any error, on an answer that differs from the one given to a
single person, and when the server's memory still grows after the warm-up.
"""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
PAUSE = (1.0, 8.0)  # seconds, as people read
UPLOADS = 0.1  # of the turns
QUESTIONS_A_VISIT = 6  # then the tab is closed and another person comes
WARM_UP = 0.4  # of the time
MAX_GROWTH = 0.1  # of the memory after the warm-up, in two fifths of the time
QUESTIONS = (
    *("How many North Korean commandos were moved to Russia's Far East?", "Who signed the treaty?"),
    *("When was the treaty signed?", "What does Beijing fear?", "Which football club won the cup?"),
    *("Why did Moscow need shells?", "Who spoke at the summit?", "What did China say about the treaty?"),
)
OWN = "# The lamp of person {n}\n\nThe lamp of person {n} was lit in {year} by Tobias Kell.\n\nIt is {n} metres tall."


@dataclass
class Findings:
    """What the people met: answers, how long each took in seconds, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    opened: int = 0
    wrong: list[str] = field(default_factory=list)


class Visitor:
    """One browser tab, spoken for by the requests that its script sends."""

    def __init__(self, client: httpx.AsyncClient, events: dict[str, int]) -> None:
        self._client = client
        self._events = events
        self._session = f"load{random.getrandbits(60):x}"

    async def event(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send one event of the page; return the last message that comes back."""
        body = {"data": [None], "event_data": data, "fn_index": self._events[name], "session_hash": self._session}
        (await self._client.post("gradio_api/queue/join", json=body)).raise_for_status()
        async with self._client.stream("GET", "gradio_api/queue/data", params={"session_hash": self._session}) as lines:
            async for line in lines.aiter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    if message["msg"] == "process_completed":
                        if not message["success"]:
                            raise RuntimeError(f"{name} failed: {message['output']}")
                        return dict(message["output"]["data"][0])
        raise RuntimeError(f"{name}: the connection ended before an answer came")

    async def ask(self, question: str) -> str:
        """Return the answer shown, without what differs from turn to turn."""
        message = await self.event("ask", {"question": question, "as_typed": True})
        if message["kind"] != "turn" or not message["done"]:
            raise RuntimeError(f"no answer but {message}")
        return re.sub(r'(turn-|data-turn="|Question |read in )[\d.]+', r"\1", message["html"])

    async def upload(self, number: int) -> str:
        """Upload an article and open it; return its title as shown."""
        text = OWN.format(n=number, year=1800 + number)
        files = {"files": (f"{number}.md", text.encode(), "text/markdown")}
        answer = await self._client.post("gradio_api/upload", files=files)
        answer.raise_for_status()
        return str((await self.event("open", {"path": answer.json()[0]}))["title"])


async def person(
    number: int, client: httpx.AsyncClient, events: dict[str, int], right: dict[str, str], found: Findings, end: float
) -> None:
    """Ask and pause until the time is over."""
    draw = random.Random(number)
    await asyncio.sleep(draw.uniform(0, PAUSE[1]))
    while time.monotonic() < end:
        visitor = Visitor(client, events)
        own = False
        for _ in range(QUESTIONS_A_VISIT):
            try:
                if not own and draw.random() < UPLOADS:
                    title = await visitor.upload(number)
                    own = True
                    found.opened += 1
                    if title != f"The lamp of person {number}":
                        found.wrong.append(f"person {number} was shown {title!r}")
                began = time.monotonic()
                if own:
                    answer = await visitor.ask(f"When was the lamp of person {number} lit?")
                    if str(1800 + number) not in answer:
                        found.wrong.append(f"person {number} was answered from another article: {answer[:200]}")
                else:
                    question = draw.choice(QUESTIONS)
                    if await visitor.ask(question) != right[question]:
                        found.wrong.append(f"{question}: another answer than to one person alone")
                found.seconds.append(time.monotonic() - began)
            except (httpx.HTTPError, RuntimeError, KeyError) as error:
                found.wrong.append(f"{type(error).__name__}: {str(error)[:300]}")
            if time.monotonic() > end:
                return
            await asyncio.sleep(draw.uniform(*PAUSE))


async def crowd(address: str, process: int, people: int, seconds: float) -> tuple[Findings, int, int]:
    """Let the people in; return what they found and the server's memory in MB after the warm-up and at the end."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        config = (await client.get("config")).json()
        events = {name: d["id"] for d in config["dependencies"] for _, name in d["targets"] if name}
        alone = Visitor(client, events)
        right = {question: await alone.ask(question) for question in QUESTIONS}
        found, end = Findings(), time.monotonic() + seconds
        tasks = [asyncio.create_task(person(n, client, events, right, found, end)) for n in range(1, people + 1)]
        await asyncio.sleep(seconds * WARM_UP)
        warm = memory(process)
        await asyncio.gather(*tasks)
        return found, warm, memory(process)


def memory(process: int) -> int:
    """Return the memory of a process in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


@contextmanager
def server(folder: str) -> Iterator[tuple[str, int]]:
    """Start the page as a user does; yield its address and process id."""
    command = [sys.executable, "-m", "ui.cli", "chat", "--port", "0"]
    environment = os.environ | {"ARTICLE_QA_CACHE": folder}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield re.search(r"http://\S+", line)[0], process.pid  # type: ignore[index]
        finally:
            process.kill()


def main(people: int, seconds: float) -> int:
    """Return how much went wrong."""
    with tempfile.TemporaryDirectory() as folder, server(folder) as (address, process):
        found, warm, end = asyncio.run(crowd(address, process, people, seconds))
    times = sorted(found.seconds) or [0.0]
    print(f"{people} people, {seconds:.0f} s: {len(found.seconds)} questions, {found.opened} articles opened")
    print(f"seconds to an answer: median {times[len(times) // 2]:.2f}, 95% {times[int(0.95 * len(times))]:.2f}")
    print(f"memory {warm} MB after the warm-up, {end} MB at the end")
    for problem in found.wrong[:20]:
        print(f"WRONG: {problem}")
    if end > warm * (1 + MAX_GROWTH):
        print("WRONG: memory grew after the warm-up")
        return len(found.wrong) + 1
    return len(found.wrong)


if __name__ == "__main__":
    numbers = [float(argument) for argument in sys.argv[1:]]
    sys.exit(main(int(numbers[0]) if numbers else 50, numbers[1] if len(numbers) > 1 else 120.0) > 0)
