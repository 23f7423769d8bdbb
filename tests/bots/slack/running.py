"""A door whose loop runs in a thread, as it does behind a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

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
        assert self._opened.wait(10)

    async def _run(self) -> None:
        async with self.door.running():
            self._opened.set()
            await self._stop.wait()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(15)

    def close(self) -> None:
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(15)
            self.loop.close()
        self.door.engine.dispose()
