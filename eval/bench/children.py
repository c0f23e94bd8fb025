"""Commands as whole processes: how long, how much processor time, how much memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from index.errors import ArticleQAError

ASK = (sys.executable, "-m", "ui.cli")
ENCODER = (
    "import torch; from sentence_transformers import SentenceTransformer; from index.encoder import encoder_folder; "
    "SentenceTransformer(str(encoder_folder()), device='cpu')"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall clock and of processor, and the most memory it held, in 10⁶ bytes."""

    seconds: float
    processor_seconds: float
    megabytes: float


def run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end, its output thrown away.

    Raises:
        ArticleQAError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ArticleQAError(f"`{' '.join(command[1:4])} …` failed with status {process.returncode}; run it by hand")
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e6)


@contextmanager
def served(arguments: Sequence[str], environment: Mapping[str, str], seconds: float = 120) -> Iterator[tuple[str, int]]:
    """Serve the chat page while the block runs; yields its address and process id.

    Raises:
        ArticleQAError: it does not answer in time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [*ASK, "chat", *arguments, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    try:
        _wait(address, process, seconds)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise ArticleQAError("the chat page does not answer; try `article-qa chat` by hand")


def peak_megabytes(process_id: int) -> float:
    """Return the most memory that a running process has held, in 10⁶ bytes; NaN where the system does not tell."""
    return _memory(process_id, "VmHWM")


def resident_megabytes() -> float:
    """Return the memory that this process holds now, in 10⁶ bytes; NaN where the system does not tell."""
    return _memory(os.getpid(), "VmRSS")


def _memory(process_id: int, field: str) -> float:
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    lines = (line.split() for line in status.splitlines() if line.startswith(field))
    return next((int(line[1]) * 1024 / 1e6 for line in lines), float("nan"))
