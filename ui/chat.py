"""The web chat on Gradio: the only module that knows Gradio.

The page is one HTML component (`assets/chat.html`) that triggers events; answers come back through hidden mailbox
components, so that an event never redraws what the reader looks at. Nothing is loaded from another host.
"""

import contextlib
import functools
import io
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import typer

from index.errors import ArticleQAError
from ui.article_view import escaped
from ui.endpoint import Ask, endpoint
from ui.guard import Guard, Rules
from ui.render import ConfidenceScale
from ui.session import (
    MAX_UPLOAD_BYTES,
    QUIZ_FILES,
    AssistantLike,
    Library,
    MakeQuiz,
    Message,
    OpenArticle,
    Session,
    Suggest,
)
from ui.uploads import Uploads

# Read when Gradio is imported. Without the second line a call of the MCP tool would ask Hugging Face for a list.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

HOST = "127.0.0.1"
SCRIPTS = ("page.js", "chat.js", "quiz.js")
SANS = ("ui-sans-serif", "system-ui", "sans-serif")
MONO = ("ui-monospace", "monospace")
GROUND = {"body_background_fill": "#f6f4ef", "body_background_fill_dark": "#15181b"}  # as in chat.css, while it loads
# What a mailbox does with a message: hand it to the page, with the name of the event it answers.
RECEIVE = """watch('value', () => {
  if (props.value) document.dispatchEvent(new CustomEvent('article-qa', { detail: { ...props.value, about: 'NAME' } }));
});"""


def create_app(
    assistant: AssistantLike,
    *,
    open_article: OpenArticle,
    bundled: Mapping[str, Path] | None = None,
    suggest: Suggest = lambda assistant: (),
    make_quiz: MakeQuiz | None = None,
    scale: ConfidenceScale | None = None,
    model: str = "",
) -> gr.Blocks:
    """Return the page; nothing is served yet.

    `suggest` gives questions the loaded article answers; `make_quiz` makes the assistant that answers quiz files;
    `scale` words a confidence; `model` is named in exports.
    """
    library = Library(assistant, open_article, bundled or {}, suggest, make_quiz, scale or ConfidenceScale(), model)
    with gr.Blocks(title="Article QA", analytics_enabled=False, fill_width=True) as app:
        session = gr.State(Session(library))
        page = gr.HTML(
            Session(library).show(),
            html_template=_page_html(library),
            js_on_load="\n".join(_asset(name) for name in SCRIPTS),
            apply_default_css=False,
            elem_id="page",
        )
        _connect(app, page, session)
        _serve_api(endpoint(assistant))
    app.queue(default_concurrency_limit=4, max_size=200)
    return app


def launch(
    app: gr.Blocks,
    port: int,
    *,
    block: bool = True,
    mcp: bool = True,
    announce: Callable[[str], None] = typer.echo,
    host: str = HOST,
    rules: Rules | None = None,
) -> str:
    """Serve `app` and return its address; with `block`, until interrupted.

    Port 0 takes a free one. It is served on this machine only unless `host` says otherwise; `rules` are what the guard
    before it enforces (default: those for this machine only).

    Raises:
        ArticleQAError: the port is taken.
    """
    port = port or _free_port(host)
    if not _is_free(host, port):
        raise ArticleQAError(f"port {port} is in use; choose another with --port, or --port 0 for any free one")
    folder = Path(get_upload_folder()) / "article-qa"  # not Gradio's own, which other programs use too
    uploads = Middleware(Uploads, folder=folder, named=app.upload_file_set)
    with contextlib.redirect_stdout(io.StringIO()):  # Gradio announces its MCP address even when asked to be quiet
        _, address, _ = app.launch(
            server_name=host,
            app_kwargs={"middleware": [Middleware(Guard, rules=rules or Rules()), uploads]},
            server_port=port,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            inbrowser=False,
            show_error=False,
            max_file_size=MAX_UPLOAD_BYTES,
            enable_monitoring=False,
            run_history=False,
            footer_links=[],
            state_session_capacity=200,
            ssr_mode=False,
            pwa=False,
            mcp_server=mcp,
            theme=gr.themes.Base(font=SANS, font_mono=MONO).set(**GROUND),
            # As a style element: Gradio rewrites the selectors of its `css`, and splits `:is(a, b)` at the comma.
            head=f"<style>{_asset('chat.css')}</style>",
        )
    app.app.uploaded_file_dir = str(folder)
    if mcp:
        _answer_mcp_in_json(app)
    announce(f"Article QA is at {address}  (Ctrl+C ends it)")
    if block:
        app.block_thread()
    return str(address)


