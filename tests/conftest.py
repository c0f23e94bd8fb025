"""What all tests share: a closed network, a cache of their own, the real article where it is there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from small_page import Visit

from qa.closed_network import REPORT_VARIABLE, close_network

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ATTEMPTS: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for this process and for every Python it starts, before anything is imported."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # gradio_client's, in the tests that are its users
    close_network(ATTEMPTS.append)
    paths = [str(ROOT / "tests" / "closed_network"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def _nothing_is_sent_out(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An attempt fails by itself; here it also fails the test, if a library swallowed that."""
    report = tmp_path_factory.mktemp("network") / "attempts"
    monkeypatch.setenv(REPORT_VARIABLE, str(report))
    ATTEMPTS.clear()
    yield
    assert not ATTEMPTS, f"reached out: {ATTEMPTS}"
    assert not report.exists(), f"a program reached out: {report.read_text(encoding='utf-8')}"


@pytest.fixture
def network_attempts() -> list[str]:
    """What this process tried to reach, for the tests that try it; they clear the list themselves."""
    return ATTEMPTS


@pytest.fixture(scope="session")
def real_article() -> Path:
    """The real article, which is never part of this repository."""
    found = sorted((SHARED / "articles").glob("*.txt"))
    if not found:
        pytest.skip("the real article is not on this machine (../shared/articles)")
    return found[0]


@pytest.fixture(scope="session")
def reader_data() -> Path:
    """The data that the reader is trained on, which is never part of this repository."""
    folder = SHARED / "reader-data"
    if not folder.is_dir():
        pytest.skip("the reader data is not on this machine (../shared/reader-data)")
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with quick models, served from this process."""
    from small_page import served

    with served(tmp_path_factory.mktemp("bundled")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Headless Chromium."""
    from small_page import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: "Browser", address: str) -> Iterator["Visit"]:
    """A visitor of the page, in a browser context of its own."""
    from small_page import visiting

    with visiting(browser, address) as visit:
        yield visit
