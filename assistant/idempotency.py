"""Questions that come with a key are answered once, however often and through whichever process they come.

The key is what the HTTP interface calls `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.exc import IntegrityError

from assistant.answer import Answer
from assistant.clock import now, utc
from assistant.errors import InvalidInput
from assistant.index.schema import requests

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_KEPT = timedelta(days=1)
_PATIENCE = 60.0  # seconds until whoever is at it is taken to be dead
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.25  # seconds between two looks


def fingerprint(*what: object) -> str:
    """Return the SHA-256, in hexadecimal, of everything that makes two requests the same one."""
    return hashlib.sha256(json.dumps(what, ensure_ascii=True).encode()).hexdigest()


class Requests:
    """The keys that were used, in the database, for doors in any number of processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def once(self, key: str, fingerprint: str, make: Callable[[], Answer], read: Callable[[str], Answer]) -> Answer:
        """Return the answer to a request: made the first time, read again after that.

        Whoever comes while the first is still at it waits, and takes over where that takes over 60 seconds. Where the
        first fails, the next one tries again. Keys are forgotten after a day.

        Raises:
            InvalidInput: the key is not 8 to 64 letters, digits, `-` and `_`, or was used for another request.

        """
        if not _KEY.fullmatch(key):
            raise InvalidInput("The Idempotency-Key has to be 8 to 64 letters, digits, hyphens and underscores.")
        pause = _FIRST_PAUSE
        while True:
            began = self._begin(key, fingerprint)
            if began is not None:
                return self._make(key, began, make, read)
            found = self._find(key)
            if found is None:  # the first has failed just now
                continue
            if found["fingerprint"] != fingerprint:
                raise InvalidInput(
                    "This Idempotency-Key was used for another question: give every new question a new key."
                )
            if found["answer_id"] is not None:
                return read(found["answer_id"])
            began = self._taken_over(found)
            if began is not None:
                return self._make(key, began, make, read)
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def forget(self) -> None:
        """Remove the keys that are older than a day."""
        with self._engine.begin() as connection:
            forget(connection, now())

    def _begin(self, key: str, fingerprint: str) -> datetime | None:
        """Take a key that is free, and return when; None where it is in use."""
        at = now()
        row = {"key": key, "fingerprint": fingerprint, "answer_id": None, "created_at": at}
        stale = requests.delete().where(requests.c.key == key, requests.c.created_at < at - _KEPT)
        try:
            with self._engine.begin() as connection:
                connection.execute(stale)
                connection.execute(requests.insert(), [row])
        except IntegrityError:
            return None
        return at

    def _find(self, key: str) -> RowMapping | None:
        with self._engine.connect() as connection:
            return connection.execute(select(requests).where(requests.c.key == key)).mappings().first()

    def _taken_over(self, found: RowMapping) -> datetime | None:
        """Take a key from whoever died at it, and return when; one of those who wait gets it."""
        at = now()
        began = utc(found["created_at"])
        if (at - began).total_seconds() < _PATIENCE:
            return None
        same = (requests.c.key == found["key"]) & (requests.c.created_at == began)
        change = requests.update().where(same, requests.c.answer_id.is_(None)).values(created_at=at)
        with self._engine.begin() as connection:
            return at if connection.execute(change).rowcount else None

    def _make(self, key: str, began: datetime, make: Callable[[], Answer], read: Callable[[str], Answer]) -> Answer:
        own = (requests.c.key == key) & requests.c.answer_id.is_(None)
        try:
            answer = make()
        except BaseException:
            with self._engine.begin() as connection:
                connection.execute(requests.delete().where(own, requests.c.created_at == began))
            raise
        try:
            with self._engine.begin() as connection:
                kept = connection.execute(requests.update().where(own).values(answer_id=answer.id)).rowcount
        except IntegrityError:  # the conversation was deleted just now, and the answer with it
            with self._engine.begin() as connection:
                connection.execute(requests.delete().where(own))
            return answer
        found = None if kept else self._find(key)
        # Whoever was thought dead and was only slow gives the answer that the others have got.
        return read(found["answer_id"]) if found is not None and found["answer_id"] else answer


def forget(connection: Connection, at: datetime) -> None:
    """Remove the keys that were older than a day at a moment."""
    connection.execute(requests.delete().where(requests.c.created_at < at - _KEPT))
