"""The same question gives the same bytes; what should not matter to an answer does not, for nearly all questions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]
PROGRAM = Path(__file__).with_name("answers_again.py")


def test_a_hundred_runs_with_one_or_two_threads_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for threads in (1, 2):
        environment = os.environ | {"ARTICLE_QA_CACHE": str(tmp_path / str(threads))}
        command = [sys.executable, PROGRAM, str(threads), "100"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=800)
        assert result.returncode == 0, result.stderr
        digests.add(result.stdout)
    assert len(digests) == 1
