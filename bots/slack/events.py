"""Each delivery of Slack is handled once: across retries, duplicates, processes and restarts.

Slack sends again what was not acknowledged within 3 s, and sometimes what was. A delivery is claimed in the database
before anything is done; the claim is renewed while its holder lives, so that a second delivery waits for the first, or
takes over from a process that died. An event is acknowledged when it was handled, at the latest after 2 s: where a
process dies before that, or a listener fails, Slack brings the event again; what fails later is only logged. Commands
and actions are acknowledged by their listeners; Slack never sends those again of its own accord. So the press of a
button, too, is acknowledged when it was handled: where a process dies before, Slack shows that it did not work.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.response import BoltResponse
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import now
from assistant.index.schema import slack_events

_log = logging.getLogger(__name__)

LEASE, BEAT = timedelta(seconds=2), 0.5  # how long a claim holds without a sign of life; seconds between those
PATIENCE = 2.0  # seconds until an event is acknowledged though it is still being handled
KEPT = timedelta(minutes=10)
_READ = frozenset({None, "file_share", "thread_broadcast", "message_changed", "message_deleted"})

Claim = Literal["mine", "done", "busy"]


class Events:
    """What was delivered and taken up, in the table that all processes share."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.held: dict[str, asyncio.Event] = {}

    def claim(self, key: str) -> Claim:
        """Take a delivery up: "mine", unless it was "done", or another holder that lives is "busy" with it."""
        at = now()
        try:
            with self._engine.begin() as connection:
                connection.execute(slack_events.insert(), [{"key": key, "done": False, "at": at}])
        except IntegrityError:
            return self._take_over(key, at)
        return "mine"

    def _take_over(self, key: str, at: datetime) -> Claim:
        stale = (slack_events.c.key == key) & slack_events.c.done.is_(False) & (slack_events.c.at < at - LEASE)
        with self._engine.begin() as connection:
            if connection.execute(slack_events.update().where(stale).values(at=at)).rowcount:
                return "mine"
            done = connection.execute(select(slack_events.c.done).where(slack_events.c.key == key)).scalar()
        return "done" if done else "busy"

    async def take(self, key: str) -> Claim:
        """Claim a delivery, waiting a moment for whoever is busy with it."""
        until = time.monotonic() + PATIENCE
        while True:
            late = time.monotonic() > until
            claim = "busy" if key in self.held else await asyncio.to_thread(self.claim, key)
            if claim == "mine":
                self.held[key] = asyncio.Event()
            if claim != "busy" or late:
                return claim
            await asyncio.sleep(0.05)

    async def end(self, key: str, *, handled: bool) -> None:
        """Note that a delivery was handled, or leave it to the next one that comes."""
        own = slack_events.c.key == key
        change = slack_events.update().where(own).values(done=True) if handled else slack_events.delete().where(own)
        try:
            await asyncio.to_thread(self._write, change)
        finally:
            if finished := self.held.pop(key, None):
                finished.set()

    def _write(self, change: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(change)

    async def run(self) -> None:
        """Show that the deliveries held here are held by the living, for as long as the door is open."""
        while True:
            await asyncio.sleep(BEAT)
            if keys := list(self.held):
                open_ = slack_events.c.key.in_(keys) & slack_events.c.done.is_(False)
                try:
                    await asyncio.to_thread(self._write, slack_events.update().where(open_).values(at=now()))
                except Exception:
                    _log.exception("Deliveries of Slack could not be held on to")

    async def settle(self, seconds: float) -> None:
        """Wait until what is being handled is handled, at most so long."""
        until = time.monotonic() + seconds
        while self.held and time.monotonic() < until:
            await asyncio.sleep(0.02)

    def sweep(self) -> None:
        """Forget what was delivered more than ten minutes ago."""
        self._write(slack_events.delete().where(slack_events.c.at < now() - KEPT))


class OnceApp(AsyncApp):
    """Bolt's application that handles each delivery once; events and presses are acknowledged when that is done."""

    def hold(self, events: Events) -> None:
        """Keep account of deliveries in `events`; call it before anything is registered."""
        self._events = events
        self.middleware(self._claim)
        self.error(_failed)
        self.listener_runner.listener_completion_handler = _Completion(events)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Handle a delivery; the answer is Slack's acknowledgement, within 3 s."""
        began = time.monotonic()
        response = await super().async_dispatch(req)
        key = req.context.get("delivery")
        if key is None or (finished := self._events.held.get(key)) is None:
            return _answer(req, response)
        if response.status != 200:
            await self._events.end(key, handled=False)
        elif "event" in req.body or req.body.get("type") == "block_actions":
            try:
                async with asyncio.timeout(max(PATIENCE - (time.monotonic() - began), 0.05)):
                    await finished.wait()
            except TimeoutError:
                _log.info("A delivery of Slack is acknowledged before it was handled: %s", key)
        return _answer(req, response)

    async def _claim(self, req: AsyncBoltRequest, next_: Any) -> BoltResponse | None:
        if is_noise(req.body):
            return BoltResponse(status=200, body="")
        key = delivery_key(req.body)
        if await self._events.take(key) != "mine":
            return BoltResponse(status=200, body="")
        req.context["delivery"] = key
        await next_()
        return None


class _Completion(AsyncListenerCompletionHandler):
    def __init__(self, events: Events) -> None:
        self._events = events

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:  # noqa: ARG002
        if key := request.context.get("delivery"):
            await self._events.end(key, handled=not request.context.get("failed"))


async def _failed(error: Exception, context: dict[str, Any]) -> None:
    context["failed"] = True
    _log.error("What Slack delivered could not be handled", exc_info=error)


def _answer(req: AsyncBoltRequest, response: BoltResponse) -> BoltResponse:
    """An event whose listener failed in time is refused, so that Slack brings it again."""
    if req.context.get("failed") and "event" in req.body:
        return BoltResponse(status=500, body="")
    return response


def delivery_key(body: Mapping[str, Any]) -> str:
    """Return what is the same for all deliveries of one thing, at most 120 characters.

    An event's id; for commands, shortcuts, actions and views, what makes that one click or submission.
    """
    if event_id := body.get("event_id"):
        return f"event:{event_id}"[:120]
    view = body.get("view") or {}
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    moments = [action.get("action_ts") for action in body.get("actions") or ()]
    said = [view.get(name) for name in ("id", "hash", "state")]
    parts = [body.get("type"), body.get("command"), body.get("trigger_id"), body.get("action_ts"), user, moments, said]
    made = json.dumps([*parts, body.get("callback_id")], sort_keys=True, default=str)
    return f"interaction:{hashlib.sha256(made.encode()).hexdigest()}"


def is_noise(body: Mapping[str, Any]) -> bool:
    """Whether an event tells nothing that a person said: bots, joins, links that unfold."""
    event = body.get("event") or {}
    if event.get("type") not in ("message", "app_mention"):
        return False
    subtype = event.get("subtype")
    if subtype not in _READ or event.get("bot_id"):
        return True
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    if before.get("bot_id") or after.get("bot_id"):
        return True
    return subtype == "message_changed" and before.get("text") == after.get("text")
