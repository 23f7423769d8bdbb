"""What stands in the pretended workspace: people, channels, messages, views, and every call that was made."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import Any

TEAM, ENTERPRISE, OTHER_TEAM = "T0HOUSE", None, "T0OTHER"
APP, BOT, BOT_USER = "A0ASSIST", "B0ASSIST", "U0ASSIST"


@dataclass
class Person:
    """Somebody of the workspace, or of another one that shares a channel with it."""

    id: str
    name: str
    guest: bool = False
    team: str = TEAM
    locale: str = "nl-BE"
    deleted: bool = False
    bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as `users.info` does."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": self.deleted,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_stranger": self.team != TEAM,
            "locale": self.locale,
            "tz": "Europe/Brussels",
            "profile": {"real_name": self.name.title(), "display_name": self.name},
        }


@dataclass
class Channel:
    """A conversation: `kind` is channel, group (private), mpim or im; `shared` with another organisation or not."""

    id: str
    name: str
    kind: str = "channel"
    shared: bool = False
    archived: bool = False
    member: bool = True  # whether the app is one
    members: set[str] = field(default_factory=set)  # empty: everybody

    def as_json(self) -> dict[str, Any]:
        """Return it as `conversations.info` does."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "is_archived": self.archived,
            "is_member": self.member,
            "is_general": False,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "shared_team_ids": [TEAM, OTHER_TEAM] if self.shared else [TEAM],
            "context_team_id": TEAM,
            **({"user": next(iter(self.members))} if self.kind == "im" and self.members else {}),
        }


@dataclass
class Message:
    """What stands in a channel. `seen_by` is who alone sees it, for an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    seen_by: str | None = None
    edited: bool = False
    streaming: bool = False
    metadata: dict[str, Any] | None = None
    at: float = field(default_factory=time.time)  # UNIX time at which it was posted
    arguments: dict[str, Any] = field(default_factory=dict)  # all that it was posted with

    @property
    def ours(self) -> bool:
        """Whether the app posted it."""
        return self.user == BOT_USER

    def as_json(self) -> dict[str, Any]:
        """Return it as events, `conversations.replies` and interactions carry it."""
        own = {"bot_id": BOT, "app_id": APP} if self.ours else {}
        thread = {"thread_ts": self.thread_ts} if self.thread_ts else {}
        base = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": TEAM}
        return {**base, "blocks": self.blocks, **own, **thread}


@dataclass(frozen=True)
class Call:
    """A call of the Web API, in the order in which they came; `answer` is what it was told."""

    method: str
    arguments: dict[str, Any]
    at: float
    answer: dict[str, Any]
    status: int = 200


@dataclass
class Workspace:
    """All of it; what several threads touch is changed under `lock`."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)  # modals that are open
    viewers: dict[str, str] = field(default_factory=dict)  # view id: who sees it
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)  # person: what the Home tab shows
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)  # trigger id: who, until when
    used_triggers: set[str] = field(default_factory=set)
    hooks: dict[str, dict[str, Any]] = field(default_factory=dict)  # the last part of a response_url: what it is for
    statuses: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def ts(self) -> str:
        """Return a time stamp such as Slack gives, unique in the workspace, rising."""
        with self.lock:
            return f"{int(time.time())}.{next(self.numbers):06d}"

    def new_id(self, prefix: str) -> str:
        """Return an id that begins with `prefix`."""
        with self.lock:
            return f"{prefix}{next(self.numbers):08d}"

    def find(self, channel: str, ts: str) -> Message | None:
        """Return the message, or None."""
        with self.lock:
            return next((m for m in self.messages if (m.channel, m.ts) == (channel, ts)), None)

    def direct(self, user: str) -> Channel:
        """Return the channel in which a person and the app talk."""
        with self.lock:
            known = f"D{user[1:]}"
            return self.channels.setdefault(known, Channel(known, "", kind="im", members={user}))


def populated() -> Workspace:
    """Return a workspace with a few people and channels."""
    made = Workspace()
    for channel in (
        Channel("C0GENERAL", "general"),
        Channel("C0OTHER", "other"),
        Channel("C0STAFF", "staff", kind="group"),
        Channel("C0SHARED", "shared", shared=True),
    ):
        made.channels[channel.id] = channel
    for person in (
        Person("U0ANNA", "anna"),
        Person("U0BERT", "bert", locale="en-GB"),
        Person("U0GUEST", "guest", guest=True),
        Person("U0ELSE", "else", team=OTHER_TEAM),
        Person(BOT_USER, "assistant", bot=True),
    ):
        made.people[person.id] = person
    return made
