"""Faults of the machine: killed processes, full and read-only disks, clocks set back, damaged and outdated files."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_judge import small_quiz_assistant
from small_models import TEXT, HashEncoder, small_article

import index.folder
from index.cache import cached_index
from index.cache_space import cache_entries, clear_cache, keep_within
from index.errors import ArticleQAError, IndexFolderError, QuizFileError
from index.folder import VERSION, _checksum, load_index, save_index
from index.retrieval import build_index
from qa.quiz.answers import write_answers
from qa.quiz.reading import read_questions
from qa.quiz.run import answer_file, look_through

ROOT, HERE = Path(__file__).resolve().parents[1], Path(__file__).parent
QUESTION = "Who saved the sailors?"


def python(*arguments: object, preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{os.environ['PYTHONPATH']}"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=200, cwd=ROOT, env=environment, preexec_fn=preexec
    )


def limited(size: int) -> Callable[[], None]:
    """Let no file of a process grow over `size` bytes: to a program, a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB, where this machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=False)


def fill(disk: Path, left: int) -> None:
    """Fill a disk up to its last `left` bytes (in pages of 4 KB)."""
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - left)))


@pytest.mark.parametrize("job", ["index", "first_index", "cache", "batch", "batch .csv", "batch .html", "batch .gift"])
def test_killed_at_any_file_operation_nothing_is_lost(tmp_path: Path, job: str) -> None:
    name, *suffix = job.split()
    result = python(HERE / "crash_points.py", name, tmp_path, *suffix)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 10


def test_what_a_living_writer_writes_is_not_tidied_away(tmp_path: Path) -> None:
    from index.replacing import replacing

    index = build_index(small_article(), HashEncoder())
    with replacing(tmp_path / "one") as beside:
        save_index(index, tmp_path / "one")
        assert beside.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_folder_with_a_like_name_is_left_alone(tmp_path: Path) -> None:
    index = build_index(small_article(), HashEncoder())
    for name in ("a-b", ".a.new-mine.old", ".a.new-12345678x", ".ab.new-12345678"):
        (tmp_path / name).mkdir()
    save_index(index, tmp_path / "a")
    assert len(list(tmp_path.iterdir())) == 5


WRITER = """
import sys
from pathlib import Path
from small_models import HashEncoder, small_article
from index.folder import load_index, save_index
from index.retrieval import build_index
place, text, encoder = Path(sys.argv[1]), sys.argv[2], HashEncoder()
index = build_index(small_article(text), encoder)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for _ in range(40):
    save_index(index, place)
    assert load_index(place, encoder).chunks
"""


def test_an_index_that_is_moved_away_and_put_back_while_it_is_read_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, away, moves = tmp_path / "one", tmp_path / "away", []
    save_index(build_index(small_article(), HashEncoder()), place)
    check = index.folder._check_files

    def check_while_away(folder: Path, expected: dict[str, str]) -> None:
        if not moves:
            moves.append(folder.rename(away))
            try:
                check(folder, expected)
            finally:
                away.rename(folder)
        check(folder, expected)

    monkeypatch.setattr("index.folder._check_files", check_while_away)
    assert load_index(place, HashEncoder()).chunks
    assert moves


def test_processes_that_index_into_the_same_folder_at_once_all_succeed(tmp_path: Path) -> None:
    texts = [f"# Lamp {number}\n\nLamp {number} was lit in 19{number:02}." for number in range(3)]
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{os.environ['PYTHONPATH']}"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "one", text], text=True, env=environment, **pipes)  # type: ignore[call-overload]
        for text in texts
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    with ThreadPoolExecutor() as pool:
        ends = list(pool.map(lambda writer: writer.communicate("go\n", timeout=100)[1], writers))
    assert [writer.returncode for writer in writers] == [0, 0, 0], ends
    assert load_index(tmp_path / "one", HashEncoder()).article in [small_article(text) for text in texts]
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_threads_that_cache_the_same_article_at_once_all_succeed() -> None:
    def ask(_: int) -> str:
        return cached_index(small_article(), HashEncoder()).search(QUESTION, 1)[0].chunk.text

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(40)))) == 1


