"""The assistant as HTTP endpoint and MCP tool, asked by real clients on this machine."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from small_models import TEXT, small_assistant

from index.errors import ArticleQAError, QuestionError
from qa.assistant import Assistant
from ui.chat import create_app, launch
from ui.endpoint import MAX_TURNS, endpoint

# Gradio and its server, not this package, use what their libraries have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
DOCUMENT = Path(__file__).parent.parent / "docs" / "http.md"
QUESTION = "Who broke the lamp?"
ANSWER = "A storm in January 1902 broke the lamp."


def open_article(source: Path | str) -> Assistant:
    return small_assistant(str(source))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = create_app(small_assistant(), open_article=open_article)
    yield launch(app, 0, block=False, announce=lambda line: None)
    app.close(verbose=False)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ([{"question": "Who?"}] * (MAX_TURNS + 1), "at most 100 earlier turns"),
        ("Who?", "history is a list"),
        (["Who?"], "history is a list"),
        ([{"question": 3}], "history is a list"),
        ([{"question": "Who?", "answer": 3}], "history is a list"),
    ],
)
def test_a_history_that_cannot_be_read_is_said(history: Any, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        endpoint(small_assistant())(QUESTION, history)


def test_the_endpoint_answers_with_citations(address: str) -> None:
    from gradio_client import Client

    client = Client(address, verbose=False, analytics_enabled=False)
    history = [{"question": "Who was Maria Sund?", "answer": None}]
    answer = client.predict("What did she do?", history, api_name="/ask")
    assert answer["citations"][0]["paragraph"] == 2
    for question, turns, said in (("?!", [], "it has no words"), (QUESTION, ["Who?"], "history is a list")):
        with pytest.raises(Exception, match=said):
            client.predict(question, turns, api_name="/ask")
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/ask"]
    client.close()


def test_the_documented_example_runs(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    example = DOCUMENT.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    assert "http://127.0.0.1:7860" in example
    exec(compile(example.replace("http://127.0.0.1:7860", address), "docs/http.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{ANSWER} ¶2"
    assert "Maria Sund" in lines[1]


def test_a_program_without_a_client_is_answered_in_two_requests(address: str) -> None:
    import httpx

    call = f"{address}gradio_api/call/ask"
    event = httpx.post(call, json={"data": [QUESTION, []]}).json()["event_id"]
    reply = httpx.get(f"{call}/{event}", timeout=30).text
    assert reply.startswith("event: complete")
    assert json.loads(reply.split("data: ")[1])[0]["answer"] == ANSWER


def test_a_client_of_mcp_finds_the_tool_and_calls_it(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> tuple[Any, Any]:
        async with streamable_http_client(f"{address}gradio_api/mcp/") as (receive, send, _):
            async with ClientSession(receive, send) as session:
                await session.initialize()
                (tool,) = (await session.list_tools()).tools
                found = await session.call_tool(tool.name, {"question": QUESTION})
                return tool, found

    tool, found = asyncio.run(talk())
    assert tool.name.endswith("ask")
    assert tool.description.startswith("Answer a question about the article")
    assert set(tool.inputSchema["properties"]) == {"question", "history"}
    (citation,) = json.loads(found.content[0].text)["citations"]
    assert TEXT[citation["start"] : citation["end"]] == ANSWER
    assert capsys.readouterr().out == ""


def test_a_call_over_mcp_reaches_no_other_host() -> None:
    """What gradio_client sends about itself is stopped by our settings; the fixture of all tests sees what is tried."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("HF_HUB_")}
    here = Path(__file__).parent
    assert (
        subprocess.run([sys.executable, here / "mcp_call.py"], cwd=here.parent, env=usual, check=False).returncode == 0
    )


def test_a_taken_port_is_an_error_in_one_line(address: str) -> None:
    app = create_app(small_assistant(), open_article=open_article)
    with pytest.raises(ArticleQAError, match="is in use; choose another"):
        launch(app, urlsplit(address).port or 0, block=False)
