"""Somebody else's web site: a real server on another origin, with ugly styles and a strict policy."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Everything that a global stylesheet could do to an element that it does not know.
HOSTILE_CSS = """
* { box-sizing: content-box !important; letter-spacing: .3em !important; text-transform: uppercase !important; }
* { font: italic 31px/3 "Courier New", monospace !important; color: #d0d !important; float: left !important; }
html { font-size: 31px; }
body { margin: 0; background: #ff9; }
div, section, article, p, ul, li, span, svg, button, form { display: block !important; padding: 17px !important; }
button, input, textarea, a { position: relative !important; visibility: hidden !important; width: 3px !important; }
:focus { outline: none !important; }
interreg-assistant { display: none !important; opacity: 0 !important; position: absolute !important; left: -9999px; }
[hidden] { display: block !important; }
"""
CALM_CSS = """
body { margin: 2rem; font: 18px/1.5 Georgia, serif; background: #fdfbf5; color: #222; }
h1 { color: #803; } .columns { display: flex; flex-wrap: wrap; gap: 2rem; }
.columns > * { flex: 1 1 12rem; min-width: 0; }
input { max-width: 8rem; }
"""
TEXT = """
<header><h1 id="host-title">Municipality of Elsewhere</h1>
<nav><a href="#a">News</a> <a href="#b">Contact</a></nav></header>
<main class="columns"><p id="host-text">Our town takes part in projects. <em>Read on.</em></p>
<form id="host-form"><label>Search <input id="host-search" name="q"></label><button>Go</button></form>
<ul><li>One</li><li>Two</li></ul></main>
"""


class ForeignSite:
    """A web site whose pages a test writes; `origin` is not that of the assistant."""

    def __init__(self) -> None:
        pages: dict[str, tuple[str, str, str]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body, policy = pages.get(self.path, ("text/plain", "", ""))
                self.send_response(200 if self.path in pages else 204)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._pages = pages
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        # Another host name too, so that it is another site to the browser, not only another origin.
        self.origin = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        for name, css in (("hostile", HOSTILE_CSS), ("calm", CALM_CSS)):
            pages[f"/{name}.css"] = ("text/css", css, "")

    def page(self, path: str, embed: str = "", *, css: str = "calm", policy: str = "", lang: str = "nl") -> str:
        """Put up a page with something embedded at its end, and return its address."""
        head = f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/{css}.css">'
        top = f'<!doctype html><html lang="{lang}"><head>{head}<title>Elsewhere</title></head>'
        self._pages[path] = ("text/html", f"{top}<body>{TEXT}{embed}</body></html>", policy)
        return self.origin + path

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(30)


def strict_policy(assistant: str) -> str:
    """Return a policy that lets in nothing but what the embed needs; no text of a script becomes code or markup."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {assistant}",
            f"connect-src {assistant}",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
