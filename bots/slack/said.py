"""A message of a person in Slack, as far as the assistant looks at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.index.sparse import words
from assistant.texts import LANGUAGES, lexicon
from bots.slack.escape import typed

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Said:
    """What somebody wrote: `text` without mark-up, where, and to whom.

    `thread` is the ts of the first message of its thread: its own where it begins one. `tagged` says that the assistant
    is mentioned, `aside` that somebody else is and the assistant is not, `shared` that the channel is shared with
    another organisation.
    """

    channel: str
    ts: str
    thread: str
    user: str
    text: str
    direct: bool = False
    tagged: bool = False
    aside: bool = False
    shared: bool = False

    @property
    def refers(self) -> str:
        """What the answer to this message is kept under in `slack_messages`."""
        return f"question:{self.channel}:{self.ts}"

    @property
    def answer_key(self) -> str:
        """The key of its answer in the outbox."""
        return f"answer:{self.channel}:{self.ts}"

    def key(self, *more: str) -> str:
        """Return a key that only the same message has, of letters, digits and hyphens."""
        return re.sub(r"[^A-Za-z0-9]", "-", "-".join(("slack", self.channel, self.ts, *more)))


def said(message: Mapping[str, Any], body: Mapping[str, Any], bot: str | None, channel: str | None = None) -> Said:
    """Return what a message says; `channel` is where it stands, where the message does not tell it.

    Raises:
        KeyError: it is no message of a person.

    """
    raw, ts = str(message.get("text") or ""), str(message["ts"])
    named = _MENTION.findall(raw)
    place = channel or str(message["channel"])
    return Said(
        channel=place,
        ts=ts,
        thread=str(message.get("thread_ts") or ts),
        user=str(message["user"]),
        text=typed(raw, bot),
        direct=message.get("channel_type") == "im" or place.startswith("D"),
        tagged=bot is not None and bot in named,
        aside=bool(named) and bot not in named,
        shared=bool(body.get("is_ext_shared_channel")),
    )


def looks_like_question(text: str) -> bool:
    """Whether a message in a channel asks something: it has a question mark, or begins as questions do.

    >>> looks_like_question("Who can be lead partner"), looks_like_question("Lunch at twelve.")
    (True, False)
    """
    first = words(text)[:1]
    return "?" in text or any(word in lexicon(language).question_words for word in first for language in LANGUAGES)
