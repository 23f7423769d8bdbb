"""How the assistant behaves in each channel of Slack, as members set it there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import now
from assistant.errors import InvalidInput
from assistant.index.schema import slack_channels
from assistant.texts import LANGUAGES

Mode = Literal["tagged", "on", "off"]
MODES: tuple[Mode, ...] = ("tagged", "on", "off")


@dataclass(frozen=True)
class Channel:
    """What holds in a channel.

    `mode`: "tagged" answers where the assistant is mentioned and in threads that it takes part in, "on" every message,
    "off" nothing. `language` is that of answers, None: the question's own. `staff`: documents of staff may be quoted.
    """

    id: str
    mode: Mode = "tagged"
    language: str | None = None
    staff: bool = False


class Channels:
    """The channels' settings in the database; a channel that nobody set anything for has the defaults."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, channel: str) -> Channel:
        """Return what holds in a channel."""
        with self._engine.connect() as connection:
            row = connection.execute(select(slack_channels).where(slack_channels.c.channel == channel)).first()
        return Channel(row.channel, cast(Mode, row.mode), row.language, row.staff) if row else Channel(channel)

    def set_mode(self, channel: str, mode: str, by: str) -> Channel:
        """Set when the assistant answers in a channel: "tagged", "on" or "off"; `by` is the id of who says so.

        Raises:
            InvalidInput: it is none of these.

        """
        if mode not in MODES:
            raise InvalidInput(f"{mode!r} is no way to answer in a channel: choose {', '.join(MODES)}.")
        return self._set(channel, by, mode=mode)

    def set_language(self, channel: str, language: str | None, by: str) -> Channel:
        """Set the language of answers in a channel; None: that of each question.

        Raises:
            InvalidInput: answers are not written in this language.

        """
        if language is not None and language not in LANGUAGES:
            raise InvalidInput(f"{language!r} is no language of answers: choose {', '.join(LANGUAGES)}.")
        return self._set(channel, by, language=language)

    def set_staff(self, channel: str, staff: bool, by: str) -> Channel:
        """Set whether documents of staff may be quoted in a channel."""
        return self._set(channel, by, staff=staff)

    def _set(self, channel: str, by: str, **values: object) -> Channel:
        """Set one thing, and leave the others as somebody else may set them in this very moment."""
        change = slack_channels.update().where(slack_channels.c.channel == channel).values(**values, by=by, at=now())
        while True:
            with self._engine.begin() as connection:
                if connection.execute(change).rowcount:
                    break
            begun = {"channel": channel, "mode": "tagged", "language": None, "staff": False, "by": by, "at": now()}
            with suppress(IntegrityError), self._engine.begin() as connection:
                connection.execute(slack_channels.insert(), [begun])
        return self.get(channel)
