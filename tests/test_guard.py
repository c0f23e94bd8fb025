"""The guard before the web server, tried over HTTP as an attacker would: names, logins, routes, sizes, rates."""

import base64
import gc
import json
import logging
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_judge import small_quiz_assistant
from small_models import small_assistant

from index.errors import ArticleQAError
from index.loading import load_article
from qa.answer import QuizQuestion
from qa.assistant import Assistant
from ui.chat import create_app, launch
from ui.exchange import MAX_BODY_BYTES
from ui.guard import OPEN_RATE, Rules, rules_for
from ui.login import Login
from ui.rates import Rate
from ui.uploads import LEAST_BYTES, MAX_SECONDS, drop_old

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
QUESTION = "Who broke the lamp?"
PASSWORD = "correct horse battery"


@contextmanager
def served(rules: Rules | None = None, **options: object) -> Iterator[str]:
    """Serve a page, and leave nothing of its server behind for the tests that follow."""

    def open_article(source: Path | str) -> Assistant:
        return small_assistant(load_article(source).text if isinstance(source, Path) else source)

    app = create_app(small_assistant(), open_article=open_article)
    try:
        yield launch(app, 0, block=False, announce=lambda line: None, rules=rules, **options)  # type: ignore[arg-type]
    finally:
        app.close(verbose=False)
        del app
        gc.collect()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\nsecond line\n", encoding="utf-8")
    return path


def raw(address: str, path: str, head: str = "") -> bytes:
    """Send a path as it stands: HTTP libraries tidy `..` away."""
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port), timeout=20) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nConnection: close\r\n{head}\r\n"
        connection.sendall(request.encode("latin-1"))
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


SECRET = "/etc/passwd"
FILES = [
    *(f"/file={SECRET}", f"/gradio_api/file={SECRET}", f"/gradio_api/file=/..{SECRET}", f"/gradio_api/file/{SECRET}"),
    *("/gradio_api/file=file:///etc/passwd", "/gradio_api/file=%2Fetc%2Fpasswd", "/gradio_api/file=//etc/passwd"),
    *("/gradio_api/file=https://evil.example/x", "/gradio_api/proxy=https://evil.hf.space/x", "/proxy=http://x/"),
    *(f"/gradio_api/file={Path.home()}/.bashrc", "/gradio_api/file=pyproject.toml", "/gradio_api/file=ui/chat.py"),
    *("/static/../../../../../../etc/passwd", "/assets/../../../../../../../etc/passwd", "/assets/..%2f..%2fchat.py"),
    *("/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/assets/%252e%252e/chat.py", "/assets/..\\..\\chat.py"),
    *("/svelte/../../../etc/passwd", "/svelte/svelte.js", "/custom_component/x/client/component/../../../etc/passwd"),
    *("/gradio_api/stream/x/1/2/playlist.m3u8", "/gradio_api/stream/x/1/2/..%2f..%2fetc%2fpasswd", "/pwa_icon/512"),
    *("/gradio_api/dev/reload", "/gradio_api/vibe-code", "/gradio_api/runs", "/gradio_api/run-history/records"),
    *("/monitoring", "/monitoring/summary", "/gradio_api/profiling/traces", "/gradio_api/deep_link", "/docs", "/redoc"),
    *("/openapi.json", "/gradio_api/token", "/login", "/logout", "/gradio_api/component_server", "/metrics", "/.env"),
    *("/gradio_api/process_recording", "/gradio_api/mcp/../file=/etc/passwd", "/\0", "//etc/passwd", "/%00"),
]


@pytest.mark.parametrize("path", FILES)
def test_no_file_of_this_machine_can_be_read(address: str, path: str) -> None:
    head, _, body = raw(address, path).partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert status in (400, 403, 404), (status, body[:200])
    assert b"root:" not in body
    assert b"import " not in body
    assert str(Path.home()).encode() not in body
    assert b"location:" not in head.lower()


def test_a_file_that_was_not_uploaded_here_is_not_opened_by_naming_it(address: str, tmp_path: Path) -> None:
    """Through the events of the page and through the HTTP interface, in every shape Gradio knows for files."""
    secret = tmp_path / "secret.txt"
    secret.write_text("# Secret\n\nThe password is swordfish.", encoding="utf-8")
    shapes = [str(secret), {"path": str(secret), "meta": {"_type": "gradio.FileData"}}, {"url": f"file://{secret}"}]
    for shape in shapes:
        with httpx.Client(base_url=address, timeout=30) as client:
            config = client.get("config").json()
            opens = [d["id"] for d in config["dependencies"] if any(t[1] == "open" for t in d["targets"])]
            assert opens
            said = ""
            for number in opens:
                for key in ("path", "text", "bundled"):
                    said += _event(client, number, {key: shape})
            assert "swordfish" not in said
        answer = httpx.post(f"{address}gradio_api/call/ask", json={"data": [shape]}, timeout=30)
        assert "swordfish" not in answer.text


