"""What every reader must do with any bytes: read them, or refuse them in its own words. Shared by all fuzzers."""

import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hostile import docx, pages, stream, xlsx
from small_models import TEXT, HashEncoder, small_article

from index.chunking import ChunkSettings, chunk_article
from index.errors import ArticleError, IndexFolderError, QuizFileError
from index.folder import load_index, save_index
from index.loading import load_article
from index.retrieval import build_index
from qa.answer import QuizQuestion
from qa.quiz.reading import QUIZ_FORMATS, read_rows
from ui.article_view import article_html

WORD = b"<w:p><w:r><w:t>The lamp was lit in 1986.</w:t></w:r></w:p>"
QUIZ_ROWS = [["Question", "Option 1", "Option 2", "Correct"], ["Who built it?", "Kell", "Finch", "1"]]
ARTICLE_SEEDS: dict[str, bytes] = {
    ".txt": TEXT.encode(),
    ".md": TEXT.encode() + b"\n- a\n- b\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[1]: x\n",
    ".html": b"<html><head><title>Lamp</title></head><body><h1>Lamp</h1><p>The lamp was lit in 1986.</p></body></html>",
    ".pdf": pages(2, stream(b"BT /F1 12 Tf 50 700 Td (The lamp was lit in 1986.) Tj ET")),
    ".docx": docx(WORD),
}
QUIZ_SEEDS: dict[str, bytes] = {
    ".txt": b"1. Who built it?\n2. When was it ___ built?\n",
    ".csv": b'id,question,A,B,key\n1,"Who built it?",Kell,Finch,A\n2,It is tall.,True,False,True\n',
    ".jsonl": b'{"id": "1", "question": "Who?", "type": "multiple_choice", "choices": ["a", "b"], "gold": 1}\n',
    ".json": b'{"data": [{"paragraphs": [{"qas": [{"id": "1", "question": "Who?", "answers": [{"text": "Kell"}]}]}]}]}',
    ".gift": b"$CATEGORY: x\n\n::a::Who built it? {=Kell ~Finch#no}\n\nHow tall? {#41:1}\n\nTall {T}\n",
    ".aiken": b"Who built it?\nA. Kell\nB. Finch\nANSWER: A\n",
    ".xml": b"<quiz><question type='shortanswer'><name><text>a</text></name><questiontext><text>Who?</text>"
    b"</questiontext><answer fraction='100'><text>Kell</text></answer></question></quiz>",
    ".xlsx": xlsx(QUIZ_ROWS),
}


def read_article(suffix: str, content: bytes) -> None:
    """Load an article; what is read keeps every offset."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        try:
            article = load_article(path)
        except ArticleError as error:
            assert "\n" not in str(error), error
            return
    for block in (*article.paragraphs, *article.headings):
        assert block.text
        assert article.text[block.start : block.end] == block.text
    assert article.paragraphs
    chunks = chunk_article(article, ChunkSettings())
    assert all(article.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    shown = article_html(article)
    assert shown.count("<script") == 0
    shown.encode()
    json.dumps(article.title).encode()


def read_quiz(suffix: str, content: bytes) -> None:
    """Read a quiz, by the format it seems to have, and by each that a user may name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"q{suffix}"
        path.write_bytes(content)
        for form in (None, *QUIZ_FORMATS):
            try:
                rows = list(read_rows(path, form))
            except QuizFileError as error:
                assert "\n" not in str(error), error
                continue
            for row in rows:
                if isinstance(row, QuizQuestion):
                    assert row.question.strip()
                    f"{row}".encode()


@cache
def _sound_index() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-index-")) / "index"
    save_index(build_index(small_article(), HashEncoder()), folder)
    return folder


def index_files() -> list[str]:
    """Return the names of the files of an index folder."""
    return sorted(str(path.relative_to(_sound_index())) for path in _sound_index().rglob("*") if path.is_file())


def index_content(name: str) -> bytes:
    """Return what a file of a sound index holds."""
    return (_sound_index() / name).read_bytes()


def read_index(name: str, content: bytes, sign: Callable[[Path], None]) -> None:
    """Load an index of which one file was replaced, with checksums that fit; what is read can be searched."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "index"
        shutil.copytree(_sound_index(), folder)
        (folder / name).write_bytes(content)
        sign(folder)
        try:
            index = load_index(folder, HashEncoder())
        except IndexFolderError as error:
            assert "\n" not in str(error), error
            return
        for hit in index.search("Who saved the sailors?", 5):
            assert index.article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        article_html(index.article).encode()
