"""Socket Mode: the connections that are open, what was sent over them, and what was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Any

from aiohttp import web

from evals.pretended_slack.workspace import APP


class Sockets:
    """Every envelope goes over one connection; only what is touched in the server's thread."""

    def __init__(self) -> None:
        self.opened = 0  # connections that were ever greeted
        self.acknowledgements: list[dict[str, Any]] = []
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def connected(self) -> bool:
        """Whether an app listens."""
        return bool(self._living())

    def _living(self) -> list[web.WebSocketResponse]:
        return [socket for socket in self._open if not socket.closed]

    def ticket(self) -> str:
        """Return what lets in one connection."""
        made = f"ticket-{next(self._numbers)}"
        self._tickets.add(made)
        return made

    def admits(self, ticket: str) -> bool:
        """Take the ticket, if it is one that was not used."""
        known = ticket in self._tickets
        self._tickets.discard(ticket)
        return known

    async def greet(self, socket: web.WebSocketResponse) -> None:
        """Say hello on a new connection."""
        self._open.append(socket)
        self.opened += 1
        info = {"host": "applink-1", "build_number": 10, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self._open), "debug_info": info}
        await socket.send_json({**hello, "connection_info": {"app_id": APP}})

    def left(self, socket: web.WebSocketResponse) -> None:
        """Forget a connection that is closed."""
        with contextlib.suppress(ValueError):
            self._open.remove(socket)

    def acknowledged(self, said: dict[str, Any]) -> None:
        """Take note of what the app answers to an envelope."""
        self.acknowledgements.append(said)
        waiting = self._waiting.pop(said.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(said)

    async def send(self, envelope: dict[str, Any], patience: float) -> dict[str, Any] | None:
        """Send an envelope over the newest connection; return the acknowledgement, None when none comes in time."""
        if not (living := self._living()):
            return None
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            await living[-1].send_json(envelope)
            said: dict[str, Any] = await asyncio.wait_for(waiting, patience)
            return said
        except (asyncio.TimeoutError, ConnectionError):  # noqa: UP041 -- another class before Python 3.11
            return None

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open another connection, as Slack does every few hours."""
        for socket in self._living():
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self._open):
            await socket.close()