def _connect(app: gr.Blocks, page: gr.HTML, session: gr.State) -> None:
    """Connect the page's events to the session, each with a mailbox of its own for the messages back."""

    def uploaded(event: gr.EventData) -> Path | None:
        """Return the file that was uploaded here: a page must not be able to name any file of this machine."""
        path = _text(event, "path")
        return Path(path) if path in app.upload_file_set else None

    def lost(session: Session, event: gr.EventData) -> Message | None:
        return session.lost(bool(_value(event, "known")))

    def on_ask(session: Session, event: gr.EventData) -> Iterator[tuple[Message, Session]]:
        if told := lost(session, event):
            yield told, session
            return
        for message in session.ask(_text(event, "question"), bool(_value(event, "as_typed"))):
            yield message, session

    def on_open(session: Session, event: gr.EventData) -> tuple[Message, Session]:
        session.lost(False)  # what was open before is given up anyway
        opening = int(_value(event, "opening") or 0)
        if name := _text(event, "bundled"):
            return session.open_bundled(name, opening), session
        if text := _text(event, "text"):
            return session.open_text(text, opening), session
        path = uploaded(event)
        return session.failed() if path is None else session.open_file(path, opening), session

    def on_quiz(session: Session, event: gr.EventData) -> Iterator[tuple[Message, Session]]:
        path = uploaded(event)
        if path is None:
            yield session.failed(), session
            return
        if told := lost(session, event):
            yield told, session
            return
        for message in session.quiz(path, int(_value(event, "ticket") or 0)):
            yield message, session

    def on_keep(session: Session, event: gr.EventData) -> tuple[None, Session]:
        session.keep_article(int(_value(event, "opening") or 0))
        return None, session

    def on_stop(session: Session) -> tuple[None, Session]:
        session.stop_quiz()
        return None, session

    def on_note(session: Session, event: gr.EventData) -> tuple[Message, Session]:
        if told := lost(session, event):
            return told, session
        return session.mark_wrong(int(_value(event, "turn") or 0), bool(_value(event, "wrong"))), session

    def on_save(session: Session, event: gr.EventData) -> tuple[Message, Session]:
        if told := lost(session, event):
            return told, session
        format = _text(event, "format")
        quiz_form = next((form for form in QUIZ_FILES if f"quiz-{form}" == format), None)
        if quiz_form:
            return session.save_quiz(quiz_form), session
        return session.export("json" if format == "json" else "wrong" if format == "wrong" else "markdown"), session

    def on_failure(session: Session) -> Message:
        return session.failed()

    for name, handle, limit in (
        ("ask", on_ask, 2),
        ("open", on_open, 1),
        ("keep", on_keep, 4),
        ("note", on_note, 4),
        ("save", on_save, 4),
        ("quiz", on_quiz, 2),
        ("stop", on_stop, 4),
    ):
        receive = RECEIVE.replace("NAME", name)
        mailbox = gr.HTML(None, js_on_load=receive, apply_default_css=False, elem_classes="mailbox")
        event = getattr(page, name)(
            handle,
            session,
            [mailbox, session],
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=limit,
            # The last message arrives before Gradio calls the event complete; "once" would drop a quick next question.
            trigger_mode="multiple",
        )
        event.failure(on_failure, session, mailbox, show_progress="hidden", api_visibility="private")


def _serve_api(answer: Ask) -> None:
    @functools.wraps(answer)
    def ask(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return answer(*arguments, **named)
        except ArticleQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(ask, api_name="ask", concurrency_limit=2)


def _answer_mcp_in_json(app: gr.Blocks) -> None:
    """Have the MCP tool give JSON text; Gradio would write the answer as Python does, with None and single quotes."""
    from mcp.types import TextContent

    def content(data: list[Any], root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(record, ensure_ascii=False)) for record in data]

    app.mcp_server_obj.postprocess_output_data = content


def _page_html(library: Library) -> str:
    names = "".join(
        f'<li><button type="button" class="bundled" data-bundled="{escaped(name)}">{escaped(name)}</button></li>'
        for name in library.bundled
    )
    # The page is compiled as a template by the browser: what could be template code is written as references.
    for mark in "{}$`\\":
        names = names.replace(mark, f"&#{ord(mark)};")
    return (
        _asset("chat.html").replace("<!-- bundled articles -->", names).replace("<!-- limit -->", str(MAX_UPLOAD_BYTES))
    )


def _asset(name: str) -> str:
    return (files("ui") / "assets" / name).read_text(encoding="utf-8")


def _value(event: gr.EventData, name: str) -> Any:
    data = event._data
    return data.get(name) if isinstance(data, dict) else None


def _text(event: gr.EventData, name: str) -> str:
    value = _value(event, name)
    return value if isinstance(value, str) else ""


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
