"""Files made to do harm: articles and quizzes, each under 5 MB, as an attacker would upload them.

As a program it takes each of them, in a child with bounded memory and processor time, all the way a file goes (load,
index, show, ask; read, answer, write), and prints what became of it: `python tests/hostile.py FOLDER [NAME...]`.
"""

import io
import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

MEMORY, SECONDS = 4 << 30, 120
MANY = 10_000
"""Questions."""
SCRIPT = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"
PROSE = "The lamp was lit in 1986, and nobody in the town was surprised by it. "


def pdf(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of numbered objects, the first of them its root."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def stream(content: bytes, more: bytes = b"") -> bytes:
    """Return a compressed stream object."""
    packed = zlib.compress(content, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (more, len(packed), packed)


WORDS = b"BT /F1 12 Tf 50 700 Td (The lamp was lit in 1986.) Tj ET\n"
FONT = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def pages(count: int, content: bytes, more: Sequence[bytes] = (), root: bytes = b"", forms: bytes = b"") -> bytes:
    """Return a PDF of `count` pages that share one content; `more` are the objects from 4 on."""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + page) for page in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<<%s%s>>>>" % (FONT, forms)
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return pdf([b"<</Type/Catalog/Pages 2 0 R%s>>" % root, tree, content, *more, *[page] * count])


def forms_of_forms() -> bytes:
    """Return a PDF of six forms that each draw the next one twenty times."""
    forms = []
    for level in range(6):
        drawn = b"/X Do " * 20 if level < 5 else WORDS
        inner = b"/XObject<</X %d 0 R>>" % (5 + level) if level < 5 else b""
        forms.append(stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s%s>>" % (FONT, inner)))
    return pages(3, stream(b"/X Do"), forms, forms=b"/XObject<</X 4 0 R>>")


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(
    body: bytes, head: bytes = b"", more: dict[str, bytes] | None = None, encode: Callable[[bytes], bytes] = bytes
) -> bytes:
    """Return a Word document with this body, as python-docx makes it otherwise; `encode` changes the finished part."""
    import docx as library

    made = io.BytesIO()
    library.Document().save(made)
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts["word/document.xml"] = encode(
        b'<?xml version="1.0"?>%s<w:document %s><w:body>%s</w:body></w:document>' % (head, space, body)
    )
    return packed(parts | (more or {}))


def xlsx(
    rows: Sequence[Sequence[object]], changes: Callable[[dict[str, bytes]], dict[str, bytes]] | None = None
) -> bytes:
    """Return a workbook, with parts changed."""
    import openpyxl

    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(changes(parts) if changes else parts)


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'haha'>%s]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b"<!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>"
WORD = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"
QUIZ_HEAD = ("Question", "Option 1", "Option 2", "Key")

ARTICLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("a.docx", lambda: docx(WORD % b"hello", more={"word/media/x.bin": bytes(300_000_000)})),
    "zip bomb of paragraphs": ("a.docx", lambda: docx(b"<w:p/>" * 9_500_000)),
    "zip bomb of paragraphs in UTF-16": (
        "a.docx",
        lambda: docx(WORD % b"a" * 60_000, encode=lambda part: part.decode().encode("utf-16")),
    ),
    "zip bomb of one word": ("a.docx", lambda: docx(WORD % (b"a" * 59_000_000))),
    "deep tables": (
        "a.docx",
        lambda: docx(
            b"<w:tbl><w:tr><w:tc>" * 5_000 + WORD % b"deep" + b"</w:tc></w:tr></w:tbl>" * 5_000 + WORD % b"flat"
        ),
    ),
    "cell of a billion columns": (
        "a.docx",
        lambda: docx(
            b"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='1000000000'/></w:tcPr>%s</w:tc></w:tr></w:tbl>"
            % (WORD % b"The lamp was lit in 1986.")
        ),
    ),
    "cell of 200,000 rows": (
        "a.docx",
        lambda: docx(
            b"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>%s</w:tc></w:tr>%s</w:tbl>"
            % (WORD % (b"The lamp. " * 100), b"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc></w:tr>" * 200_000)
        ),
    ),
    "entities": ("a.docx", lambda: docx(WORD % b"&j;" + WORD % b"The lamp.", LAUGHS)),
    "entity of a file": ("a.docx", lambda: docx(WORD % b"&j;" + WORD % b"The lamp.", OUTSIDE)),
    "PDF with scripts": (
        "a.pdf",
        lambda: pages(
            1,
            stream(WORDS),
            root=b"/OpenAction<</S/JavaScript/JS(app.launchURL('http://evil.example'))>>"
            b"/AA<</WC<</S/Launch/F(/bin/sh)>>>>/Names<</EmbeddedFiles<</Names[(x)<</F(x)>>]>>>>",
        ),
    ),
    "PDF of 10,000 pages": ("a.pdf", lambda: pages(10_000, stream(WORDS))),
    "PDF of shared pages": ("a.pdf", lambda: pages(1_900, stream(WORDS * 60_000))),
    "PDF of one huge page": ("a.pdf", lambda: pages(1, stream(WORDS * 1_400_000))),
    "PDF of forms of forms": ("a.pdf", forms_of_forms),
    "PDF of nested arrays": ("a.pdf", lambda: pages(1, stream(b"[" * 100_000 + b"]" * 100_000 + WORDS))),
    "deep web page": ("a.html", lambda: b"<html><body>" + b"<div><p>The lamp was lit." * 60_000),
    "web page of scripts": (
        "a.html",
        lambda: (
            f"<html><head><title>{SCRIPT}</title></head><body><h1>Lamps</h1>"
            f"<p>{PROSE * 4}</p><p>&lt;script&gt;window.pwned = 1&lt;/script&gt; {PROSE * 4}</p>{SCRIPT}</body></html>"
        ).encode(),
    ),
    "web page of attributes": ("a.html", lambda: b"<html><body><p " + b"a=b " * 1_000_000 + b">The lamp was lit."),
    "deep quotes": ("a.md", lambda: b">" * 200_000 + b" The lamp.\n\nIt was lit."),
    "deep lists": ("a.md", lambda: b"".join(b" " * (2 * n) + b"- The lamp\n" for n in range(1_500)) + b"\n\nLit."),
    "brackets": ("a.md", lambda: (b"[" * 100_000 + b"](" * 100_000 + b"*_`<!--" * 100_000) + b"\n\nThe lamp."),
    "null bytes": ("a.txt", lambda: b"The lamp\0was lit in 1986.\0\0" * 1_000),
    "right-to-left overrides": ("a.txt", lambda: ("# \u202egnp.exe\u2066\n\n" + PROSE + "\u202e" * 50_000).encode()),
    "100,000 words in one paragraph": ("a.txt", lambda: (PROSE * 7_000).encode()),
    "one word of 4 MB": ("a.txt", lambda: b"a" * 4_000_000),
    "4 MB of empty paragraphs": ("a.txt", lambda: b"\n \n\t\n" * 800_000 + PROSE.encode()),
    "4 MB of bylines": ("a.txt", lambda: b"By Ada Finch\n\n" * 290_000 + PROSE.encode()),
    "4 MB of footnotes": ("a.txt", lambda: PROSE.encode() + b"\n\n[1] See.\n\n" * 300_000),
    "4 MB of headings": ("a.md", lambda: b"# The lamp of 1986\n" * 200_000 + PROSE.encode()),
    "4 MB of full stops": ("a.txt", lambda: b". " * 2_000_000),
    "4 MB of letters and stops": ("a.txt", lambda: b"A. b. " * 660_000),
    "mixed encodings": (
        "a.txt",
        lambda: "Die Brücke – ".encode() + "größer ".encode("latin-1") * 9 + "日本".encode("utf-16"),
    ),
    "half characters": ("a.txt", lambda: b"\xff\xfe" + b"\x00\xd8" * 50 + "The lamp.".encode("utf-16-le")),
    "combining marks": ("a.txt", lambda: ("The lamp e" + "\u0301" * 500_000 + " was lit.").encode()),
    "terminal codes": (
        "a.txt",
        lambda: "\x1b]0;pwned\x07\x1b[2J# The lamp\n\n\x1b[31mThe lamp was lit in 1986.\x9b".encode(),
    ),
}  # fmt: skip


