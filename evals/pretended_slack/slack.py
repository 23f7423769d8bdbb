"""The pretended Slack as a whole: what people do in it, what stands there, and what goes wrong on demand."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from evals.pretended_slack import payloads
from evals.pretended_slack.delivery import Delivery, Postman
from evals.pretended_slack.hooks import hook_for, respond
from evals.pretended_slack.server import Server
from evals.pretended_slack.troubles import Trouble
from evals.pretended_slack.views import after_submission
from evals.pretended_slack.workspace import (
    BOT_USER,
    Call,
    Channel,
    Message,
    Person,
    populated,
)

_TRIGGER = 3.0  # seconds for which a trigger id opens a view
SCOPES = (
    "app_mentions:read assistant:write channels:history channels:read chat:write commands groups:history groups:read "
    "im:history im:read im:write reactions:write team:read users:read"
)


class PretendedSlack:
    """A workspace with an app in it; `url` is where its Web API is.

    From the start there are the channels C0GENERAL, C0STAFF (private), C0SHARED (with another organisation) and
    C0OTHER, and the people U0ANNA and U0BERT, U0GUEST (a guest) and U0ELSE (of the other organisation).
    """

    bot_token = "xoxb-0000-pretended"  # noqa: S105 -- of this server only
    app_token = "xapp-0000-pretended"  # noqa: S105 -- of this server only
    signing_secret = "pretended-signing-secret"  # noqa: S105 -- of this server only
    bot_user = BOT_USER

    def __init__(self) -> None:
        self.workspace = populated()
        self.server = Server(self.workspace, self.bot_token, self.app_token, set(SCOPES.split()))
        self.postman = Postman(self.server, self.signing_secret)
        self.trigger_seconds = _TRIGGER
        self.server.start()

    def close(self) -> None:
        """Stop."""
        self.postman.close()
        self.server.close()

    @property
    def url(self) -> str:
        """Where the Web API is, for `ASSISTANT_SLACK_API_URL`."""
        return f"http://127.0.0.1:{self.server.port}/api/"

    @property
    def request_url(self) -> str:
        """Where the app takes events over HTTP; empty: over the WebSocket."""
        return self.postman.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.postman.request_url = url

    @property
    def scopes(self) -> set[str]:
        """The scopes that the app has; take some away to see it refused."""
        return self.server.scopes

    def add_channel(self, identity: str, name: str, **how: Any) -> Channel:
        """Add a channel; `how` are the other fields of `Channel`."""
        return self.workspace.channels.setdefault(identity, Channel(identity, name, **how))

    def add_person(self, identity: str, name: str, **how: Any) -> Person:
        """Add somebody; `how` are the other fields of `Person`."""
        return self.workspace.people.setdefault(identity, Person(identity, name, **how))

    def put(self, channel: str, user: str, text: str, thread: str | None = None) -> Message:
        """Let a message stand there without telling the app."""
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        blocks = [{"type": "rich_text", "elements": [section]}]
        with self.workspace.lock:
            made = Message(channel, self.workspace.ts(), user, text, blocks, thread)
            self.workspace.messages.append(made)
        return made

    def say(self, channel: str, user: str, text: str, thread: str | None = None) -> str:
        """Say something in a channel, and return its `ts`; the app hears of it, twice where it is mentioned."""
        message = self.put(channel, user, text, thread)
        where, who = self.workspace.channels[channel], self.workspace.people[user]
        if f"<@{BOT_USER}>" in text and where.kind != "im":
            self.event(payloads.mentioned(message, where, who))
        self.event(payloads.said(message, where, who))
        return message.ts

    def mention(self, channel: str, user: str, text: str, thread: str | None = None) -> str:
        """Say something to the app in a channel, and return its `ts`."""
        return self.say(channel, user, f"<@{BOT_USER}> {text}", thread)

    def direct(self, user: str, text: str, thread: str | None = None) -> str:
        """Say something to the app in the direct channel, and return its `ts`; `direct_channel` is where."""
        return self.say(self.direct_channel(user), user, text, thread)

    def direct_channel(self, user: str) -> str:
        """Return the id of the channel in which a person and the app talk."""
        return self.workspace.direct(user).id

    def edit(self, channel: str, ts: str, text: str) -> Delivery:
        """Change what a person said."""
        message = self.message(channel, ts)
        before = message.as_json()
        message.text = text
        return self.event(payloads.changed(self.workspace, message, before, self.workspace.channels[channel]))

    def delete(self, channel: str, ts: str) -> Delivery:
        """Delete what a person said."""
        message = self.message(channel, ts)
        with self.workspace.lock:
            self.workspace.messages.remove(message)
        return self.event(payloads.deleted(self.workspace, message, self.workspace.channels[channel]))

    def event(self, event: dict[str, Any], *, event_id: str = "", retry: int = 0, **envelope: Any) -> Delivery:
        """Deliver any event; the same `event_id` once more is a duplicate. `envelope` overrides fields around it."""
        return self.postman.event(payloads.envelope(self.workspace, event, event_id) | envelope, retry=retry)

    def open_home(self, user: str, tab: str = "home") -> Delivery:
        """Let a person open the app's tab `home` or `messages`."""
        event = {"type": "app_home_opened", "user": user, "channel": self.direct_channel(user), "tab": tab}
        known = self.workspace.homes.get(user)
        return self.event(event | ({"view": known} if known and tab == "home" else {}))

    def command(self, name: str, text: str, *, user: str = "U0ANNA", channel: str = "C0GENERAL") -> Delivery:
        """Let a person use a slash command."""
        where, who = self.workspace.channels[channel], self.workspace.people[user]
        url = self._response_url(channel, user)
        given = payloads.command(name, text, where, who, response_url=url, trigger_id=self._trigger(user))
        done = self.postman.interaction(given, "slash_commands")
        if done.ok and done.body:  # shown to the person alone, unless it says otherwise
            told = done.body if isinstance(done.body, dict) else {"text": done.body}
            with self.workspace.lock:
                done.statuses.append(respond(self.workspace, url.rpartition("/")[2], told)[0])
        return done

    def shortcut(self, callback_id: str, channel: str = "", ts: str = "", *, user: str = "U0ANNA") -> Delivery:
        """Let a person use a shortcut, on a message where one is named."""
        more: dict[str, Any] = {"callback_id": callback_id, "action_ts": self.workspace.ts()}
        kind = "shortcut"
        if ts:
            message, where = self.message(channel, ts), self.workspace.channels[channel]
            more |= {"message_ts": ts, "message": message.as_json(), "channel": {"id": channel, "name": where.name}}
            more["response_url"] = self._response_url(channel, user)
            kind = "message_action"
        who = self.workspace.people[user]
        return self.postman.interaction(payloads.interaction(kind, who, self._trigger(user), **more))

    def click(
        self, channel: str, ts: str, action_id: str, *, user: str = "U0ANNA", value: str | None = None
    ) -> Delivery:
        """Use what is in a message; `value` is an option's, or `positive` or `negative` for feedback.

        Raises:
            KeyError: nothing there has that action id, or no such choice.

        """
        message, where = self.message(channel, ts), self.workspace.channels[channel]
        used = payloads.used(message.blocks, action_id, value, self.workspace.ts())
        more = payloads.in_message(message, where) | {"response_url": self._response_url(channel, user, ts)}
        who = self.workspace.people[user]
        given = payloads.interaction("block_actions", who, self._trigger(user), actions=[used], **more)
        return self.postman.interaction(given)

    def click_view(
        self, view: dict[str, Any], action_id: str, *, user: str = "U0ANNA", value: str | None = None, **answers: Any
    ) -> Delivery:
        """Use what is in a modal or on the Home tab; `answers` are the inputs that stand filled in, by their ids."""
        used = payloads.used(view["blocks"], action_id, value, self.workspace.ts())
        shown = view | {"state": payloads.state(view["blocks"], answers)}
        more = {"container": {"type": "view", "view_id": view["id"]}, "view": shown, "actions": [used]}
        who = self.workspace.people[user]
        return self.postman.interaction(payloads.interaction("block_actions", who, self._trigger(user), **more))

    def submit(self, view: dict[str, Any], answers: dict[str, Any] | None = None, *, user: str = "U0ANNA") -> Delivery:
        """Submit a modal; `answers` by block id or action id; what is not answered keeps what it began with.

        The answer's `body` holds `response_action` and `errors` where the app refuses.
        """
        shown = view | {"state": payloads.state(view["blocks"], answers or {})}
        who = self.workspace.people[user]
        given = payloads.interaction("view_submission", who, self._trigger(user), view=shown, response_urls=[])
        done = self.postman.interaction(given)
        if done.ok:
            after_submission(self.workspace, view, done.body if isinstance(done.body, dict) else {})
        return done

    def close_view(self, view: dict[str, Any], *, user: str = "U0ANNA") -> Delivery | None:
        """Close a modal; the app hears of it where it asked to."""
        self.workspace.views.pop(view["id"], None)
        if not view["notify_on_close"]:
            return None
        who = self.workspace.people[user]
        given = payloads.interaction("view_closed", who, self._trigger(user), view=view, is_cleared=False)
        return self.postman.interaction(given)

    def message(self, channel: str, ts: str) -> Message:
        """Return a message.

        Raises:
            LookupError: it does not stand there.

        """
        found = self.workspace.find(channel, ts)
        if found is None:
            raise LookupError(f"No message {ts} stands in {channel}.")
        return found

    def messages(self, channel: str, *, ours: bool = False) -> list[Message]:
        """Return what everybody sees in a channel and its threads, oldest first; `ours`: what the app posted."""
        with self.workspace.lock:
            there = [m for m in self.workspace.messages if m.channel == channel and m.seen_by is None]
        return [m for m in there if m.ours or not ours]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return what the app posted in the thread of a message."""
        return [m for m in self.messages(channel, ours=True) if m.thread_ts == ts]

    def ephemerals(self, channel: str, user: str) -> list[Message]:
        """Return what only that person sees in a channel."""
        with self.workspace.lock:
            return [m for m in self.workspace.messages if m.channel == channel and m.seen_by == user]

    def modal(self, user: str = "U0ANNA") -> dict[str, Any] | None:
        """Return the modal that a person has in front of them."""
        with self.workspace.lock:
            open_ones = [v for i, v in self.workspace.views.items() if self.workspace.viewers[i] == user]
        return open_ones[-1] if open_ones else None

    def home(self, user: str = "U0ANNA") -> dict[str, Any] | None:
        """Return what the Home tab shows a person."""
        return self.workspace.homes.get(user)

    def calls(self, method: str = "") -> list[Call]:
        """Return the calls of the Web API, of one method or of all, in order."""
        with self.workspace.lock:
            return [call for call in self.workspace.calls if method in ("", call.method)]

    def refusals(self) -> list[Call]:
        """Return the calls that were refused."""
        return [call for call in self.calls() if not call.answer.get("ok")]

    def wait(self, condition: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Return what the condition gives once that is true.

        Raises:
            TimeoutError: it does not become so in time; the message names the calls that were refused.

        """
        deadline = time.monotonic() + seconds
        while True:
            late = time.monotonic() > deadline
            if found := condition():
                return found
            if late:
                break
            time.sleep(0.01)
        called = dict(Counter(call.method for call in self.calls()))
        refused = [(call.method, call.answer) for call in self.refusals()[-5:]]
        raise TimeoutError(f"It did not happen in {seconds:.0f} s. Called: {called}. Refused last: {refused}.")

    def limit(self, method: str = "*", *, retry_after: int = 1, times: int = 1) -> None:
        """Answer the next calls with 429."""
        told = {"ok": False, "error": "ratelimited"}
        self.server.troubles.add(
            Trouble(method, times, status=429, answer=told, headers={"Retry-After": str(retry_after)})
        )

    def fail(self, method: str, error: str = "internal_error", *, times: int = 1, status: int = 200) -> None:
        """Refuse the next calls with an error of Slack's."""
        self.server.troubles.add(Trouble(method, times, status=status, answer={"ok": False, "error": error}))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Be late with the next calls, but do them."""
        self.server.troubles.add(Trouble(method, times, delay=seconds))

    def hold(self, method: str) -> threading.Event:
        """Do nothing of the next call until the event that is returned is set."""
        until = threading.Event()
        self.server.troubles.add(Trouble(method, 1, until=until))
        return until

    def drop(self, method: str, *, times: int = 1, done: bool = False) -> None:
        """Close the connection on the next calls; `done`: after doing what was asked, which the app cannot know."""
        self.server.troubles.add(Trouble(method, times, drop=True, done=done))

    def down(self) -> None:
        """Answer nothing any more."""
        self.server.troubles.down = True

    def up(self) -> None:
        """Answer everything again."""
        self.server.troubles.clear()

    def revoke(self) -> None:
        """Take back the app's token."""
        self.server.revoked = True

    @property
    def connected(self) -> bool:
        """Whether the app is connected over the WebSocket."""
        return self.server.sockets.connected

    @property
    def acknowledgements(self) -> list[dict[str, Any]]:
        """What the app acknowledged over the WebSocket."""
        return list(self.server.sockets.acknowledgements)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open another WebSocket."""
        self.server.run(self.server.sockets.disconnect(reason)).result(30)

    def hang_up(self) -> None:
        """Close the WebSocket without a word."""
        self.server.run(self.server.sockets.close()).result(30)

    def _trigger(self, user: str) -> str:
        with self.workspace.lock:
            made = f"{self.workspace.ts()}.{self.workspace.new_id('t')}"
            self.workspace.triggers[made] = (user, time.monotonic() + self.trigger_seconds)
        return made

    def _response_url(self, channel: str, user: str, ts: str | None = None) -> str:
        with self.workspace.lock:
            hook = hook_for(self.workspace, channel, user, ts)
        return f"http://127.0.0.1:{self.server.port}/hooks/{hook}"
