"""Kills the real commands at random instants, fifty times by default, and checks that nothing was lost.

`python tests/kills.py [COUNT] [SEED]`. Each round starts `index`, `batch` (JSON Lines or CSV) or `chat` on a long
article with the real models, sends SIGKILL after a random time, and then asks what the command must have kept.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAMPS = "\n\n".join(
    f"Lamp {n} was lit in {1700 + n} by keeper number {n * 7}, in a storm of {n % 9} days." for n in range(60)
)
LONGEST = {"index": 12.0, "batch": 16.0, "chat": 16.0}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "ui.cli", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, cwd=ROOT)


def killed(after: float, *arguments: object) -> bool:
    """Start a command and kill it after some seconds; return whether it was still running."""
    process = subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def main(count: int, seed: int) -> None:
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["ARTICLE_QA_CACHE"] = str(folder / "cache")
        article, questions, index = folder / "lamps.md", folder / "questions.txt", folder / "lamps.index"
        article.write_text(f"# Lamps\n\n{LAMPS}\n", encoding="utf-8")
        questions.write_text("\n".join(f"Who lit lamp {n}?" for n in range(30)), encoding="utf-8")
        assert run("index", article, "-o", index).returncode == 0
        expected = {}
        for suffix in ("jsonl", "csv"):
            whole = folder / f"whole.{suffix}"
            assert run("batch", questions, "--index", index, "-o", whole).returncode == 0
            expected[suffix] = whole.read_bytes()
        kills = 0
        for number in range(1, count + 1):
            kind, suffix = draw.choice(sorted(LONGEST)), draw.choice(["jsonl", "csv"])
            after = draw.uniform(0.2, LONGEST[kind])
            output = folder / f"answers.{suffix}"
            began = time.monotonic()
            if kind == "index":
                was_killed = killed(after, "index", article, "-o", index)
            elif kind == "batch":
                resume = ["--resume"] * draw.randint(0, 1)
                was_killed = killed(after, "batch", questions, "-a", article, "-o", output, *resume)
            else:
                was_killed = killed(after, "chat", article, "--port", 0)
            kills += was_killed
            if kind == "batch":
                assert not output.exists() or output.read_bytes() == expected[suffix], "half an output"
                assert run("batch", questions, "-a", article, "-o", output, "--resume").returncode == 0
                assert output.read_bytes() == expected[suffix], "the resumed output differs"
                output.unlink()
            else:
                source = ["--index", index] if kind == "index" else ["-a", article]
                answer = run("ask", "Who lit lamp 7?", *source, "--json")
                assert answer.returncode == 0, answer.stderr
                assert json.loads(answer.stdout)["article"]["title"] == "Lamps"
            word = "killed" if was_killed else "ended by itself"
            print(f"{number}: {kind} {word} after {time.monotonic() - began:.1f} s: nothing lost", flush=True)
        assert run("index", article, "-o", index).returncode == 0
        left = sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
        assert not left, left
    print(f"{count} rounds, {kills} kills, nothing lost")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
