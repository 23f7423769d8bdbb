"""The Slack door: what its parts share, and what runs for as long as it is open.

A part registers its listeners on `door.app` and puts what has to be posted in `door.outbox`. Bolt gives a delivery to
the first listener that matches, and to no other; what nobody takes is acknowledged and left. A listener runs once per
delivery (`bots.slack.events`): it returns when its effects are in the database, and raises where it should be tried
again. Work that goes on after it returns does not count as handled. Database, index and model block: use `door.run`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from assistant.settings import Settings
from bots.slack.audience import Audience, Audiences
from bots.slack.channels import Channels
from bots.slack.events import Events
from bots.slack.outbox import Outbox
from bots.slack.threads import Threads

if TYPE_CHECKING:
    from assistant.service import Assistant

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

Opener = Callable[[Settings, Sequence[str]], "Assistant"]
_AUDIENCES: dict[Audience, tuple[str, ...]] = {"public": ("public",), "staff": ("public", "staff")}
_PARTING = 5.0  # seconds that work under way gets when the door closes


class SlackDoor:
    """The assistant in Slack.

    `app` is Bolt's application, whose `client` calls Slack for what need not survive a crash: modals, statuses,
    ephemeral replies. `publish` brings kept answers into the index; None where this door cannot.
    """

    def __init__(
        self, app: AsyncApp, settings: Settings, engine: Engine, opener: Opener, publish: Callable[[], None] | None
    ) -> None:
        self.app, self.settings, self.engine, self.publish = app, settings, engine, publish
        self.channels = Channels(engine)
        self.audiences = Audiences(app.client, settings, self.channels)
        self.threads = Threads(engine, self.audiences)
        # The outbox waits by itself, where other processes see it: the client must not try again meanwhile.
        self._sender = AsyncWebClient(app.client.token, app.client.base_url, retry_handlers=[])
        self.outbox = Outbox(engine, self._sender)
        self.events = Events(engine)
        self._opener = opener
        self._open: dict[Audience, Assistant] = {}
        self._opening = threading.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._regular: list[tuple[float, Callable[[], Awaitable[None]]]] = []

    def public(self) -> Assistant:
        """Return the assistant over what everyone may read; the first call opens it, which takes seconds.

        Raises:
            IndexMissing, IndexMismatch, ModelMissing, ConfigurationError: the message says what to do.

        """
        return self._opened("public")

    def staff(self) -> Assistant:
        """Return the assistant over documents of staff too; raises what `public` does."""
        return self._opened("staff")

    async def assistant(self, audience: Audience) -> Assistant:
        """Return the assistant of an audience without holding anything up; raises what `public` does."""
        opened = self._open.get(audience)
        return opened if opened is not None else await self.run(self._opened, audience)

    def _opened(self, audience: Audience) -> Assistant:
        if audience not in self._open:
            with self._opening:
                if audience not in self._open:
                    self._open[audience] = self._opener(self.settings, _AUDIENCES[audience])
        return self._open[audience]

    async def run(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run what blocks in a thread and return what it returns."""
        return await asyncio.to_thread(function, *args, **kwargs)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work beside the listener; it is held on to, and waited for when the door closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("Work for Slack failed", exc_info=error)

    def every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Run work now and again while the door is open, first soon after it opens; call it from `register`.

        Several processes may do so over one database: what it posts needs a key in the outbox that says for when.
        """
        self._regular.append((seconds, work))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SlackDoor]:
        """Send what waits, and do what recurs, for as long as the context lasts."""
        async with AsyncExitStack() as stack:
            timeout = aiohttp.ClientTimeout(total=8, connect=4)
            session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
            for client in (self.app.client, self._sender):
                client.session = session
                stack.callback(setattr, client, "session", None)
            regular = [(60.0, self._sweep), *self._regular]
            tasks = [asyncio.create_task(_repeat(pause, work)) for pause, work in regular]
            tasks += [asyncio.create_task(work) for work in (self.outbox.run(), self.events.run(), self._warm_up())]
            stack.push_async_callback(self._part, tasks)
            yield self

    async def _warm_up(self) -> None:
        try:
            await self.assistant("public")
        except Exception as error:
            _log.warning("The assistant cannot answer in Slack yet: %s", error)

    async def _sweep(self) -> None:
        await self.run(self.events.sweep)
        await self.run(self.outbox.sweep, self.settings.retention_days)

    async def _part(self, tasks: list[asyncio.Task[None]]) -> None:
        await self.events.settle(_PARTING)
        if self._tasks:  # also what the last deliveries left behind
            await asyncio.wait(self._tasks, timeout=_PARTING)
        await self.outbox.settle(_PARTING)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            _log.exception("What recurs in Slack failed, and is tried again in %s s", seconds)
        await asyncio.sleep(seconds)
