"""A crowd on one page, in short; `make load` lets fifty people in for two minutes."""

import asyncio

import load
import pytest

pytestmark = pytest.mark.model


def test_a_crowd_gets_the_answers_of_one_person_and_no_error(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PAUSE", (0.1, 1.0))
    monkeypatch.setattr(load, "UPLOADS", 0.3)
    with load.server(str(tmp_path_factory.mktemp("cache"))) as (address, process):
        found, warm, end = asyncio.run(load.crowd(address, process, 12, 15.0))
    assert found.wrong == []
    assert len(found.seconds) >= 12
    assert found.opened
    assert end < warm * 1.25
