"""The real server as a process of its own, that can be killed and started again on the same address and data."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

import httpx
from fake_slack import PretendedSlack

from assistant.settings import Settings
from evals.slack import environment

COMMAND = [sys.executable, "-c", "from bots.terminal import main; main()"]


def variables(settings: Settings, slack: PretendedSlack) -> dict[str, str]:
    """The environment that makes these settings."""
    folders = {
        "ASSISTANT_CORPUS_DIR": str(settings.corpus_dir),
        "ASSISTANT_VAR_DIR": str(settings.var_dir),
        "ASSISTANT_MODEL_DIR": str(settings.model_dir),
        "ASSISTANT_CONTACT_NAME": "VLAIO",
    }
    return os.environ | folders | environment(slack)


def held_port() -> socket.socket:
    """A free port that nobody else is given while the socket is open; a server may listen on it all the same."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


@dataclass
class Process:
    """`assistant serve`, with the pretended Slack delivering to it."""

    settings: Settings
    slack: PretendedSlack
    held: socket.socket = field(default_factory=held_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.held.getsockname()[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = [*COMMAND, "serve", "--port", str(self.port)]
        env = variables(self.settings, self.slack)
        with (self.settings.var_dir / "serve.log").open("ab") as said:
            self.running = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self.slack.request_url = f"{self.address}/slack/events"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.running.poll() is None:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"The server did not get ready: {self.words()}")

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.running is not None:
            self.running.kill()
            self.running.wait(60)

    def close(self) -> None:
        self.kill()
        self.held.close()

    def restart(self) -> None:
        self.kill()
        self.start()

    def words(self) -> str:
        return (self.settings.var_dir / "serve.log").read_text(encoding="utf-8", errors="replace")[-2000:]
