"""What a report must say about how it was made: machine, versions, weights, data."""

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.article import Article

LIBRARIES = (
    "article-qa",
    "bm25s",
    "faiss-cpu",
    "ir-measures",
    "numpy",
    "onnxruntime",
    "scikit-learn",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
_CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Setup:
    """The header of a report. Pairs are (name, value); `cores` are those this process may use."""

    created: str
    cpu: str
    cores: int
    system: str
    libraries: tuple[tuple[str, str], ...]
    weights: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    dataset: str
    dataset_sha256: str
    questions: int
    article: str
    article_fingerprint: str
    paragraphs: int


def describe_setup(
    dataset: str,
    dataset_sha256: str,
    questions: int,
    article: Article,
    weights: Mapping[str, str],
    settings: Mapping[str, str],
) -> Setup:
    """Return the setup of this process; `weights` maps each model file to its sha256."""
    return Setup(
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        cpu=_cpu(),
        cores=_cores(),
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        libraries=tuple((name, _version(name)) for name in LIBRARIES),
        weights=tuple(sorted(weights.items())),
        settings=tuple(sorted(settings.items())),
        dataset=dataset,
        dataset_sha256=dataset_sha256,
        questions=questions,
        article=article.title,
        article_fingerprint=article.fingerprint,
        paragraphs=sum(1 for paragraph in article.paragraphs if paragraph.number is not None),
    )


def peak_megabytes() -> float | None:
    """Return the most memory that this process has held so far, in units of 10⁶ bytes; None where it is not told."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def _cpu() -> str:
    if _CPU_INFO.is_file():
        for line in _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
