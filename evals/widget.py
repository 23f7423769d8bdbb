"""What the widget costs a page that embeds it: `python -m evals.widget [--json]`.

Chromium opens a page of another site that embeds it. Measured are what is loaded, when the button is painted, what
moves on the page, and the time from Enter to the first words of an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from assistant.errors import AssistantError
from assistant.settings import load
from evals import speed
from evals.visit import Visit, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_COMPLAINTS = 5  # different ones that are shown
_LOADS = 25  # times that the page is opened in a browser that knows nothing yet

QUESTIONS = """
Kan een vzw meedoen als partner?
Hoeveel betaalt het programma terug aan een provincie?
Hoe lang loopt een project?
Welke landen horen bij het programmagebied?
Waar kan ik een goede praktijk indienen?
Wie controleert de kosten van een Vlaamse partner?
Wat is een beleidsinstrument?
Hoe vind ik partners in een ander land?
Zijn reiskosten van belanghebbenden te betalen uit het project?
Wat doet het gezamenlijk secretariaat?
Moet er een affiche hangen?
Krijgt een Noorse partner geld?
Wat is een peer review van het platform?
Hoeveel regio's zitten er best in een project?
Kan ik klacht indienen tegen een beslissing?
Can a chamber of commerce be a partner?
How much of its own money does a city have to find?
What happens in the last year of a project?
Does Switzerland take part?
Who reads our progress report?
When may we test something in a pilot action?
What can the policy helpdesk do for me?
How are applications assessed?
What does the programme pay for preparation costs?
Can we move money between two partners?
Which topics may a project be about?
Is a website needed for every project?
Who can lead a project?
What is the total budget of the programme?
How is state aid dealt with?
""".strip().splitlines()

_PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Host</title>
<style>* {{ margin: 1px 3px; font: 17px serif; color: maroon }} header {{ background: gold }}</style>
<script src="{address}/widget.js" data-variant="button"></script></head>
<body><header><h1>Another site</h1></header><main>{text}</main><footer><p>The end.</p></footer></body></html>"""


def measure(questions: Sequence[str] = QUESTIONS) -> dict[str, Any]:
    """Return the figures, over a server with a copy of the index that is started for this and stopped after it.

    Raises:
        AssistantError: Playwright or chromium is missing, the server does not start, or the widget does not show up.

    """
    command = speed.installed_command()
    with tempfile.TemporaryDirectory(prefix="assistant-widget-") as folder, chromium() as browser, other_site() as site:
        apart = speed.apart(load(), Path(folder))
        env = {**os.environ, **apart, "ASSISTANT_ALLOWED_SITES": site.origin}
        with speed.server(command, env) as (address, _, _):
            site.embeds(address)
            return visited(browser, site.origin, address, questions)


def visited(browser: Browser, host: str, address: str, questions: Sequence[str]) -> dict[str, Any]:
    """Return the figures of the page at `host`, which embeds the widget of `address`: loads, and a conversation."""
    buttons, shifts, strangers = [], [], 0
    errors: list[str] = []
    for number in range(_LOADS):
        with browser.new_context(locale="nl-BE") as context:
            visit = Visit(context.new_page(), host, address)
            buttons.append(visit.button())
            if number == _LOADS - 1:
                closed = visit.loaded()
                visit.page.locator("#open").click()
                words = [visit.first_words(question) for question in questions]
                files, cookies = visit.loaded(), len(context.cookies())
            shifts.append(float(visit.page.evaluate("probe.shift")))
            errors += visit.errors
            strangers += len(visit.third_parties())
    median, p95 = np.percentile(words, [50, 95])
    return {
        "files": len(files),
        "kb": round(sum(files) / 1000, 1),
        "kb_closed": round(sum(closed) / 1000, 1),
        "button_ms": round(float(np.median(buttons)), 1),
        "layout_shift": round(max(shifts), 4),
        "questions": len(words),
        "words_median_ms": round(float(median), 1),
        "words_p95_ms": round(float(p95), 1),
        "console_errors": len(errors),
        "third_party_requests": strangers,
        "cookies": cookies,
        "complaints": [*dict.fromkeys(errors)][:_COMPLAINTS],
    }


class Site(ThreadingHTTPServer):
    """A web site under another name than the assistant's, with one page."""

    daemon_threads = True
    page = b""

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://localhost:{self.server_address[1]}"

    def embeds(self, address: str) -> None:
        """Embed the widget of a server in the page."""
        text = "".join(f"<h2>Part {n}</h2><p>{'Lorem ipsum dolor sit amet. ' * 20}</p>" for n in range(12))
        self.page = _PAGE.format(address=address, text=text).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Serve the page at `/`, and nothing elsewhere."""
        page = self.server.page if self.path == "/" else b""
        self.send_response(200 if page else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Keep the terminal for the figures."""


@contextmanager
def other_site() -> Iterator[Site]:
    """Serve the other site on a free port."""
    with Site(("127.0.0.1", 0), _Handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            site.shutdown()


_LABELS = {
    "files": ("files that the widget loads", None),
    "kb": ("  over the wire (kB)", "at most 30"),
    "kb_closed": ("  of those, before anybody opens it (kB)", None),
    "button_ms": (f"load event to painted button, median of {_LOADS} (ms)", "at most 100"),
    "layout_shift": ("layout shift of the page that embeds it", "0"),
    "questions": ("questions, one conversation", None),
    "words_median_ms": ("  Enter to first words, median (ms)", "at most 150"),
    "words_p95_ms": ("  95th percentile (ms)", None),
    "console_errors": ("errors in the console", "0"),
    "third_party_requests": ("requests to third parties", "0"),
    "cookies": ("cookies", "0"),
    "complaints": ("what the browser complained about", None),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.widget", description="Measure what the widget costs a page.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    # Ended from outside, this still has children to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        figures = measure()
    except AssistantError as error:
        Console(stderr=True, highlight=False).print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    console = Console(highlight=False)
    if given.json:
        console.print(json.dumps(figures), soft_wrap=True, markup=False)
        return 0
    for name, value in figures.items():
        label, aim = _LABELS[name]
        console.print(f"{label:48} {value!s:8}" + (f" (aim: {aim})" if aim else ""), markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
