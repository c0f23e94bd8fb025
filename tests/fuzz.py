"""Coverage-guided fuzzing of every reader with atheris: `make fuzz`, or `python tests/fuzz.py [SECONDS] [TARGET...]`.

Each target runs in a process of its own for a bounded time. A finding ends it with the bytes that caused it, written
to the folder `fuzz-findings/`; turn it into a test. Without atheris, tests/test_hostile_input.py is the fuzzer:
`ARTICLE_QA_FUZZ_EXAMPLES=20000 python -m pytest tests/test_hostile_input.py`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

SECONDS, FINDINGS = 60, Path("fuzz-findings")
MAX_BYTES, MAX_MB, MAX_SECONDS_ONE = 20_000, 4_000, 60


def targets() -> dict[str, tuple[Callable[[bytes], None], list[bytes]]]:
    """Return what is fuzzed: a function of bytes, and bytes to begin with."""
    import fuzz_targets as shared
    from test_faults import _sign

    found: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {}
    for suffix, seed in shared.ARTICLE_SEEDS.items():
        found[f"article{suffix}"] = (lambda content, suffix=suffix: shared.read_article(suffix, content), [seed])  # type: ignore[misc]
    for suffix, seed in shared.QUIZ_SEEDS.items():
        found[f"quiz{suffix}"] = (lambda content, suffix=suffix: shared.read_quiz(suffix, content), [seed])  # type: ignore[misc]
    for name in shared.index_files():
        found[f"index/{name}"] = (
            lambda content, name=name: shared.read_index(name, content, _sign),  # type: ignore[misc]
            [shared.index_content(name)],
        )
    return found


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=["index", "qa"]):
        function, seeds = targets()[name]
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    FINDINGS.mkdir(exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-rss_limit_mb={MAX_MB}"]
    options += [f"-timeout={MAX_SECONDS_ONE}", f"-artifact_prefix={FINDINGS}/", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], function)
    atheris.Fuzz()


def main(seconds: int, names: list[str]) -> int:
    """Fuzz all targets, or those named, one after the other; return how many had findings."""
    if find_spec("atheris") is None:
        print("atheris is not installed here (extra `fuzz`, Linux): only hypothesis fuzzes")
        return 0
    failed = []
    for name in names or targets():
        command = [sys.executable, __file__, "--one", str(seconds), name]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        runs = next(
            (line.split()[-1] for line in result.stderr.splitlines() if "number_of_executed_units" in line), "?"
        )
        print(f"{name}: {runs} inputs, {'FOUND SOMETHING' if result.returncode else 'nothing found'}", flush=True)
        if result.returncode:
            failed.append(name)
            print("\n".join(result.stderr.splitlines()[-40:]), flush=True)
    if failed:
        print(f"findings in {', '.join(failed)}; the bytes are in {FINDINGS}/")
    return len(failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[3], int(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, sys.argv[2:]) > 0)
