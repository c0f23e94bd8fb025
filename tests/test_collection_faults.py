"""Faults of the machine on collections: killed and crowding processes, full and read-only disks, damaged files."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import HashEncoder, small_article
from test_faults import HERE, damages, fill, limited, python, small_disk
from typer.testing import CliRunner

from index import collection as module
from index.collection import Collection
from index.collection_content import Member
from index.errors import IndexFolderError
from index.retrieval import build_index
from ui.cli import app

__all__ = ["small_disk"]
LAMP = "# Lamp {0}\n\nLamp {0} was lit in 19{0:02}."


def lamp(number: int, place: Path) -> Member:
    return Collection(place, HashEncoder()).add(build_index(small_article(LAMP.format(number)), HashEncoder()))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sound") / "news"
    for number in (1, 2):
        lamp(number, place)
    return place


@pytest.mark.parametrize("job", ["collection_first", "collection_add", "collection_remove"])
def test_killed_at_any_file_operation_it_is_whole(tmp_path: Path, job: str) -> None:
    result = python(HERE / "crash_points.py", job, tmp_path)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 10


CROWD = """
import sys
from pathlib import Path
from test_collection_faults import LAMP
from small_models import HashEncoder, small_article
from index.collection import Collection
from index.retrieval import build_index
place, first, encoder = Path(sys.argv[1]), int(sys.argv[2]), HashEncoder()
news = Collection(place, encoder)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for number in range(first, first + 8):
    if first:
        member = news.add(build_index(small_article(LAMP.format(number)), encoder))
        if number % 2:
            news.remove(member.number)
    for index in news.nearest("When was the lamp lit?", 9):
        assert index.article.title.startswith("Lamp ")
"""


def test_processes_that_change_and_ask_it_at_once_lose_nothing(tmp_path: Path) -> None:
    place = tmp_path / "news"
    lamp(99, place)
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{os.environ['PYTHONPATH']}"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    crowd = [
        subprocess.Popen([sys.executable, "-c", CROWD, place, str(first)], text=True, env=environment, **pipes)  # type: ignore[call-overload]
        for first in (0, 10, 30, 50)
    ]
    for one in crowd:
        assert one.stdout.readline() == "ready\n"
    with ThreadPoolExecutor() as pool:
        ends = list(pool.map(lambda one: one.communicate("go\n", timeout=100)[1], crowd))
    assert [one.returncode for one in crowd] == [0] * 4, ends
    news = Collection(place, HashEncoder())
    titles = {f"Lamp {number}" for first in (10, 30, 50) for number in range(first, first + 8, 2)} | {"Lamp 99"}
    assert {member.title for member in news.members} == titles
    assert len({member.number for member in news.members}) == len(titles)
    assert {index.article.title for index in news.nearest("When was the lamp lit?", 99)} == titles


def test_one_that_was_opened_before_sees_what_others_added_and_removed(tmp_path: Path) -> None:
    place = tmp_path / "news"
    lamp(1, place)
    early = Collection(place, HashEncoder())
    lamp(2, place)
    Collection(place, HashEncoder()).remove(1)
    assert [index.article.title for index in early.nearest("When was the lamp lit?", 9)] == ["Lamp 2"]
    assert early.remove(2).title == "Lamp 2"
    assert early.nearest("When was the lamp lit?", 9) == ()
    with pytest.raises(IndexFolderError, match="no article 2"):
        early.remove(2)


def test_a_change_that_takes_too_long_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    lamp(1, tmp_path / "news")
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    with FileLock(tmp_path / "news" / ".lock"), pytest.raises(IndexFolderError, match="another process is changing"):
        lamp(2, tmp_path / "news")
    assert lamp(2, tmp_path / "news").number == 2


ADD = """
import sys
from pathlib import Path
from test_collection_faults import lamp
from index.errors import IndexFolderError
try:
    lamp(3, Path(sys.argv[1]))
