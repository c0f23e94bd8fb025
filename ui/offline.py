"""Proves that the installed set works with no network and tries to reach none: what `article-qa doctor --offline` runs.

A program of its own, because the network is closed for the rest of a process's life. It does everything once: loads
every library and model, indexes, asks, answers a quiz, serves the page and fetches it. Prints one JSON line for each.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

from qa.closed_network import alone, close_network
from qa.doctor import Check

MODULES = (
    *("torch", "sentence_transformers", "transformers", "tokenizers", "faiss", "bm25s", "Stemmer", "tiktoken"),
    *("nupunkt", "onnxruntime", "gradio", "trafilatura", "pypdf", "docx", "openpyxl", "defusedxml"),
)
QUIZ = "How many troops were sent?\nWho signed the treaty?\n"
_FOREIGN = re.compile(r"""<(?:script|link|img|iframe)[^>]*\s(?:src|href)=["']?(https?:)?//([^"'/> ]+)""")


def prove() -> Iterator[Check]:
    """Run the proof in a process of its own and yield what it found."""
    command = [sys.executable, "-m", "ui.offline"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    for line in result.stdout.splitlines():
        yield Check(**json.loads(line))
    if result.returncode:
        last = result.stderr.strip().splitlines()
        yield Check("offline", "", last[-1] if last else f"ended with status {result.returncode}")


def main() -> int:
    """Close the network, do everything once, print what was found; 1 if anything failed or tried to get out."""
    is_alone = alone()
    attempts: list[str] = []
    close_network(attempts.append)
    how = "a network of its own with nothing but loopback" if is_alone else "sockets closed but loopback"
    _say(Check("network", how))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ARTICLE_QA_CACHE"] = folder
        for name, step in _steps(Path(folder)):
            try:
                check = Check(name, step())
            except Exception as error:  # noqa: BLE001 - whatever breaks without a network is what is looked for
                check = Check(name, "", f"{type(error).__name__}: {error}")
            failed += bool(check.problem)
            _say(check)
    tried = f"reaches out: {'; '.join(sorted(set(attempts)))}" if attempts else ""
    _say(Check("attempts to reach another machine", "none", tried))
    return int(bool(failed or attempts))


def _steps(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    from qa.opening import Opener

    yield "every library loads", _load
    opener = Opener()
    assistant = opener.builtin()
    yield "models load, an article is indexed and asked", lambda: assistant.ask("Who signed the treaty?").text or "-"

    def quiz() -> str:
        from qa.quiz.run import answer_file, look_through

        questions = folder / "quiz.txt"
        questions.write_text(QUIZ, encoding="utf-8")
        summary, _ = answer_file(opener.quiz(assistant), look_through(questions), folder / "quiz.html", "html")
        return f"{summary.answered + summary.abstained} questions"

    yield "a quiz is answered", quiz

    def page() -> str:
        from ui.chat import create_app, launch

        app = create_app(assistant, open_article=lambda source: assistant)
        address = launch(app, 0, block=False, announce=lambda line: None)
        with urlopen(address) as answer:
            html = answer.read().decode()
        app.close(verbose=False)
        foreign = {host for _, host in _FOREIGN.findall(html)}
        if foreign:
            raise ValueError(f"the page loads from {', '.join(sorted(foreign))}")
        return f"{len(html):,} characters, nothing from elsewhere"

    yield "the page is served", page


def _load() -> str:
    for name in MODULES:
        import_module(name)
    return f"{len(MODULES)} libraries"


def _environment() -> dict[str, str]:
    """Return the environment without what would route requests around the proof."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def _say(check: Check) -> None:
    sys.stdout.write(json.dumps({"name": check.name, "found": check.found, "problem": check.problem}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the server's threads need not be waited for
