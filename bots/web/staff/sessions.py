"""Who is staff: links that sign one person in, once, and the sessions that they open.

A token has 256 random bits, so that nobody guesses one; the database holds SHA-256 hashes only, so that nobody signs in
by reading it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select

from assistant.clock import now, utc
from assistant.index.schema import sign_in_links, staff_sessions

LINK_LASTS = timedelta(hours=1)
SESSION_LASTS = timedelta(hours=12)
_BYTES = 32


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in: the name for colleagues, the role for askers, and what their forms must carry."""

    name: str
    role: str
    form_token: str


class Sessions:
    """Sign-in links and sessions in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def new_link(self) -> str:
        """Return the token of a new link; what has expired is forgotten."""
        token = secrets.token_urlsafe(_BYTES)
        row = {"hash": _hash(token), "expires_at": now() + LINK_LASTS}
        with self._engine.begin() as connection:
            for table in (sign_in_links, staff_sessions):
                connection.execute(table.delete().where(table.c.expires_at < now()))
            connection.execute(sign_in_links.insert(), [row])
        return token

    def opens(self, token: str) -> bool:
        """Whether a link would sign somebody in; asking does not use it up, since programs preview links."""
        query = select(sign_in_links).where(sign_in_links.c.hash == _hash(token))
        with self._engine.connect() as connection:
            link = connection.execute(query).first()
        return link is not None and link.used_at is None and utc(link.expires_at) > now()

    def sign_in(self, token: str, name: str, role: str) -> str | None:
        """Use a link up and return the token of a new session; None where the link is used, too old or none of ours."""
        links, moment = sign_in_links, now()
        unused = (links.c.hash == _hash(token)) & links.c.used_at.is_(None) & (links.c.expires_at > moment)
        session = secrets.token_urlsafe(_BYTES)
        row = {
            "hash": _hash(session),
            "name": name,
            "role": role,
            "created_at": moment,
            "expires_at": moment + SESSION_LASTS,
        }
        with self._engine.begin() as connection:
            # One statement, so that of two who send the same link at once only one finds it unused.
            if connection.execute(links.update().where(unused).values(used_at=moment)).rowcount != 1:
                return None
            connection.execute(staff_sessions.insert(), [row])
        return session

    def who(self, session: str) -> Staff | None:
        """Return who a session belongs to, or None where it ended or never was."""
        query = select(staff_sessions).where(staff_sessions.c.hash == _hash(session))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None or utc(row.expires_at) <= now():
            return None
        return Staff(row.name, row.role, _form_token(session))

    def sign_out(self, session: str) -> None:
        """End a session."""
        with self._engine.begin() as connection:
            connection.execute(staff_sessions.delete().where(staff_sessions.c.hash == _hash(session)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _form_token(session: str) -> str:
    """Derive what the forms of a session carry; from it nobody gets back to the session."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()
