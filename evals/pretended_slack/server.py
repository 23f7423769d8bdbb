"""The HTTP side of the pretended Slack: the Web API, response URLs, and the WebSocket of Socket Mode."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import Future
from typing import Any

from aiohttp import WSMsgType, web

from evals.pretended_slack.hooks import respond
from evals.pretended_slack.methods import METHODS, Answer, Arguments, Refused
from evals.pretended_slack.sockets import Sockets
from evals.pretended_slack.troubles import Trouble, Troubles
from evals.pretended_slack.views import VIEWS
from evals.pretended_slack.workspace import Call, Workspace

_ALL = {**METHODS, **VIEWS}
_JSON_ARGUMENTS = ("blocks", "view", "prompts", "chunks", "metadata", "attachments")


class Server:
    """Serves in a thread of its own, on a free port of 127.0.0.1."""

    def __init__(self, workspace: Workspace, bot_token: str, app_token: str, scopes: set[str]) -> None:
        self.workspace, self.troubles, self.sockets = workspace, Troubles(), Sockets()
        self.bot_token, self.app_token, self.scopes = bot_token, app_token, scopes
        self.revoked = False
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="pretended-slack")

    def start(self) -> None:
        """Serve; returns when it answers."""
        self._thread.start()
        if not self._ready.wait(60):
            raise RuntimeError("The pretended Slack does not start.")

    def close(self) -> None:
        """Stop serving, and close every connection."""
        self.run(self._stop()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def run(self, coroutine: Any) -> Future[Any]:
        """Run a coroutine in the server's thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{hook}", self._hook)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    async def _stop(self) -> None:
        await self.sockets.close()
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, at = request.match_info["method"], time.monotonic()
        arguments = await _arguments(request)
        trouble = self.troubles.next(method)
        if self.troubles.down or (trouble and trouble.drop and not trouble.done):
            return _dropped(request)
        if trouble and trouble.delay:
            await asyncio.sleep(trouble.delay)
        while trouble and trouble.until and not trouble.until.is_set():
            await asyncio.sleep(0.01)
        if trouble and trouble.answer is not None:
            return self._told(Call(method, arguments, at, trouble.answer, trouble.status), trouble)
        with self.workspace.lock:  # whoever sees what a call did also sees the call
            answer = self._answered(method, arguments, _token(request, arguments))
            response = self._told(Call(method, arguments, at, answer))
        return _dropped(request) if trouble and trouble.drop else response

    def _told(self, call: Call, trouble: Trouble | None = None) -> web.Response:
        with self.workspace.lock:
            self.workspace.calls.append(call)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes)), **(trouble.headers if trouble else {})}
        return web.json_response(call.answer, status=call.status, headers=headers)

    def _answered(self, method: str, arguments: Arguments, token: str) -> Answer:
        try:
            if method == "apps.connections.open":
                return self._opened(token)
            if method not in _ALL:
                raise Refused("unknown_method")
            answers, required, scope = _ALL[method]
            self._allowed(token, scope)
            if missing := [name for name in required if not arguments.get(name) and arguments.get(name) != ""]:
                raise Refused("invalid_arguments", errors=[f"{name} is missing" for name in missing])
            with self.workspace.lock:
                return answers(self.workspace, arguments)
        except Refused as refused:
            return refused.answer

    def _allowed(self, token: str, scope: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token != self.bot_token:
            raise Refused("invalid_auth")
        if self.revoked:
            raise Refused("token_revoked")
        if scope and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def _opened(self, token: str) -> Answer:
        if token != self.app_token:
            raise Refused("invalid_auth" if token != self.bot_token else "not_allowed_token_type")
        return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket?ticket={self.sockets.ticket()}"}

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        if self.troubles.down:
            return _dropped(request)
        given = await request.json()
        with self.workspace.lock:
            status, told = respond(self.workspace, request.match_info["hook"], given)
        return web.Response(status=status, text=told)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.troubles.down or not self.sockets.admits(request.query.get("ticket", "")):
            return web.Response(status=403)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await self.sockets.greet(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.sockets.acknowledged(json.loads(message.data))
        self.sockets.left(socket)
        return socket


def _dropped(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def _token(request: web.Request, arguments: Arguments) -> str:
    given = request.headers.get("Authorization", "")
    return given.removeprefix("Bearer ") if given else str(arguments.get("token", ""))


async def _arguments(request: web.Request) -> Arguments:
    found: Arguments = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json() if request.can_read_body else {}
    else:
        found |= dict(await request.post())
    for name in _JSON_ARGUMENTS:
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found
