"""`assistant serve`: its address, a port that is taken, and its end."""

from __future__ import annotations

import signal
import socket
import sys
import time

import httpx
import pytest

from assistant.errors import AssistantError
from bots.terminal.serve import address, listen


def test_serves_says_where_and_stops_quietly(start):
    process = start("serve", "--port", "0")
    line = process.stdout.readline()
    url = line.split()[2]
    assert line == f"Serving on {url} (Ctrl-C stops)\n"
    with httpx.Client(base_url=url, timeout=60) as visitor:
        assert visitor.get("/healthz").status_code == 200
        deadline = time.monotonic() + 60
        while visitor.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert visitor.post("/api/v1/ask", json={"question": "Can my company get funding?"}).json()["citations"]
        staff = process.stdout.readline()
        assert staff.startswith(f"Staff: {url}/staff/sign-in?token=")
        assert visitor.get(staff.split()[1]).status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_taken_port_is_one_sentence_before_anything_loads(run_without_index, taken, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = run_without_index("serve", "--port", str(taken))
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"Port {taken} on 127.0.0.1 is taken: stop what listens there, or choose another with --port.\n"
    )


def test_unknown_address_exits_two(run):
    result = run("serve", "--host", "no.such.host.invalid")
    assert result.exit_code == 2
    assert "--host" in result.stderr


def test_port_out_of_range_exits_two(run):
    assert run("serve", "--port", "70000").exit_code == 2


def test_address_of_an_ipv6_socket_has_brackets():
    try:
        listening = listen("::1", 0)
    except AssistantError:
        pytest.skip("this machine has no IPv6")
    with listening:
        assert address(listening).startswith("http://[::1]:")
