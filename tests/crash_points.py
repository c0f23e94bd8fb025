"""Kills a writer at every one of its file operations in turn, and checks what it leaves.

A program of its own (`python tests/crash_points.py index FOLDER`), because it forks. Each child counts its file
operations by audit events and sends itself SIGKILL at the n-th, for n from 1 until it lives to the end.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from small_judge import small_quiz_assistant
from small_models import HashEncoder, small_article

from index.cache import cached_index
from index.collection import Collection
from index.errors import IndexFolderError
from index.folder import load_index, save_index
from index.retrieval import build_index
from qa.quiz.run import answer_file, look_through

EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.utime", "tempfile.mkdtemp"}
OLD, NEW = "# Old\n\nThe old lamp was broken in 1902.", "# New\n\nThe new lamp was lit in 1986."
QUESTIONS = [f"Who broke lamp {number}?" for number in range(5)]


def killed_everywhere(action: Callable[[], object], check: Callable[[bool], None]) -> int:
    """Run `action` in children killed one operation later each; `check(survived)` after each. Returns how many."""
    points = 0
    while True:
        points += 1
        child = os.fork()
        if child == 0:
            _die_at(points)
            try:
                action()
            except BaseException as error:
                os.write(2, f"{error!r}\n".encode())
                os._exit(3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        survived = not os.WIFSIGNALED(status)
        if survived and os.waitstatus_to_exitcode(status):
            raise SystemExit("the writer failed by itself")
        check(survived)
        if survived:
            return points


def _die_at(point: int) -> None:
    counted = 0

    def count(event: str, _: object) -> None:
        nonlocal counted
        if event in EVENTS:
            counted += 1
            if counted == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def index(folder: Path) -> int:
    """Replace an index: the old or the new one is there at any time, and nothing is left beside it at the end."""
    encoder, place = HashEncoder(), folder / "article.index"
    old, new = (build_index(small_article(text), encoder) for text in (OLD, NEW))
    seen = set()

    def check(survived: bool) -> None:
        article = load_index(place, encoder).article
        assert article in (old.article, new.article)
        assert not survived or article == new.article
        seen.add(article.title)
        save_index(old, place)
        assert [path.name for path in folder.iterdir()] == ["article.index"]

    save_index(old, place)
    points = killed_everywhere(lambda: save_index(new, place), check)
    assert seen == {"Old", "New"}
    return points


def first_index(folder: Path) -> int:
    """Write an index where there was none: it is whole or said not to be there."""
    encoder, place = HashEncoder(), folder / "article.index"
    new = build_index(small_article(NEW), encoder)

    def check(survived: bool) -> None:
        try:
            assert load_index(place, encoder).article == new.article
        except IndexFolderError as error:
            assert "article-qa index" in str(error)
            assert not survived
        save_index(new, place)
        assert [path.name for path in folder.iterdir()] == ["article.index"]
        for path in sorted(place.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        place.rmdir()

    return killed_everywhere(lambda: save_index(new, place), check)


def cache(folder: Path) -> int:
    """Index through a cache that must drop an older entry: the next one to ask gets the right article."""
    os.environ.update(ARTICLE_QA_CACHE=str(folder), ARTICLE_QA_CACHE_MB="0")
    encoder = HashEncoder()
    cached_index(small_article(NEW), encoder)
    os.environ["ARTICLE_QA_CACHE_MB"] = "1"

    def check(survived: bool) -> None:
        for text in (OLD, NEW):
            assert cached_index(small_article(text), encoder).article == small_article(text)

    return killed_everywhere(lambda: cached_index(small_article(f"{NEW} {os.getpid()}"), encoder), check)


def collection_add(folder: Path) -> int:
    """Add to a collection: the article is in it and found, or not; the next change clears up."""
    return _change(folder, lambda news: news.add(build_index(small_article(NEW), HashEncoder())), {"Old", "New"})


def collection_first(folder: Path) -> int:
    """Add the first article: a folder that a killed process left is an empty collection, not a stranger's folder."""
    encoder, place = HashEncoder(), folder / "news"
    new = build_index(small_article(NEW), encoder)

    def check(survived: bool) -> None:
        news = Collection(place, encoder)
        assert news.members or not survived
        _check_whole(place)
        if not news.members:
            Collection(place, encoder).add(new)
            _check_whole(place)
        shutil.rmtree(place)

    return killed_everywhere(lambda: Collection(place, encoder).add(new), check)


def collection_remove(folder: Path) -> int:
    """Remove from a collection: as for an addition."""
    return _change(folder, lambda news: news.remove(news.members[-1].number), {"Old"})


def _change(folder: Path, change: Callable[[Collection], object], after: set[str]) -> int:
    encoder, place = HashEncoder(), folder / "news"
    before = {"Old"} if after == {"Old", "New"} else {"Old", "New"}
    texts = {"Old": OLD, "New": NEW}
    seen = []

    def check(survived: bool) -> None:
        titles = _check_whole(place)
        assert titles in (before, after)
        assert not survived or titles == after
        seen.append(titles)
        shutil.rmtree(place)
        make()

    def make() -> None:
        for title in sorted(before, reverse=True):
            Collection(place, encoder).add(build_index(small_article(texts[title]), encoder))

    make()
    points = killed_everywhere(lambda: change(Collection(place, encoder)), check)
    assert before in seen
    assert after in seen
    return points


def _check_whole(place: Path) -> set[str]:
    """Every member is found by its own words, and one more change leaves no file that is not named."""
    encoder = HashEncoder()
    news = Collection(place, encoder)
    found = {index.article.title for index in news.nearest("Which lamp was that?", 9)}
    assert found == {member.title for member in news.members}
    extra = news.add(build_index(small_article("# Extra\n\nAn extra lamp hung there."), encoder))
    news.remove(extra.number)
    assert {path.name for path in (place / "articles").iterdir()} == {str(m.number) for m in news.members}
    assert len(list(place.glob("vectors-*"))) == 1
    return found


def batch(folder: Path, suffix: str = ".jsonl") -> int:
    """Answer a file: the output is the earlier one or the new one, and --resume ends with the same bytes."""
    questions, output, whole = folder / "questions.txt", folder / f"answers{suffix}", folder / f"whole{suffix}"
    questions.write_text("\n".join(QUESTIONS), encoding="utf-8")
    assistant = small_quiz_assistant()
    form = {".jsonl": "jsonl", ".csv": "csv", ".html": "html", ".md": "markdown", ".gift": "gift"}[suffix]

    def answer(path: Path, resume: bool = False) -> None:
        answer_file(assistant, look_through(questions), path, form, resume)  # type: ignore[arg-type]

    answer(whole)
    output.write_text("earlier", encoding="utf-8")

    def check(survived: bool) -> None:
        assert output.read_bytes() in (b"earlier", whole.read_bytes())
        answer(output, resume=True)
        assert output.read_bytes() == whole.read_bytes()
        assert {path.name for path in folder.iterdir()} == {questions.name, output.name, whole.name}
        output.write_text("earlier", encoding="utf-8")

    return killed_everywhere(lambda: answer(output), check)


if __name__ == "__main__":
    job, place, *rest = sys.argv[1:]
    chosen = (index, first_index, cache, batch, collection_first, collection_add, collection_remove)
    jobs: dict[str, Callable[..., int]] = {one.__name__: one for one in chosen}
    print(jobs[job](Path(place), *rest))