def _bomb(parts: dict[str, bytes]) -> dict[str, bytes]:
    return parts | {"xl/media/x.bin": bytes(150_000_000)}


def _entities(parts: dict[str, bytes]) -> dict[str, bytes]:
    text = b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>&j;</t></si></sst>"
    return parts | {"xl/sharedStrings.xml": b"<?xml version='1.0'?>" + LAUGHS + text}


def _empty_rows(parts: dict[str, bytes]) -> dict[str, bytes]:
    sheet = parts["xl/worksheets/sheet1.xml"]
    return parts | {
        "xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", b"<row/>" * 15_000_000 + b"</sheetData>")
    }


def _moodle(questions: str) -> bytes:
    return f"<?xml version='1.0'?><quiz>{questions}</quiz>".encode()


QUIZZES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("q.xlsx", lambda: xlsx([QUIZ_HEAD], _bomb)),
    "entities in a workbook": ("q.xlsx", lambda: xlsx([QUIZ_HEAD], _entities)),
    "15 million empty rows": ("q.xlsx", lambda: xlsx([QUIZ_HEAD, ("Who?", "a", "b", 1)], _empty_rows)),
    "entities in XML": ("q.xml", lambda: LAUGHS + _moodle("<question type='essay'><name>&j;</name></question>")),
    "a file in XML": ("q.xml", lambda: OUTSIDE + _moodle("<question type='essay'><name>&j;</name></question>")),
    "deep XML": ("q.xml", lambda: _moodle("<question type='essay'>" + "<a>" * 300_000)),
    "deep JSON": ("q.jsonl", lambda: b'{"question": ' + b"[" * 500_000 + b"\n" + b'{"question": "Who?"}'),
    "huge numbers": (
        "q.jsonl",
        lambda: "\n".join(
            [
                '{"question": "How many?", "type": "numeric", "gold": ' + "9" * 5_000 + "}",
                '{"question": "How many?", "type": "numeric", "gold": "1e999999999"}',
                '{"question": "How many?", "type": "numeric", "gold": "1e999999999..2e999999999", "tolerance": 1e308}',
                '{"question": "How many?", "type": "numeric", "gold": "5", "tolerance": Infinity}',
                '{"question": "How many?", "type": "numeric", "gold": NaN}',
            ]
        ).encode(),
    ),
    "deep SQuAD": ("q.json", lambda: b'{"data": [' + b'{"paragraphs": [' * 100_000),
    "scripts everywhere": (
        "q.csv",
        lambda: f'id,question,A,B,key,title\n"{SCRIPT}","Who? {SCRIPT}","{SCRIPT}",Kell,A,"{SCRIPT}"\n'.encode(),
    ),
    "formulas": (
        "q.csv",
        lambda: b"id,question,A,B,key\n=1+1,=HYPERLINK(\"http://evil.example\"),@SUM(1),+cmd|' /C calc'!A0,A\n",
    ),
    "open braces": ("q.gift", lambda: b"::a:: Who built it? {" * 100_000),
    "escapes": ("q.gift", lambda: b"::a::" + b"\\" * 1_000_000 + b"{=\\}"),
    "a million choices": ("q.aiken", lambda: b"Who?\n" + b"A. one\n" * 500_000 + b"ANSWER: A\n"),
    "one line of 4 MB": ("q.txt", lambda: b"Who? " * 800_000),
    "an open quotation mark": ("q.csv", lambda: b'question,key\n"' + b"Who built it?,Kell\n" * 50_000),
    "a line of delimiters": ("q.csv", lambda: b"," * 4_000_000),
    "null bytes": ("q.txt", lambda: b"Who\0built it?\n" * 100),
    "right-to-left overrides": ("q.txt", lambda: "Who \u202ebuilt\u2066 it?\n\u202e\n".encode()),
    "terminal codes": (
        "q.jsonl",
        lambda: "\n".join(
            json.dumps({"id": f"\x1b[2J{n}\n", "question": "\x1b]0;pwned\x07Who?\x9b31m", "gold": "\x1b[8mKell"})
            for n in (1, 1, 2)
        ).encode(),
    ),
    "numbered without end": ("q.txt", lambda: b"1. Who?\n" + b"and\n" * 100_000),
    "blanks": ("q.txt", lambda: ("Who " + "_" * 500_000 + " it " + "_ " * 400_000 + "?").encode()),
    "markup in markup": ("q.gift", lambda: b"::a::[html]" + b"<" * 400_000 + b"b>Who?</b>{=Kell}"),
}  # fmt: skip


