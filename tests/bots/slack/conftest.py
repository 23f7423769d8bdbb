"""The real Slack app, served over HTTP, and a pretended Slack around it, over a small real index."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from assistant.index.database import connect
from assistant.index.schema import conversations
from assistant.index.vectors import forget_clients
from assistant.service import Assistant
from assistant.settings import Settings
from bots.slack.app import create_slack, endpoint
from evals.pretended_slack import PretendedSlack
from ingest import kept

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

STAFF = "C0STAFF"


@dataclass
class Served:
    """The app on a port of its own; `stop` is an orderly end, after which another may be opened on the same data."""

    door: SlackDoor
    url: str = ""
    server: uvicorn.Server = field(init=False)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        config = uvicorn.Config(_application(self.door), port=0, log_level="warning", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 60
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.server.started
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}/slack/events"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive()


def _application(door: SlackDoor) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with door.running():
            yield

    return Starlette(routes=[Route("/slack/events", endpoint(door), methods=["POST"])], lifespan=lifespan)


@pytest.fixture(autouse=True)
def hurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for the pace of a channel or of a look around, but where that is what is tried."""
    if request.path.stem not in {"test_outbox", "test_burst", "test_reminders"}:
        monkeypatch.setattr("bots.slack.outbox._APART", timedelta(seconds=0.02))
        monkeypatch.setattr("bots.slack.handover._PAUSE", 0.1)
    # An ingest on a busy machine may take longer than a person is to wait for it.
    monkeypatch.setattr("bots.slack.publishing._PATIENCE", 60.0)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedSlack]:
    """A workspace of its own for every test; what people do in it reaches the app that `door` opened."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    made = PretendedSlack()
    yield made
    made.close()


def _copy_database(source: Path, target: Path) -> None:
    """Copy through SQLite: whoever reads the file itself ends, by closing it, all locks that this process has on it."""
    with (
        closing(sqlite3.connect(source / "assistant.db")) as before,
        closing(sqlite3.connect(target / "assistant.db")) as after,
    ):
        before.backup(after)


def _forget_conversations(var: Path) -> None:
    """Remove what other tests asked over the index that was copied."""
    engine = connect(f"sqlite:///{var / 'assistant.db'}")
    with engine.begin() as connection:
        connection.execute(conversations.delete())
    engine.dispose()


@pytest.fixture
def slack_settings(settings: Settings, slack: PretendedSlack, tmp_path: Path, one_model: None) -> Settings:
    """Settings over a copy of the small index, with the pretended Slack's address and tokens."""
    forget_clients()
    shutil.copytree(settings.var_dir, tmp_path / "var", ignore=shutil.ignore_patterns("assistant.db*"))
    _copy_database(settings.var_dir, tmp_path / "var")
    _forget_conversations(tmp_path / "var")
    values = {
        "var_dir": tmp_path / "var",
        "public_url": "https://assistant.example",
        "slack_bot_token": slack.bot_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.url,
        "slack_staff_channel": STAFF,
    }
    return settings.model_copy(update=values)


@pytest.fixture
def open_assistant() -> Callable[[Settings, Sequence[str]], Assistant]:
    def opened(settings: Settings, audiences: Sequence[str] = ("public",)) -> Assistant:
        return Assistant.open(settings, audiences=tuple(audiences))

    return opened


@pytest.fixture
def open_door(
    slack: PretendedSlack, open_assistant: Callable[[Settings, Sequence[str]], Assistant]
) -> Iterator[Callable[[Settings], Served]]:
    """Open the app over settings; each that is opened takes over what the pretended Slack delivers."""
    running: list[Served] = []

    def start(settings: Settings) -> Served:
        door = create_slack(settings, open_assistant, lambda: kept.publish(settings))
        door.public()
        served = Served(door)
        running.append(served)
        slack.request_url = served.url
        return served

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def served(open_door: Callable[[Settings], Served], slack_settings: Settings) -> Served:
    return open_door(slack_settings)


@pytest.fixture
def door(served: Served) -> SlackDoor:
    """The real app's door, served; what people do in `slack` reaches it."""
    return served.door


@pytest.fixture
def app_url(served: Served) -> str:
    """Where the app takes what Slack delivers."""
    return served.url