def _event(client: httpx.Client, number: int, data: object, session: str = "attacker") -> str:
    """Do what the page's script does for an event, and return all the server says to it."""
    body = {"data": [None], "event_data": data, "fn_index": number, "trigger_id": None, "session_hash": session}
    joined = client.post("gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text
    said = ""
    with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as lines:
        for line in lines.iter_lines():
            said += line
            if "process_completed" in line or "close_stream" in line:
                break
    return said


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:80"}, 200),
        ({"host": "[::1]:7860"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:7860"}, 403),
        ({"host": "localhost@evil.example"}, 403),
        ({"host": ""}, 403),
        ({"host": "[::1"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
    ],
)
def test_only_this_machine_by_its_own_names_and_no_other_site(
    address: str, headers: dict[str, str], status: int
) -> None:
    for path in ("", "config", "health"):
        answer = httpx.get(f"{address}{path}", headers=headers)
        assert answer.status_code == status
        assert "access-control-allow-origin" not in answer.headers or status == 200


def test_the_page_may_run_its_own_scripts_only_and_talk_to_no_other_host(address: str) -> None:
    answer = httpx.get(address)
    policy = answer.headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe-inline" not in scripts
    assert scripts.count("'sha256-") == len(re.findall(r"<script(?![^>]*\bsrc=)", answer.text))
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    for path in ("", "config", "health", "nothing", "gradio_api/info", "theme.css"):
        headers = httpx.get(f"{address}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "content-security-policy" in headers


def test_health_says_ok_and_nothing_else(address: str) -> None:
    assert httpx.get(f"{address}health").json() == {"status": "ok"}
    assert httpx.head(f"{address}health").status_code == 200


def test_web_sockets_are_closed(address: str) -> None:
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: YQ==\r\nSec-WebSocket-Version: 13\r\n"
    assert b" 101 " not in raw(address, "/gradio_api/queue/join", upgrade).split(b"\r\n")[0]


def test_what_is_too_large_is_refused_whether_its_size_is_stated_or_not(address: str) -> None:
    url = f"{address}gradio_api/call/ask"
    piece = b"x" * 1_000_000

    def pieces() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // len(piece) + 3):
            yield piece

    for content in (piece * (MAX_BODY_BYTES // len(piece) + 1), pieces()):
        try:
            assert httpx.post(url, content=content, timeout=30).status_code == 413
        except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
            continue  # the server hung up, which is a refusal as well
    assert httpx.get(f"{address}health").status_code == 200


def test_an_upload_over_the_limit_is_refused(address: str) -> None:
    files = {"files": ("big.txt", b"The lamp. " * 600_000, "text/plain")}
    assert httpx.post(f"{address}gradio_api/upload", files=files, timeout=30).status_code == 413


def test_two_tabs_can_send_and_open_the_same_file(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        config = client.get("config").json()
        numbers = {name: d["id"] for d in config["dependencies"] for _, name in d["targets"] if name}
        files = {"files": ("handout.md", b"# Rain\n\nThe rain fell for nine days.", "text/markdown")}
        first, second = (client.post("gradio_api/upload", files=files).json()[0] for _ in range(2))
        for session, path in (("first-1", first), ("second-1", second)):
            assert "The rain fell for nine days." in _event(client, numbers["open"], {"path": path}, session)


def test_what_is_sent_and_never_opened_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what Gradio does not name: of a form cut off in the middle, of another field, of a name it refuses."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "of another program").write_text("mine")

    def sent() -> list[Path]:
        # os.walk passes over a folder that is swept away meanwhile; Path.rglob raises.
        return [Path(folder, name) for folder, _, names in os.walk(tmp_path / "article-qa") for name in names]

    with served() as address, httpx.Client(base_url=address, timeout=30) as client:
        for field, name in (("files", "a.txt"), ("other", "b.txt"), ("files", "..")):
            client.post("gradio_api/upload", files={field: (name, f"The lamp {field} {name}.".encode(), "text/plain")})
        url = httpx.URL(address)
        with socket.create_connection((url.host, url.port), timeout=20) as connection:
            connection.sendall(
                b"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
                b'--x\r\nContent-Disposition: form-data; name="files"; filename="c.txt"\r\n\r\nThe lamp'
            )
            deadline = time.monotonic() + 20
            while len(sent()) < 4 and time.monotonic() < deadline:
                time.sleep(0.05)
        assert len(sent()) == 4
        new: list[str] = []
        while [str(path) for path in sent()] != new and time.monotonic() < deadline:  # the server may write still
            for path in sent():
                os.utime(path, (time.time() - MAX_SECONDS - 1,) * 2)
            files = {"files": ("new.txt", b"The new lamp was lit.", "text/plain")}
            new = client.post("gradio_api/upload", files=files).json()
        assert [str(path) for path in sent()] == new
        assert len(list((tmp_path / "article-qa").iterdir())) == 1, "no empty folders either"
    assert (tmp_path / "of another program").read_text() == "mine"


@given(
    files=st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 400_000), st.booleans()), max_size=9),
    max_bytes=st.integers(0, 1_000_000),
)
@settings(max_examples=40, deadline=None)
def test_what_is_sent_last_is_kept_as_far_as_there_is_room(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[int, int, bool]], max_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("uploads")
    ages: dict[Path, int] = {}
    for number, (age, size, inside) in enumerate(files):
        path = folder / str(number) / "a" if inside else folder / str(number)
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.truncate(size)
        os.utime(path, (time.time() - age,) * 2)
        ages[path] = age
    counted = {path: max(path.stat().st_size, LEAST_BYTES) for path in ages}
    dropped = drop_old(folder, max_bytes)
    kept = {path for path in ages if path.is_file()}
    assert kept == {*ages} - {*dropped}
    assert sum(counted[path] for path in kept) <= max_bytes
    assert all(ages[path] <= MAX_SECONDS for path in kept)
    assert not kept or not dropped or max(ages[path] for path in kept) <= min(ages[path] for path in dropped)
    assert all(any(place.iterdir()) for place in folder.iterdir() if place.is_dir())
    assert drop_old(folder, max_bytes) == []
    assert drop_old(folder / "gone") == []


def test_questions_and_histories_are_bounded(address: str) -> None:
    def ask(question: str, history: object) -> str:
        begun = httpx.post(f"{address}gradio_api/call/ask", json={"data": [question, history]}, timeout=30)
        if begun.status_code != 200:
            return begun.text
        return httpx.get(f"{address}gradio_api/call/ask/{begun.json()['event_id']}", timeout=60).text

    assert "at most 1,000" in ask("Who broke it? " * 100, None)
    assert "at most 100 earlier turns" in ask(QUESTION, [{"question": "Why?"}] * 101)
    assert "event: error" in ask(QUESTION, "no list")
    assert "event: error" in ask(QUESTION, [5])
    assert "A storm in January 1902" in ask(QUESTION, [{"question": "Who built it?", "answer": "Kell"}])


def test_one_session_cannot_read_what_another_opened(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        config = client.get("config").json()
    numbers = {name: d["id"] for d in config["dependencies"] for _, name in d["targets"] if name}

    def event(session: str, name: str, data: object) -> str:
        with httpx.Client(base_url=address, timeout=30) as client:
            body = {"data": [None], "event_data": data, "fn_index": numbers[name], "session_hash": session}
            assert client.post("gradio_api/queue/join", json=body).status_code == 200
            said = ""
            with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as lines:
                for line in lines.iter_lines():
                    said += line
                    if "process_completed" in line:
                        return said
            return said

    assert "swordfish" in event("alice-1", "open", {"text": "# Mine\n\nThe password is swordfish."})
    assert "swordfish" in event("alice-1", "ask", {"question": "What is the password?"})
    for name, data in (
        ("ask", {"question": "What is the password?"}),
        ("save", {"format": "json"}),
        ("save", {"format": "markdown"}),
        ("save", {"format": "wrong"}),
        ("note", {"turn": 1, "wrong": True}),
    ):
        assert "swordfish" not in event("mallory-1", name, data)
    assert "swordfish" in event("alice-1", "save", {"format": "json"})


def test_a_client_that_asks_too_often_waits_and_others_do_not() -> None:
    with served(Rules(per_minute=40)) as address:
        answers = [httpx.get(f"{address}config") for _ in range(14)]
        assert [answer.status_code for answer in answers[:6]] == [200] * 6  # starting the server took some
        late = answers[-1]
        assert late.status_code == 429
        assert 1 <= int(late.headers["retry-after"]) <= 3
        assert httpx.get(f"{address}theme.css").status_code == 200


def test_rates_count_by_client_and_refill_with_a_clock_that_only_goes_on() -> None:
    now = [1000.0]
    rate = Rate(60, lambda: now[0])
    assert [rate.wait("10.0.0.1") for _ in range(15)] == [0.0] * 15
    assert rate.wait("10.0.0.1") == pytest.approx(1.0)
    assert rate.wait("10.0.0.2") == 0.0
    now[0] += 1.0
    assert rate.wait("10.0.0.1") == 0.0
    assert rate.wait("10.0.0.1") > 0.0
    assert [rate.wait(f"2001:db8:1:2::{n:x}") > 0 for n in range(1, 17)] == [False] * 15 + [True]
    assert rate.wait("2001:db8:1:3::1") == 0.0
    for n in range(20_000):
        rate.wait(f"client {n}")
    assert len(rate._buckets) == 10_000
    assert Rate(0).wait("anyone") == 0.0


def test_without_the_password_nothing_is_served_but_health(passwords: Path) -> None:
    login = Login.read(f"ada:{passwords}")
    with served(Rules(login=login), host="127.0.0.1") as address:
        for path in ("", "config", "gradio_api/info", "theme.css", "gradio_api/mcp/", "gradio_api/queue/data"):
            refused = httpx.get(f"{address}{path}")
            assert (refused.status_code, "Basic" in refused.headers["www-authenticate"]) == (401, True)
        assert httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}).status_code == 401
        assert httpx.post(f"{address}gradio_api/call/ask", json={"data": [QUESTION]}).status_code == 401
        assert httpx.get(f"{address}health").status_code == 200
        assert httpx.get(address, auth=("ada", PASSWORD)).status_code == 200


def test_who_guesses_waits_even_if_the_next_guess_is_right(passwords: Path) -> None:
    with served(Rules(login=Login.read(f"ada:{passwords}"))) as address:

        def status(password: str) -> int:
            return httpx.get(f"{address}config", auth=("ada", password)).status_code

        assert [status(PASSWORD) for _ in range(20)] == [200] * 20, "the password itself can be given at any rate"
        assert [status(f"guess {n}") for n in range(4)] == [401, 401, 401, 429]
        late = httpx.get(f"{address}config", auth=("ada", PASSWORD))
        assert late.status_code == 429, "else every guess is answered, and the right one shows"
        assert 1 <= int(late.headers["retry-after"]) <= 6
        assert httpx.get(f"{address}config").status_code == 401, "who only asks is told what is needed"
        assert httpx.get(f"{address}health").status_code == 200
        deadline = time.monotonic() + 10
        while status(PASSWORD) != 200:
            assert time.monotonic() < deadline, "it is let in again after some seconds"
            time.sleep(0.5)


def test_logins(passwords: Path, tmp_path: Path) -> None:
    login = Login.read(f"ada:{passwords}")

    def header(text: str) -> bytes:
        return b"Basic " + base64.b64encode(text.encode())

    assert login.admits(header(f"ada:{PASSWORD}"))
    for wrong in ("ada:", f"bob:{PASSWORD}", f"ada:{PASSWORD} ", "", ":", "ada:second line"):
        assert not login.admits(header(wrong))
    for malformed in (b"", b"Basic", b"Basic !!!", b"Bearer x", b"Basic " + b"A" * 10_001):
        assert not login.admits(malformed)
    assert PASSWORD not in repr(login)
    (tmp_path / "short").write_text("1234567")
    (tmp_path / "binary").write_bytes(b"\xff\xff")
    for stated, part in (
        ("ada", "USER:FILE"),
        (f":{passwords}", "USER:FILE"),
        (f"ada:{tmp_path / 'gone'}", "cannot be read"),
        (f"ada:{tmp_path / 'short'}", "8 characters"),
        (f"ada:{tmp_path / 'binary'}", "UTF-8"),
        (f"ada:{tmp_path}", "cannot be read"),
    ):
        with pytest.raises(ArticleQAError, match=part):
            Login.read(stated)


def test_a_page_open_to_others_without_a_password_is_warned_of(passwords: Path) -> None:
    login = Login.read(f"ada:{passwords}")
    rules, warning = rules_for("0.0.0.0")
    assert (rules.names, rules.per_minute) == (None, OPEN_RATE)
    assert "warning: bound to 0.0.0.0" in warning
    assert "--auth" in warning
    assert "unencrypted" in rules_for("0.0.0.0", login=login)[1]
    assert rules_for("127.0.0.1")[1] == ""
    names = rules_for("127.0.0.1", ["Reading.Example"])[0].names
    assert names is not None
    assert "reading.example" in names
    assert rules_for("192.0.2.1", ["a.example"])[0].names is not None


def test_no_share_link_and_no_analytics(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = httpx.get(f"{address}config").json()
    assert config.get("analytics_enabled") in (False, None)
    assert not config.get("share_url")
    import gradio

    assert not gradio.analytics.analytics_enabled()
    monkeypatch.setenv("GRADIO_SHARE", "True")
    with served() as other:
        assert other.startswith("http://127.0.0.1:")
        assert not httpx.get(f"{other}config").json().get("share_url")


def test_log_lines_hold_the_hash_of_a_question_and_not_its_words(caplog: pytest.LogCaptureFixture) -> None:
    from ui.watching import JsonLines, Watched, log, log_event

    log.setLevel(logging.INFO)
    Watched(small_assistant(), [log_event]).ask(QUESTION)
    Watched(small_assistant(), [log_event], show_questions=True).ask(QUESTION)
    with pytest.raises(ArticleQAError):
        Watched(small_assistant(), [log_event]).ask("")
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "article_qa"]
    first, shown, refused = [json.loads(line) for line in lines]
    assert first["event"] == "question"
    assert re.fullmatch(r"[0-9a-f]{16}", first["question"])
    assert "lamp" not in lines[0]
    assert (first["outcome"], first["cited"], refused["outcome"]) == ("answered", ["¶2"], "refused")
    assert (shown["question_text"], shown["question"]) == (QUESTION, first["question"])
    assert all("\n" not in line for line in lines)


def test_questions_of_ask_and_batch_are_logged_alike(caplog: pytest.LogCaptureFixture) -> None:
    from ui.watching import JsonLines, WatchedQuiz, log, logged

    log.setLevel(logging.INFO)
    logged(small_assistant().ask, QUESTION)
    quiz = WatchedQuiz(small_quiz_assistant())
    quiz.answer(QuizQuestion("7", QUESTION))
    quiz.answer(QuizQuestion("8", "The lamp was lit in 1986.", type="true_false"))
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "article_qa"]
    asked, open_question, statement = [json.loads(line) for line in lines]
    assert asked["question"] == open_question["question"] != statement["question"]
    assert asked["article"] == quiz.article.fingerprint[:16]
    assert (open_question["id"], statement["type"]) == ("7", "true_false")
    assert not any("lamp" in line for line in lines)


def test_a_logged_error_quotes_nothing() -> None:
    from ui.watching import JsonLines

    try:
        raise RuntimeError("the article says swordfish")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "it broke", (), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert (line["error"], line["event"]) == ("RuntimeError", "it broke")
    assert "swordfish" not in json.dumps(line)
    assert line["places"][0].startswith("test_guard.py:")


def test_metrics_count_questions_and_requests() -> None:
    pytest.importorskip("prometheus_client", reason="the extra `metrics` is not installed")
    from ui.metrics import Metrics

    metrics = Metrics()
    metrics.event("question", {"outcome": "answered", "seconds": 0.2})
    with served(Rules(meters=(metrics,), show_meters=True)) as address:
        httpx.get(f"{address}health")
        httpx.get(f"{address}some/secret/path?question=swordfish")
        page = httpx.get(f"{address}metrics").text
    assert 'article_qa_questions_total{outcome="answered"} 1.0' in page
    assert 'article_qa_requests_total{method="GET",route="/health",status="200"} 1.0' in page
    assert 'route="other",status="404"' in page
    assert "swordfish" not in page


def test_many_slow_connections_do_not_stop_others(address: str) -> None:
    url = httpx.URL(address)
    held = [socket.create_connection((url.host, url.port)) for _ in range(200)]
    for connection in held:
        connection.sendall(b"POST /gradio_api/call/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{")
    done = threading.Event()

    def ask() -> None:
        assert httpx.get(f"{address}health", timeout=30).status_code == 200
        done.set()

    worker = threading.Thread(target=ask)
    worker.start()
    worker.join(40)
    for connection in held:
        connection.close()
    assert done.is_set()