def ask_article(path: Path) -> str:
    """Take an article all the way; return what became of it."""
    from small_models import small_assistant

    from index.errors import ArticleError
    from index.folder import load_index, save_index
    from index.loading import load_article
    from index.retrieval import build_index
    from ui.article_view import article_html
    from ui.export import conversation_markdown
    from ui.render import answer_html
    from ui.text import answer_text

    try:
        article = load_article(path)
    except ArticleError as error:
        _one_line(str(error))
        return f"refused: {str(error).replace(str(path), path.name)}"
    assistant = small_assistant()
    index = build_index(article, assistant.index.encoder)
    save_index(index, path.with_suffix(".index"))
    assistant.index = load_index(path.with_suffix(".index"), index.encoder)
    assert assistant.article == article
    answer = assistant.ask("When was the lamp lit?")
    shown = article_html(article) + answer_html(answer, 1) + conversation_markdown(article, [answer])
    assert "<script" not in shown.lower().replace("\\<", "")
    _one_line(answer_text(answer).replace("\n", ""))
    return f"read: {len(article.text):,} characters, {len(index.chunks):,} chunks"


def answer_quiz(path: Path) -> str:
    """Take a quiz file all the way; return what became of it."""
    from small_judge import small_quiz_assistant

    from index.errors import QuizFileError
    from qa.quiz.run import answer_file, look_through
    from qa.quiz.writing import OUTPUT_FORMATS

    try:
        quiz = look_through(path, report=lambda row: None)
    except QuizFileError as error:
        return f"refused: {str(error).replace(str(path), path.name)}"
    answered = path.parent / "answered"
    answered.mkdir()
    # What follows costs as much per row however hostile the file was, so many rows are written in one format.
    for form in OUTPUT_FORMATS if quiz.questions < MANY else ("jsonl",):
        answer_file(small_quiz_assistant(), quiz, answered / f"answers.{form}", form)
    if (sheet := answered / "answers.html").exists():
        page = sheet.read_text(encoding="utf-8").lower()
        assert "<script>window" not in page
        assert "<img" not in page
    return f"read: {quiz.questions:,} questions, {quiz.bad:,} bad rows"


