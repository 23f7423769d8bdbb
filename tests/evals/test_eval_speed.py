"""The benchmark: it measures a real server, says what went wrong, and leaves no process behind."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest

from assistant.errors import AssistantError
from evals import speed

PRETENDER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def reply(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"{}")
    do_GET = do_POST = reply
if sys.argv[1] == "serve":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler)
    print(f"Serving on http://127.0.0.1:{server.server_port} (Ctrl-C stops)", flush=True)
    server.serve_forever()
"""


@pytest.fixture
def pretender(tmp_path, monkeypatch, tiny_settings):
    script = tmp_path / "pretender.py"
    script.write_text(PRETENDER, encoding="utf-8")
    monkeypatch.setattr(speed, "installed_command", lambda: [sys.executable, str(script)])
    monkeypatch.setattr(speed, "load", lambda: tiny_settings)
    return script


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_figures_of_a_server_started_for_it(pretender, capsys):
    assert speed.main(["-n", "5", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == set(speed._LABELS)
    assert figures["embed_ms"] > 0
    assert figures["embedded_per_s"] > 1
    assert figures["questions"] == 5
    assert 0 < figures["median_ms"] <= figures["p95_ms"]


def test_server_is_stopped_in_every_case(pretender):
    with pytest.raises(KeyboardInterrupt), speed.server(speed.installed_command(), os.environ) as (_, process, _):
        raise KeyboardInterrupt
    assert gone(process.pid)


def test_server_that_dies_is_quoted_at_once(monkeypatch):
    started = time.monotonic()
    with (
        pytest.raises(AssistantError, match="no index yet"),
        speed.server([sys.executable, "-c", "raise SystemExit('no index yet')"], os.environ),
    ):
        pass
    assert time.monotonic() - started < speed._READY / 2


def test_answers_of_the_benchmark_go_to_a_copy(tiny_settings, tmp_path):
    env = speed.apart(tiny_settings, tmp_path)
    assert env == {"ASSISTANT_VAR_DIR": str(tmp_path), "ASSISTANT_MODEL_DIR": str(tiny_settings.model_dir)}
    assert (tmp_path / "assistant.db").stat().st_size > 0
    assert (tmp_path / "chroma").is_dir()


@pytest.mark.parametrize("arguments", [["-n", "0"], ["-n", "100000"], ["-n", "3", "--url", "http://127.0.0.1:9"]])
def test_what_cannot_be_measured_is_one_sentence(arguments, capsys):
    assert speed.main(arguments) == 1
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.splitlines()) == 1


def test_memory_of_a_process_that_is_gone_is_unknown():
    assert speed.resident(2**22 + 1) is None
