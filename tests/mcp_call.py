"""Serves the tool over MCP and calls it once, in a process of its own whose libraries have their usual settings."""

import asyncio
import os
import threading

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from small_models import small_assistant

from ui.chat import create_app, launch


async def call(address: str) -> bool:
    """Call the tool; True if it answered."""
    async with streamable_http_client(f"{address}gradio_api/mcp/") as (receive, send, _):
        async with ClientSession(receive, send) as session:
            await session.initialize()
            return not (await session.call_tool("ask", {"question": "Who broke the lamp?"})).isError


if __name__ == "__main__":
    started = set(threading.enumerate())
    app = create_app(small_assistant(), open_article=lambda source: small_assistant(str(source)))
    answered = asyncio.run(call(launch(app, 0, block=False, announce=lambda line: None)))
    for thread in set(threading.enumerate()) - started:
        thread.join(2)  # what a library does aside; the server's own threads do not end
    os._exit(0 if answered else 1)
