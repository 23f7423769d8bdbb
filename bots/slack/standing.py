"""What should stand in Slack of the questions for a person, derived from the database and put in the outbox.

Cards and replies are never sent by whoever makes a change: every process looks again and again at what changed, and
puts what was not put yet. So a change reaches Slack whichever door or process made it, and a process that dies at any
moment leaves nothing undone. A question is held while its message is put, so that of several processes one puts it,
and an older state never follows a newer one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, exists, func, or_, select

from assistant import given
from assistant.answer import Answer
from assistant.handed import of_row
from assistant.handover import OPEN, Handover, Handovers
from assistant.index.schema import handovers, outbox, slack_messages
from bots.slack.card import Block, card, gone
from bots.slack.door import SlackDoor
from bots.slack.replies import asked_in, reply

_log = logging.getLogger(__name__)
_OVERLAP = timedelta(seconds=30)  # a change may be committed so much later than its time says
_SHOWN = ("handover:", "reminder:", "questions:")  # what staff read of a question; each is followed by its id
_PERSON = ("U", "W")  # ids of people begin so: what is posted there arrives in a channel with another id


@dataclass(frozen=True)
class Wanted:
    """A message that should stand in Slack.

    `refers` is the same for all its versions; `version` is None for the first one, which is posted, and else names the
    change that it shows.
    """

    refers: str
    channel: str
    thread: str | None
    version: str | None
    blocks: list[Block]
    text: str

    @property
    def key(self) -> str:
        """What this version is called in the outbox."""
        return self.refers if self.version is None else f"{self.refers}:{self.version}"


class Standing:
    """The cards in the staff channel and the replies to askers, for one process of any number."""

    def __init__(self, door: SlackDoor) -> None:
        self._door, self._engine, self._settings = door, door.engine, door.settings
        self._since: datetime | None = None
        self._unfinished: set[str] = set()

    def bring_in_line(self) -> None:
        """Put what should stand in Slack by now and does not; a process looks at everything the first time."""
        found = self._changed()
        self._unfinished = {h.id for h in found if not self._stands(h)}
        if found:
            self._since = max(h.changed_at for h in found) - _OVERLAP
        self._forget()

    def _changed(self) -> list[Handover]:
        query = select(handovers).order_by(handovers.c.changed_at)
        if self._since is not None:
            query = query.where(or_(handovers.c.changed_at >= self._since, handovers.c.id.in_(self._unfinished)))
        with self._engine.connect() as connection:
            return [of_row(row) for row in connection.execute(query).mappings()]

    def _stands(self, found: Handover) -> bool:
        """Put the card and the reply of a question where they are due; whether nothing is left to do."""
        try:
            done = [self._put(found, wanted) for wanted in (self._reply(found), self._card(found)) if wanted]
        except Exception:
            # One that cannot be shown must not stand in the way of the others.
            _log.exception("The question for a person %s could not be shown in Slack", found.id)
            return False
        return all(done)

    def _card(self, found: Handover) -> Wanted | None:
        channel, refers = self._settings.slack_staff_channel, f"handover:{found.id}"
        if not channel or (found.state not in OPEN and not self._was_posted(refers)):
            return None
        blocks, text = card(found, self._automated(found), self._settings, spoken(self._door, found))
        version = None if found.changed_at == found.created_at else found.changed_at.isoformat()
        return Wanted(refers, channel, None, version, blocks, text)

    def _automated(self, found: Handover) -> Answer | None:
        by_id = given.by_id(self._engine, [found.answer_id]) if found.answer_id else {}
        return next((each.answer for each in by_id.values()), None)

    def _reply(self, found: Handover) -> Wanted | None:
        if found.state not in ("answered", "declined"):
            return None
        with self._engine.connect() as connection:
            asked = asked_in(connection, found.conversation_id)
        if asked is None:
            return None
        edited = any(event.event == "edited" for event in Handovers(self._engine).events(found.id))
        version = found.changed_at.isoformat() if edited else None
        said = reply(found, self._settings, edited=edited)
        return Wanted(f"reply:{found.id}", *asked, version, *said) if said else None

    def _was_posted(self, refers: str) -> bool:
        with self._engine.connect() as connection:
            return _has(connection, refers) or posted(connection, refers) is not None

    def _put(self, found: Handover, wanted: Wanted) -> bool:
        """Put a message, and its newest version, where they were not put yet; whether both were by now."""
        with self._engine.connect() as connection:
            if _has(connection, wanted.refers) and _has(connection, wanted.key):
                return True
        with self._engine.begin() as connection:
            # Holds the question until its message is put; nothing is put of a state that is no more.
            same = handovers.update().where(handovers.c.id == found.id, handovers.c.changed_at == found.changed_at)
            if not connection.execute(same.values(changed_at=found.changed_at)).rowcount:
                return False
            return self._send(connection, wanted)

    def _send(self, connection: Connection, wanted: Wanted) -> bool:
        at = posted(connection, wanted.refers)
        payload: dict[str, Any] = {"text": wanted.text, "blocks": wanted.blocks}
        if at is None and not _has(connection, wanted.refers):
            payload |= {"thread_ts": wanted.thread} if wanted.thread else {}
            payload |= {"unfurl_links": False, "unfurl_media": False}
            method, channel, key = "chat.postMessage", wanted.channel, wanted.refers
        elif wanted.version is None:
            return True
        elif at is None and wanted.channel.startswith(_PERSON):
            return False
        else:
            payload |= {"ts": at.ts} if at else {}
            method, channel, key = "chat.update", at.channel if at else wanted.channel, wanted.key
        self._door.outbox.put(
            connection, method=method, channel=channel, payload=payload, key=key, refers=wanted.refers
        )
        return key == wanted.key

    def _forget(self) -> None:
        """Take questions whose conversation was deleted out of the staff channel, and what was put of them away."""
        with self._engine.connect() as connection:
            orphans = {*connection.execute(_orphans(slack_messages, *_SHOWN)).scalars()}
            orphans |= {*connection.execute(_orphans(outbox, *_SHOWN, "reply:")).scalars()}
        for refers in sorted(orphans):
            with self._engine.begin() as connection:
                self._forget_one(connection, refers)

    def _forget_one(self, connection: Connection, refers: str) -> None:
        connection.execute(delete(outbox).where(outbox.c.refers == refers))
        if refers.startswith("reply:"):
            return
        about = delete(slack_messages).where(slack_messages.c.refers == refers)
        rows = connection.execute(about.returning(slack_messages.c.channel, slack_messages.c.ts)).all()
        blocks, text = gone(self._door.channels.get(self._settings.slack_staff_channel).language or "nl")
        for row in rows:
            payload = {"ts": row.ts, "text": text, "blocks": blocks}
            key = f"gone:{row.channel}:{row.ts}"
            self._door.outbox.put(connection, method="chat.update", channel=row.channel, payload=payload, key=key)


def spoken(door: SlackDoor, found: Handover) -> str:
    """Return the language in which staff read of a question: the staff channel's, else the question's."""
    return door.channels.get(door.settings.slack_staff_channel).language or found.language


def posted(connection: Connection, refers: str) -> Row[Any, Any] | None:
    """Return `channel` and `ts` of the first message that shows something; None while it is not posted."""
    query = select(slack_messages.c.channel, slack_messages.c.ts).where(slack_messages.c.refers == refers)
    return connection.execute(query.order_by(slack_messages.c.at).limit(1)).first()


def _has(connection: Connection, key: str) -> bool:
    return connection.execute(select(outbox.c.id).where(outbox.c.key == key)).first() is not None


def _orphans(table: Table, *prefixes: str) -> Select[Any]:
    """Select what refers to questions for a person that are no longer there."""
    lost = [
        table.c.refers.startswith(prefix, autoescape=True)
        & ~exists().where(handovers.c.id == func.substr(table.c.refers, len(prefix) + 1))
        for prefix in prefixes
    ]
    return select(table.c.refers).where(or_(*lost)).distinct()