except IndexFolderError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("size", [0, 100, 500, 700])
def test_a_full_disk_leaves_it_as_it_was(tmp_path: Path, sound: Path, size: int) -> None:
    place = tmp_path / "news"
    shutil.copytree(sound, place)
    result = python("-c", ADD, place, preexec=limited(size))
    assert result.returncode == 1, result.stderr
    assert result.stderr.startswith("cannot write"), result.stderr
    assert "free some space" in result.stderr
    assert {i.article.title for i in Collection(place, HashEncoder()).nearest("Which lamp?", 9)} == {"Lamp 1", "Lamp 2"}
    assert lamp(3, place).number == 3


def test_a_full_file_system_leaves_nothing_behind(small_disk: Path) -> None:
    place = small_disk / "news"
    lamp(1, place)
    before = {path.relative_to(place) for path in place.rglob("*")}
    refused = 0
    for left in range(0, 60_000, 8_000):
        fill(small_disk, left)
        try:
            Collection(place, HashEncoder()).remove(lamp(2, place).number)
        except IndexFolderError as error:
            assert "free some space" in str(error)
            refused += 1
        (small_disk / "ballast").unlink()
        assert [i.article.title for i in Collection(place, HashEncoder()).nearest("Which lamp?", 1)] == ["Lamp 1"]
        for member in Collection(place, HashEncoder()).members[1:]:  # the addition went well, the removal did not
            Collection(place, HashEncoder()).remove(member.number)
        assert len({path.relative_to(place) for path in place.rglob("*")} - before) <= 1, "the vectors' new name"
    assert refused


def test_one_that_can_only_be_read_is_asked(small_disk: Path) -> None:
    lamp(1, small_disk / "news")
    if subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted again here")
    assert Collection(small_disk / "news", HashEncoder()).nearest("Which lamp?", 9)
    with pytest.raises(IndexFolderError, match=r"cannot write .*Read-only"):
        lamp(2, small_disk / "news")


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_one_is_named_or_answers_as_before(sound: Path, data: st.DataObject) -> None:
    hurt = sound.with_name("hurt")
    shutil.rmtree(hurt, ignore_errors=True)
    shutil.copytree(sound, hurt)
    files = sorted(path for path in hurt.rglob("*") if path.is_file() and path.name != ".lock")
    for path in data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3, unique=True)):
        others = [other.read_bytes() for other in files if other != path]
        path.write_bytes(data.draw(damages(path.read_bytes(), others)))
    whole = [index.article for index in Collection(sound, HashEncoder()).nearest("Which lamp?", 9)]
    try:
        found = [index.article for index in Collection(hurt, HashEncoder()).nearest("Which lamp?", 9)]
    except IndexFolderError as error:
        assert "\n" not in str(error)
        return
    assert found == whole


def test_articles_that_were_swapped_are_not_cited_for_each_other(tmp_path: Path, sound: Path) -> None:
    place = tmp_path / "news"
    shutil.copytree(sound, place)
    for old, new in (("1", "x"), ("2", "1"), ("x", "2")):
        (place / "articles" / old).rename(place / "articles" / new)
    with pytest.raises(IndexFolderError, match="another article than was added"):
        Collection(place, HashEncoder()).nearest("Which lamp?", 9)


def test_a_title_that_was_changed_by_hand_is_damage(tmp_path: Path, sound: Path) -> None:
    place = tmp_path / "news"
    shutil.copytree(sound, place)
    content = json.loads((place / "collection.json").read_text())
    content["members"][0]["title"] = "Lamp 7"
    (place / "collection.json").write_text(json.dumps(content))
    with pytest.raises(IndexFolderError, match="not the file that was written"):
        Collection(place, HashEncoder())


@pytest.mark.parametrize("arguments", [["list"], ["remove"]])
def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path, arguments: list[str]) -> None:
    place = tmp_path / "nwes"
    result = CliRunner().invoke(
        app, ["collection", *arguments, str(place), *(["1"] if arguments == ["remove"] else [])]
    )
    assert result.exit_code == 1
    assert "is no collection; make one with" in str(result.exception)
    assert not place.exists()
