"""Keys of programs: `Authorization: Bearer …` (RFC 6750), where the settings list any."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.errors import NotSignedIn

_BEARER = HTTPBearer(
    auto_error=False, description="One of `ASSISTANT_API_KEYS`; where that setting is empty, nobody needs a key."
)


class InvalidKey(NotSignedIn):
    """No key, or none that is known here."""

    slug = "invalid-api-key"
    title = "Key needed"

    def __init__(self, message: str, challenge: str) -> None:
        super().__init__(message)
        self.headers = {"WWW-Authenticate": challenge}


def require_key(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
    """Let a request through that carries a key of the settings, or any where they list none.

    Raises:
        InvalidKey: it carries none, or another.

    """
    keys: tuple[str, ...] = request.app.state.settings.api_keys
    if not keys:
        return
    if given is None:
        raise InvalidKey("A key is needed here: send it as 'Authorization: Bearer …'.", 'Bearer realm="assistant"')
    if not is_one_of(given.credentials, keys):
        challenge = 'Bearer realm="assistant", error="invalid_token"'
        raise InvalidKey("This key is not known here: ask whoever runs this assistant for one.", challenge)


def is_one_of(given: str, keys: Iterable[str]) -> bool:
    """Whether a key as it stood in a header is one of `keys`; every one is compared, in a time that tells nothing."""
    sent = given.encode("latin-1", "replace")  # as the server decoded the header
    return sum(hmac.compare_digest(sent, key.encode()) for key in keys) > 0
