"""How Slack hands on what happens: signed over HTTP or enveloped over the WebSocket, and again when nobody listens."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from evals.pretended_slack.server import Server

_PATIENCE = 3.0  # seconds that Slack waits for a 2xx
Payload = dict[str, Any]


@dataclass
class Delivery:
    """What came of handing something on: the status of each try (0: no answer), and the last answer's body."""

    statuses: list[int] = field(default_factory=list)
    body: Any = None
    seconds: float = 0.0  # until the last answer

    @property
    def ok(self) -> bool:
        """Whether it was taken."""
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    """Return the headers that Slack signs a request with (v0, HMAC-SHA256; https://docs.slack.dev/authentication)."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class Postman:
    """Hands on to `request_url`, or over the WebSocket where that is empty."""

    def __init__(self, server: Server, secret: str) -> None:
        self.request_url = ""
        self.retry_pauses: tuple[float, ...] = (0.1, 0.5, 1.0)  # Slack: about at once, a minute, five minutes
        self._server, self._secret = server, secret
        # A server closes what was idle for 5 s: at that age a connection may end while a delivery goes out over it.
        limits = httpx.Limits(max_connections=None, keepalive_expiry=1.0)
        self._client = httpx.Client(timeout=_PATIENCE, trust_env=False, limits=limits)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def event(self, envelope: Payload, *, retry: int = 0, reason: str = "http_timeout") -> Delivery:
        """Deliver an event; again until it is taken, three times at most. `retry` is the number of the first try."""
        done, start = Delivery(), time.perf_counter()
        for number in range(retry, retry + len(self.retry_pauses) + 1):
            if number > retry:
                time.sleep(self.retry_pauses[number - retry - 1])
            self._once(done, "events_api", envelope, number, reason)
            done.seconds = time.perf_counter() - start
            if done.ok:
                break
            reason = "http_error" if done.statuses[-1] else "http_timeout"
        return done

    def interaction(self, payload: Payload, kind: str = "interactive") -> Delivery:
        """Deliver a click, a view or a command: once, since a person waits for it."""
        done, start = Delivery(), time.perf_counter()
        self._once(done, kind, payload, 0, "")
        done.seconds = time.perf_counter() - start
        return done

    def _once(self, done: Delivery, kind: str, payload: Payload, retry: int, reason: str) -> None:
        if self.request_url:
            self._over_http(done, kind, payload, retry, reason)
        else:
            self._over_socket(done, kind, payload, retry, reason)

    def _over_http(self, done: Delivery, kind: str, payload: Payload, retry: int, reason: str) -> None:
        if kind == "events_api":
            body, media = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, media = urlencode(form), "application/x-www-form-urlencoded"
        headers = signed(self._secret, body) | {"Content-Type": media}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        try:
            answer = self._client.post(self.request_url, content=body.encode(), headers=headers)
        except httpx.HTTPError:
            done.statuses.append(0)
            return
        done.statuses.append(answer.status_code)
        done.body = _read(answer)

    def _over_socket(self, done: Delivery, kind: str, payload: Payload, retry: int, reason: str) -> None:
        envelope: Payload = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason if retry else ""}
        said = self._server.run(self._server.sockets.send(envelope, _PATIENCE)).result(_PATIENCE + 5)
        done.statuses.append(200 if said else 0)
        done.body = (said or {}).get("payload", "")


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
