"""Which conversation a thread in Slack is, and for whom; what was said in it is in our own database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import now
from assistant.index.schema import conversations, slack_threads
from assistant.record import Record
from bots.slack.audience import Audience, Audiences


@dataclass(frozen=True)
class Thread:
    """A thread as the assistant takes part in it.

    `conversation_id` is None where the thread holds what may not be shown to whoever reads it now: what is asked then
    is answered for the public, on its own.
    """

    channel: str
    thread: str
    conversation_id: str | None
    audience: Audience


class Threads:
    """Threads and their conversations; a thread never changes audience."""

    def __init__(self, engine: Engine, audiences: Audiences) -> None:
        self._engine, self.audiences = engine, audiences

    async def enter(self, channel: str, thread: str, user: str, *, shared: bool = False) -> Thread:
        """Return the thread for a question that `user` asks in it; its conversation is begun where there is none.

        `thread` is the ts of its first message; `shared` is the event's `is_ext_shared_channel`. The answer has to
        come from the assistant of `Thread.audience`: `await door.assistant(thread.audience)`.
        """
        audience = await self.audiences.of(channel, user, shared=shared)
        return await asyncio.to_thread(self._enter, channel, thread, audience)

    def find(self, channel: str, thread: str) -> Thread | None:
        """Return a thread that the assistant takes part in, as it was begun."""
        query = (
            select(slack_threads.c.conversation_id, conversations.c.audience)
            .join(conversations, conversations.c.id == slack_threads.c.conversation_id)
            .where(slack_threads.c.channel == channel, slack_threads.c.thread == thread)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Thread(channel, thread, row.conversation_id, cast(Audience, row.audience)) if row else None

    def of(self, conversation_id: str) -> list[Thread]:
        """Return the threads of a conversation: where a reply to its asker has to go."""
        query = (
            select(slack_threads.c.channel, slack_threads.c.thread, conversations.c.audience)
            .join(conversations, conversations.c.id == slack_threads.c.conversation_id)
            .where(slack_threads.c.conversation_id == conversation_id)
            .order_by(slack_threads.c.created_at)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Thread(row.channel, row.thread, conversation_id, cast(Audience, row.audience)) for row in rows]

    def _enter(self, channel: str, thread: str, audience: Audience) -> Thread:
        found = self.find(channel, thread) or self._begin(channel, thread, audience)
        if found.audience == "staff" and audience == "public":
            return Thread(channel, thread, None, "public")
        return found

    def _begin(self, channel: str, thread: str, audience: Audience) -> Thread:
        key = Record(self._engine, audience).begin()
        try:
            self.link(channel, thread, key)
        except IntegrityError:
            # Another process began the same thread in this very moment: its conversation is the thread's.
            with self._engine.begin() as connection:
                connection.execute(conversations.delete().where(conversations.c.id == key))
            return self.find(channel, thread) or self._begin(channel, thread, audience)
        return Thread(channel, thread, key, audience)

    def join(self, channel: str, thread: str, conversation_id: str) -> str:
        """Return the conversation of a thread, which is this one where it has none yet."""
        found = self.find(channel, thread)
        if found is None:
            try:
                self.link(channel, thread, conversation_id)
            except IntegrityError:  # somebody else did so in this very moment
                found = self.find(channel, thread)
        return conversation_id if found is None else str(found.conversation_id)

    def link(self, channel: str, thread: str, conversation_id: str) -> None:
        """Make a thread that of a conversation which was begun elsewhere, as by a command.

        Raises:
            sqlalchemy.exc.IntegrityError: the thread has a conversation, or the conversation is not there.

        """
        row = {"channel": channel, "thread": thread, "conversation_id": conversation_id, "created_at": now()}
        with self._engine.begin() as connection:
            connection.execute(slack_threads.insert(), [row])
