"""What is to be sent to Slack: written with what it tells of, sent in order per channel, each once.

Slack knows no key by which it would refuse a message that it has. A row is marked before it is sent and again when
Slack has answered; where a process died or a connection broke in between, the sender first looks in the channel for a
message with the row's key in its metadata, and takes that for its own. What remains: ephemeral messages cannot be
looked for, and are sent again; and a channel whose history the app may not read gets a message twice if it broke off in
just that moment. Updates and views may be sent twice without anybody seeing it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, Engine, Row, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.clock import now, utc
from assistant.index.schema import outbox, slack_messages
from bots.slack.sending import Refused, Sent, Unreachable, Unsure, find, send

_log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=10)  # more than a call to Slack takes: the door's client gives up earlier
_APART = timedelta(seconds=1)  # between two messages in a channel
_AT_ONCE, _LONGEST = 20, 15.0  # channels that are sent to at a time; seconds between two tries
_LOOK_AGAIN = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # seconds: a transaction that was told of may not be over yet
_OPEN = ("waiting", "sending", "unsure")


@dataclass(frozen=True)
class Message:
    """Something of ours in Slack: what it shows (`refers`), and the ts of the thread it is in."""

    channel: str
    ts: str
    refers: str
    thread: str | None


class Outbox:
    """The table of what is to be sent, and the task that sends it; any number of processes may have one each."""

    def __init__(self, engine: Engine, client: AsyncWebClient) -> None:
        self._engine, self._client = engine, client
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told, self._ended, self._closing = asyncio.Event(), asyncio.Event(), False
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._held_until = datetime.min.replace(tzinfo=now().tzinfo)

    def put(  # noqa: PLR0913 -- one row
        self,
        connection: Connection | None,
        *,
        method: str,
        channel: str,
        payload: Mapping[str, Any],
        key: str,
        refers: str | None = None,
    ) -> bool:
        """Have something sent once; in the transaction of `connection` where that is given.

        `method` is one of Slack's Web API, `payload` its arguments without `channel`. `key` (at most 160 characters)
        names what is sent: a second row with the same key is not made, and False returned. What is posted is found
        again by `refers` ("answer:ID", "handover:ID", …); `chat.update` and `chat.delete` without a `ts` are of the
        newest message in the channel that has the same `refers`.
        """
        row = _row(key, method, channel, payload) | {"refers": refers}
        if connection is not None:
            is_new = _inserted(connection, row)
        else:
            with self._engine.begin() as own:
                is_new = _inserted(own, row)
        if is_new:
            self.tell()
        return is_new

    def withhold(self, channel: str, key: str) -> bool:
        """Have what comes with a key never be sent; False where something was put with it already."""
        with self._engine.begin() as connection:
            return _inserted(connection, _row(key, "chat.postMessage", channel, {}) | {"state": "sent"})

    def holds(self, key: str) -> bool:
        """Whether something was put with a key, and not so long ago that it was removed."""
        with self._engine.connect() as connection:
            return connection.execute(select(outbox.c.id).where(outbox.c.key == key)).first() is not None

    def tell(self) -> None:
        """Have the sender look at once; from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # closed: the next one that is opened looks by itself
                self._loop.call_soon_threadsafe(self._told.set)

    def messages(self, refers: str) -> list[Message]:
        """Return what was posted about something, oldest first."""
        query = select(slack_messages).where(slack_messages.c.refers == refers).order_by(slack_messages.c.at)
        with self._engine.connect() as connection:
            return [Message(row.channel, row.ts, row.refers, row.thread) for row in connection.execute(query)]

    def refers(self, channel: str, ts: str) -> str | None:
        """Return what a message of ours shows, by where it is."""
        own = (slack_messages.c.channel == channel) & (slack_messages.c.ts == ts)
        with self._engine.connect() as connection:
            return connection.execute(select(slack_messages.c.refers).where(own)).scalar()

    def note(self, refers: str, channel: str, ts: str, thread: str | None = None) -> None:
        """Remember a message that was posted otherwise, as by streaming."""
        row = {"channel": channel, "ts": ts, "refers": refers, "thread": thread, "at": now()}
        with self._engine.begin() as connection:
            connection.execute(slack_messages.insert(), [row])

    def failed(self) -> list[tuple[str, str, str]]:
        """Return method, channel and error of what Slack refused for good, newest first, at most 20."""
        query = select(outbox.c.method, outbox.c.channel, outbox.c.error).where(outbox.c.state == "failed")
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(outbox.c.id.desc()).limit(20)).all()
        return [(row.method, row.channel, row.error or "") for row in rows]

    def waiting(self) -> int:
        """Count what is still to be sent."""
        query = select(func.count()).select_from(outbox).where(outbox.c.state.in_(_OPEN))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def sweep(self, days: int) -> None:
        """Remove what was sent or refused more than so many days ago."""
        old = (outbox.c.state.in_(("sent", "failed"))) & (outbox.c.created_at < now() - timedelta(days=days))
        with self._engine.begin() as connection:
            connection.execute(outbox.delete().where(old))

    async def run(self) -> None:
        """Send what waits, until `settle`."""
        self._loop = asyncio.get_running_loop()
        looks = 0
        while not self._closing:
            found = False
            try:
                found = await self._round()
            except Exception:
                _log.exception("The outbox for Slack could not be read")
            looks = 0 if found or self._told.is_set() else min(looks + 1, len(_LOOK_AGAIN) - 1)
            self._told.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN[looks]):
                    await self._told.wait()
                looks = 0
        self._ended.set()

    async def settle(self, seconds: float) -> None:
        """Take nothing up any more, and wait until what is being sent is sent, at most so long."""
        self._closing = True
        self._told.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
                while self._busy:
                    await asyncio.wait(set(self._busy.values()))

    async def _round(self) -> bool:
        if self._closing or now() < self._held_until or len(self._busy) >= _AT_ONCE:
            return False
        rows = await asyncio.to_thread(self._claim, _AT_ONCE - len(self._busy), tuple(self._busy))
        for row in rows:
            task = asyncio.create_task(self._deliver(row))
            self._busy[row.channel] = task
            task.add_done_callback(partial(self._free, row.channel))
        return bool(rows)

    def _free(self, channel: str, _: asyncio.Task[None]) -> None:
        self._busy.pop(channel, None)
        self._told.set()

    def _claim(self, most: int, busy: tuple[str, ...]) -> list[Row[Any]]:
        """Take the first row of each channel that may be sent to now; a row that was being sent comes as it was."""
        at = now()
        heads = select(func.min(outbox.c.id)).where(outbox.c.state.in_(_OPEN)).group_by(outbox.c.channel)
        is_free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < at)
        ready = and_(outbox.c.id.in_(heads), outbox.c.next_at <= at, is_free, outbox.c.channel.not_in(busy))
        with self._engine.connect() as connection:
            rows = connection.execute(select(outbox).where(ready).order_by(outbox.c.id).limit(most)).all()
        return [row for row in rows if self._lease(row, at)]

    def _lease(self, row: Row[Any], at: datetime) -> bool:
        recent = select(func.max(slack_messages.c.at)).where(slack_messages.c.channel == row.channel)
        same = and_(outbox.c.id == row.id, outbox.c.state == row.state, outbox.c.attempts == row.attempts)
        with self._engine.begin() as connection:
            last = connection.execute(recent).scalar() if row.method.startswith("chat.post") else None
            if last is not None and utc(last) + _APART > at:
                connection.execute(outbox.update().where(same).values(next_at=utc(last) + _APART))
                return False
            values = {"state": "sending", "attempts": row.attempts + 1, "leased_until": at + _LEASE}
            return connection.execute(outbox.update().where(same).values(values)).rowcount > 0

    async def _deliver(self, row: Row[Any]) -> None:
        try:
            payload = await asyncio.to_thread(self._payload, row)
            sent = await find(self._client, row) if row.state != "waiting" else None
            if sent is None:
                if not await asyncio.to_thread(self._change, row, {"leased_until": now() + _LEASE}):
                    return
                sent = await send(self._client, row, payload)
        except Refused as error:
            _log.warning("Slack refused %s in %s: %s", row.method, row.channel, error)
            await asyncio.to_thread(self._end, row, None, str(error))
        except (Unreachable, Unsure) as error:
            await asyncio.to_thread(self._later, row, error)
        except Exception as error:
            _log.exception("%s for Slack could not be sent", row.method)
            await asyncio.to_thread(self._later, row, Unsure(type(error).__name__))
        else:
            await asyncio.to_thread(self._end, row, sent, None)

    def _payload(self, row: Row[Any]) -> dict[str, Any]:
        payload = dict(row.payload)
        if row.method in ("chat.update", "chat.delete") and not payload.get("ts"):
            found = [message for message in self.messages(row.refers or "") if message.channel == row.channel]
            if not found:
                raise Refused("message_not_found")
            payload["ts"] = found[-1].ts
        return payload

    def _end(self, row: Row[Any], sent: Sent | None, error: str | None) -> None:
        """Close a row; what it said is not kept here once Slack has it."""
        values: dict[str, Any] = {"state": "sent" if sent else "failed", "error": error, "leased_until": None}
        with self._engine.begin() as connection:
            connection.execute(
                outbox.update().where(outbox.c.id == row.id).values(**values, **({"payload": {}} if sent else {}))
            )
            if sent and sent.ts and row.method == "chat.postMessage":
                where = {"channel": sent.channel or row.channel, "ts": sent.ts, "thread": row.payload.get("thread_ts")}
                own = (slack_messages.c.channel == where["channel"]) & (slack_messages.c.ts == sent.ts)
                if connection.execute(select(slack_messages.c.ts).where(own)).first() is None:
                    refers = row.refers or f"outbox:{row.id}"
                    connection.execute(slack_messages.insert(), [{**where, "refers": refers, "at": now()}])

    def _later(self, row: Row[Any], error: Unreachable | Unsure) -> None:
        wait = timedelta(seconds=min(0.5 * 2 ** min(row.attempts, 10), _LONGEST))
        if isinstance(error, Unreachable) and error.retry_after is not None:
            wait = timedelta(seconds=error.retry_after)
            self._held_until = max(self._held_until, now() + wait)
        state = "unsure" if isinstance(error, Unsure) else ("waiting" if row.state == "waiting" else "unsure")
        values = {"state": state, "leased_until": None, "next_at": now() + wait, "error": str(error)[:300]}
        self._change(row, values)
        _log.info("%s for Slack waits %s s: %s", row.method, wait.total_seconds(), error)

    def _change(self, row: Row[Any], values: Mapping[str, Any]) -> bool:
        """Change a row that is leased here; False where another process took it over."""
        mine = (outbox.c.id == row.id) & (outbox.c.state == "sending") & (outbox.c.attempts == row.attempts + 1)
        with self._engine.begin() as connection:
            return connection.execute(outbox.update().where(mine).values(**values)).rowcount > 0


def _row(key: str, method: str, channel: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key, "method": method, "channel": channel, "payload": dict(payload), "refers": None,
        "state": "waiting", "attempts": 0, "next_at": now(), "created_at": now(),
    }  # fmt: skip


def _inserted(connection: Connection, row: Mapping[str, Any]) -> bool:
    # A savepoint would do for both, but SQLite's driver commits with the first one of a transaction.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    done = connection.execute(insert(outbox).values(**row).on_conflict_do_nothing(index_elements=["key"]))
    return done.rowcount > 0
