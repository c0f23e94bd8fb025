"""What is pinned is what is installed, and the licences page is not stale."""

import importlib.util
import re
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "licences.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def needed(name: str, seen: dict[str, str]) -> None:
    """Collect all that a package needs on this machine, with the installed versions."""
    for line in requires(name) or ():
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        key = canonicalize_name(requirement.name)
        if key not in seen:
            seen[key] = version(requirement.name)
            needed(requirement.name, seen)


def test_everything_that_is_needed_is_pinned_to_what_is_installed(licences: ModuleType) -> None:
    pins = {canonicalize_name(name): pin for name, pin in licences.pinned()}
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    stated = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert stated
    seen: dict[str, str] = {}
    for line in re.findall(r'^ +"([^"]+)"', stated[1], re.MULTILINE):
        name = Requirement(line).name
        seen[canonicalize_name(name)] = version(name)
        needed(name, seen)
    assert len(seen) > 50
    unpinned = {name: found for name, found in seen.items() if pins.get(name) != found.partition("+")[0]}
    assert unpinned == {}


def test_the_licences_page_lists_what_is_pinned(licences: ModuleType) -> None:
    rows = licences.rows_of((ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
    assert {name: found for name, (found, _) in rows.items()} == dict(licences.pinned()), "run `make licences`"
    assert all(licence and licence != "not installed here" for _, licence in rows.values())
    for name, (found, licence) in rows.items():
        try:
            is_same = version(name).partition("+")[0] == found
        except PackageNotFoundError:
            continue
        if is_same:
            assert licences.licence_of(name) == licence, "run `make licences`"


def test_every_licence_is_one_that_lets_us_use_it(licences: ModuleType) -> None:
    """Copyleft of the strong kind must be seen before it is shipped with."""
    rows = licences.rows_of((ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
    strong = [n for n, (_, licence) in rows.items() if re.search(r"\b(A?GPL)", licence) and "LGPL" not in licence]
    assert strong == []