def _one_line(text: str) -> None:
    assert all(character.isprintable() for character in text), f"control characters: {text[:200]!r}"


def _in_child(job: Callable[[], str]) -> tuple[str, int]:
    """Run `job` with bounded memory and time; return what it says, and its peak memory in MB."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        try:
            said = job()
        except BaseException as error:
            said = f"BROKEN: {type(error).__name__}: {str(error)[:500]}"
        os.write(writing, said.encode("utf-8", "replace")[:2_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(child, 0)
    return said or f"BROKEN: ended by signal {os.WTERMSIG(status)}", usage.ru_maxrss // 1024


def main(folder: Path, names: Sequence[str]) -> int:
    """Try all files, or those named; return how many broke something."""
    broken = 0
    for kind, files, take in (("article", ARTICLES, ask_article), ("quiz", QUIZZES, answer_quiz)):
        for number, (name, (file, make)) in enumerate(files.items()):
            if names and name not in names:
                continue
            path = folder / f"{kind}-{number}" / file
            path.parent.mkdir(parents=True)
            path.write_bytes(make())
            assert path.stat().st_size < 5_000_000, name
            said, memory = _in_child(lambda path=path, take=take: take(path))  # type: ignore[misc]
            broken += said.startswith("BROKEN")
            print(f"{kind}, {name} ({path.stat().st_size:,} bytes): {said} [{memory} MB]", flush=True)
    return broken


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]) > 0)
