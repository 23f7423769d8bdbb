"""A door whose loop runs in a thread, as it does behind a server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI

from bots.slack.app import endpoint
from bots.slack.door import SlackDoor

T = TypeVar("T")


class Running:
    def __init__(self, door: SlackDoor) -> None:
        self.door = door
        self.loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self.loop.run_until_complete(self._run()), daemon=True)
        self._thread.start()
        assert self._opened.wait(60)

    async def _run(self) -> None:
        async with self.door.running():
            self._opened.set()
            await self._stop.wait()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def close(self) -> None:
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(60)
            self.loop.close()
        self.door.engine.dispose()


class Serving:
    """An application on a free port; `url` is its address."""

    def __init__(self, app: FastAPI) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._server.started
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(60)


def application(door: SlackDoor) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with door.running():
            yield

    app = FastAPI(lifespan=lifespan)
    app.add_route("/slack/events", endpoint(door), methods=["POST"])
    return app