SAVE = """
import sys
from pathlib import Path
from small_models import HashEncoder, small_article
from index.errors import IndexFolderError
from index.folder import save_index
from index.retrieval import build_index
try:
    article = small_article("# New\\n\\n" + "A new lamp was lit. " * 400)
    save_index(build_index(article, HashEncoder()), Path(sys.argv[1]))
except IndexFolderError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("size", [0, 100, 1_000, 5_000, 10_000])
def test_a_full_disk_leaves_the_old_index(tmp_path: Path, size: int) -> None:
    save_index(build_index(small_article(), HashEncoder()), tmp_path / "one")
    result = python("-c", SAVE, tmp_path / "one", preexec=limited(size))
    assert result.returncode == 1, result.stderr
    assert result.stderr.startswith("cannot write"), result.stderr
    assert "free some space" in result.stderr
    assert load_index(tmp_path / "one", HashEncoder()).article == small_article()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_full_file_system_leaves_the_old_index_and_lets_the_cache_go(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_index(small_article(), HashEncoder())
    save_index(index, small_disk / "one")
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(small_disk / "cache"))
    refused = 0
    for left in range(0, 80_000, 8_000):
        fill(small_disk, left)
        try:
            save_index(index, small_disk / "one")
        except IndexFolderError as error:
            assert "No space left" in str(error)
            refused += 1
        said: list[str] = []
        cached_index(small_article(f"{TEXT} {left}"), HashEncoder(), announce=said.append)
        assert "built" in said[0]
        (small_disk / "ballast").unlink()
        shutil.rmtree(small_disk / "cache", ignore_errors=True)
        assert load_index(small_disk / "one", HashEncoder()).article == small_article()
    assert refused


def test_a_batch_on_a_full_disk_names_the_cause_and_goes_on_when_there_is_space(small_disk: Path) -> None:
    questions, output = small_disk / "questions.txt", small_disk / "answers.csv"
    questions.write_text("\n".join(f"Who broke lamp {number}?" for number in range(40)), encoding="utf-8")
    whole = small_disk / "whole.csv"
    answer_file(small_quiz_assistant(), look_through(questions), whole, "csv")
    expected = whole.read_bytes()
    whole.unlink()
    for left in (0, 4_096, 40_000):
        fill(small_disk, left)
        with pytest.raises(QuizFileError, match=r"cannot write .*No space left.*free some space"):
            answer_file(small_quiz_assistant(), look_through(questions), output, "csv", resume=True)
        assert not output.exists()
        (small_disk / "ballast").unlink()
    summary, _ = answer_file(small_quiz_assistant(), look_through(questions), output, "csv", resume=True)
    assert summary.resumed
    assert output.read_bytes() == expected


def test_a_cache_that_can_only_be_read_is_used(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(small_disk))
    cached_index(small_article(), HashEncoder())
    if subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted again here")
    said: list[str] = []
    cached_index(small_article(), HashEncoder(), announce=said.append)
    other = cached_index(small_article("Only one line about lamps."), HashEncoder(), announce=said.append)
    assert "nothing encoded" in said[0]
    assert "not cached: cannot write" in said[1]
    assert other.chunks
    with pytest.raises(IndexFolderError, match="cannot clear"):
        clear_cache(small_disk)


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_was_set_back_or_forward_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """What was written before the clock was set has times that are not yet, or long gone."""
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path / "cache"))
    cached_index(small_article(), HashEncoder())
    questions, output = tmp_path / "questions.txt", tmp_path / "answers.jsonl"
    questions.write_text(QUESTION, encoding="utf-8")
    answer_file(small_quiz_assistant(), look_through(questions), output)
    expected = output.read_bytes()
    output.unlink()
    write_answers(small_quiz_assistant(), read_questions(questions), tmp_path / "answers.jsonl.part")
    then = time.time() + years * 365 * 86_400
    for path in tmp_path.rglob("*"):
        os.utime(path, (then, then))
    said: list[str] = []
    cached_index(small_article(), HashEncoder(), announce=said.append)
    cached_index(small_article("Only one line about lamps."), HashEncoder(), announce=said.append)
    cached_index(small_article("Only one line about lamps."), HashEncoder(), announce=said.append)
    assert ["nothing encoded" in line for line in said] == [True, False, True]
    summary, _ = answer_file(small_quiz_assistant(), look_through(questions), output, resume=True)
    assert summary.resumed == 1
    assert output.read_bytes() == expected


def test_the_cache_keeps_within_its_limit_and_drops_what_was_used_longest_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE", str(tmp_path))
    articles = [small_article(f"# Lamp {number}\n\nLamp {number} was lit.") for number in range(6)]
    for at, article in enumerate(articles[:5]):
        cached_index(article, HashEncoder())
        for path in tmp_path.iterdir():
            os.utime(path, (min(path.stat().st_mtime, 1_000 + at),) * 2)
    cached_index(articles[0], HashEncoder())  # used again: now the latest
    entries = cache_entries(tmp_path)
    assert entries[0].title == "Lamp 0"
    (tmp_path / "not ours").mkdir()
    keep_within(tmp_path, sum(entry.size for entry in entries[:3]), entries[0].folder)
    assert [entry.title for entry in cache_entries(tmp_path)] == ["Lamp 0", "Lamp 4", "Lamp 3"]
    monkeypatch.setenv("ARTICLE_QA_CACHE_MB", "0")
    said: list[str] = []
    cached_index(articles[5], HashEncoder(), announce=said.append)
    assert said[0].endswith("not cached")
    assert len(clear_cache(tmp_path)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["not ours"]


def test_an_article_larger_than_the_cache_is_still_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE_MB", "1")
    said: list[str] = []
    long = "\n\n".join(f"Lamp {number} was lit by keeper {number * 7919}." for number in range(3_000))
    assert cached_index(small_article(long), HashEncoder(), announce=said.append).chunks
    assert "larger than the limit of 1 MB" in said[0]


@pytest.mark.parametrize("limit", ["many", "-1", "1.5", "9999999999"])
def test_a_limit_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setenv("ARTICLE_QA_CACHE_MB", limit)
    with pytest.raises(ArticleQAError, match="ARTICLE_QA_CACHE_MB"):
        cached_index(small_article(), HashEncoder())


@pytest.mark.parametrize("version", [1, VERSION + 1, "2", None])
def test_an_index_of_another_version_says_so_and_how_to_make_it_again(tmp_path: Path, version: object) -> None:
    folder = tmp_path / "one"
    save_index(build_index(small_article(), HashEncoder()), folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"version": version}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexFolderError, match=rf"index version {version}, this program reads {VERSION}; make it with"):
        load_index(folder, HashEncoder())


def damages(content: bytes, others: list[bytes]) -> st.SearchStrategy[bytes]:
    """Every kind of damage to one file: cut, emptied, flipped, swapped inside or with another, zeroed, grown."""
    place = st.integers(0, max(0, len(content) - 1))
    return st.one_of(
        place.map(lambda at: content[:at]),
        st.tuples(place, st.integers(1, 255)).map(
            lambda t: content[: t[0]] + bytes([content[t[0]] ^ t[1]]) + content[t[0] + 1 :]
        ),
        st.tuples(place, place).map(lambda t: content[max(t) :] + content[min(t) : max(t)] + content[: min(t)]),
        st.tuples(place, place).map(lambda t: content[: min(t)] + bytes(max(t) - min(t)) + content[max(t) :]),
        st.tuples(place, st.binary(min_size=1, max_size=99)).map(lambda t: content[: t[0]] + t[1] + content[t[0] :]),
        st.tuples(place, place).map(lambda t: content[: min(t)] + content[max(t) :]),
        st.sampled_from(others),
        st.binary(max_size=200),
    )


@pytest.fixture(scope="module")
def sound_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "index"
    save_index(build_index(small_article(), HashEncoder()), folder)
    return folder


@pytest.mark.parametrize("signed", [False, True], ids=["as it fell", "with its checksums made to fit"])
@given(data=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_index_is_named_or_answers_as_before(sound_index: Path, signed: bool, data: st.DataObject) -> None:
    """Damage that the checksums do not show (someone made them fit) must still be no crash."""
    hurt = sound_index.with_name("hurt")
    shutil.rmtree(hurt, ignore_errors=True)
    shutil.copytree(sound_index, hurt)
    files = sorted(path for path in hurt.rglob("*") if path.is_file())
    for path in data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3, unique=True)):
        path.write_bytes(
            data.draw(damages(path.read_bytes(), [other.read_bytes() for other in files if other != path]))
        )
    if signed:
        _sign(hurt)
    sound = load_index(sound_index, HashEncoder())
    try:
        loaded = load_index(hurt, HashEncoder())
    except IndexFolderError as error:
        assert "article-qa index" in str(error) or "index the article again" in str(error)
        assert "\n" not in str(error)
        return
    hits = loaded.search(QUESTION, 5)
    if not signed:
        assert hits == sound.search(QUESTION, 5)
    for hit in hits:
        assert loaded.article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text


def _sign(folder: Path) -> None:
    """Make the manifest's checksums fit what stands in the folder, if it is a manifest still."""
    import hashlib

    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for name in manifest["files"]:
            manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        text = json.loads((folder / "article.json").read_text(encoding="utf-8"))["text"]
        manifest["article"]["fingerprint"] = hashlib.sha256(text.encode()).hexdigest()
        manifest["checksum"] = _checksum(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        return
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("article.json", {"title": ["<script>"]}),
        ("article.json", {"text": 5}),
        ("article.json", {"paragraphs": [{"number": "<script>", "start": 0, "length": 1, "section": "", "kind": "x"}]}),
        ("chunks.json", [{"start": -5, "length": 3, "paragraphs": [1], "section": ""}]),
        ("chunks.json", [{"start": 0, "length": 10**9, "paragraphs": [1], "section": ""}]),
        ("chunks.json", [{"start": 0, "length": 3, "paragraphs": ["<img>"], "section": ""}]),
        ("sentences.json", [[5, 2]]),
        ("sentences.json", [[0, 10**9]]),
        ("bm25/params.index.json", {"num_docs": 10**9}),
        ("bm25/vocab.index.json", {"storm": 10**9}),
        ("bm25/vocab.index.json", {"storm": -1}),
    ],
)
def test_a_hostile_index_with_fitting_checksums_is_refused(
    sound_index: Path, tmp_path: Path, name: str, change: object
) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(sound_index, folder)
    value = json.loads((folder / name).read_text(encoding="utf-8"))
    (folder / name).write_text(json.dumps(value | change if isinstance(change, dict) else change), encoding="utf-8")
    _sign(folder)
    with pytest.raises(IndexFolderError, match="damaged"):
        load_index(folder, HashEncoder())
