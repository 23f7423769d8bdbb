"""The widget's benchmark: a pretended widget with known faults is measured as what it is."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.errors import AssistantError
from evals import speed, visit, widget
from evals.visit import chromium
from evals.widget import other_site, visited

WIDGET = """
customElements.define("interreg-assistant", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    this.style = "position: fixed; right: 0; bottom: 0";
    root.innerHTML = '<button id="open">Ask</button><div id="log"></div><textarea id="question"></textarea>';
    root.querySelector("#question").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const draft = document.createElement("article");
      draft.className = "answer draft";
      draft.innerHTML = '<p class="thinking">Searching</p><p class="text"></p>';
      root.querySelector("#log").append(draft);
      setTimeout(() => draft.querySelector(".text").append("A private company cannot"), 200);
      setTimeout(() => { draft.className = "answer"; }, 300);
    });
  }
});
addEventListener("DOMContentLoaded", () => {
  document.body.append(document.createElement("interreg-assistant"));
  FAULT
});
"""
FAULTS = {
    "layout_shift": 'setTimeout(() => document.body.prepend(Object.assign(document.createElement("div"), '
    '{ style: "height: 300px" })), 200)',
    "console_errors": 'console.error("a deprecated thing")',
    "third_party_requests": 'new Image().src = "http://127.0.0.1:9/pixel.png"',
    "cookies": 'document.cookie = "who=you"',
}


@pytest.fixture
def pretender() -> Iterator[Callable[[str], str]]:
    """Serve a widget, and return its address."""
    servers = []

    def serve(script: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/javascript")
                self.send_header("Content-Length", str(len(script)))
                self.end_headers()
                self.wfile.write(script.encode())

            def log_message(self, *_: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def figures(pretender, monkeypatch) -> Callable[[str], dict]:
    monkeypatch.setattr(widget, "_LOADS", 1)

    def measure(fault: str = "", script: str = WIDGET) -> dict:
        script = script.replace("FAULT", fault)
        with chromium() as browser, other_site() as site:
            address = pretender(script)
            site.embeds(address)
            return {"bytes": len(script), **visited(browser, site.origin, address, ["Eén?", "Twee?"])}

    return measure


def test_widget_without_faults_has_none(figures):
    found = figures()
    assert set(found) == {"bytes", *widget._LABELS}
    assert [found[name] for name in FAULTS] == [0, 0, 0, 0]
    assert (found["files"], found["kb"]) == (1, round(found["bytes"] / 1000, 1))
    assert found["button_ms"] < 20_000
    assert found["questions"] == 2
    assert 200 <= found["words_median_ms"] <= found["words_p95_ms"] < 20_000


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_seen(figures, fault):
    found = figures(FAULTS[fault])
    assert found[fault] > 0
    assert all(found[other] == 0 for other in FAULTS if other not in {fault, "console_errors"})
    assert fault != "console_errors" or found["complaints"] == ["a deprecated thing"]


def test_page_without_a_widget_is_one_sentence(figures, monkeypatch):
    monkeypatch.setattr(visit, "_WAIT", 10_000)
    with pytest.raises(AssistantError, match=r"^The widget shows no button within .* The browser says: nothing here$"):
        figures(script='console.error("nothing here")')


@pytest.mark.parametrize(
    ("missing", "fix"), [("chromium", "apt-get install chromium"), ("playwright", "pip install -e '.[test]'")]
)
def test_what_is_missing_is_one_sentence_with_the_fix(monkeypatch, capsys, tiny_settings, missing, fix):
    monkeypatch.setattr(speed, "installed_command", lambda: [sys.executable])
    if missing == "chromium":
        monkeypatch.setattr(shutil, "which", lambda _name: None)
    else:
        monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert widget.main(["--json"]) == 1
    said = capsys.readouterr()
    assert not said.out
    assert fix in said.err
    assert len(said.err.splitlines()) == 1


def test_figures_are_one_json_object_or_a_table(monkeypatch, capsys):
    values = dict.fromkeys(widget._LABELS, 7)
    monkeypatch.setattr(widget, "measure", lambda: values)
    assert widget.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == values
    assert widget.main([]) == 0
    assert "(aim: at most 150)" in capsys.readouterr().out
