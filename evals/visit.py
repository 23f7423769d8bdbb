"""A visit to a page that embeds the widget, in chromium, with all that the browser asked for and complained about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

_WAIT = 20_000  # ms for one thing to happen in the browser
_READING = 300  # ms between an answer and the next question

# Chromium has no paint time for what is in a shadow tree: a task that is queued by an animation frame runs once that
# frame was painted. A layout shift whose source is in a shadow tree has no node: it is the widget's own.
_PROBE = """
window.probe = {
  button: null, shift: 0, enter: null, words: null, answers: 0,
  root: () => document.querySelector("interreg-assistant")?.shadowRoot,
  this_frame(told) {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { told(performance.now()); channel.port1.close(); };
    channel.port2.postMessage(null);
  },
  painted: (told) => requestAnimationFrame(() => probe.this_frame(told)),
  look() {
    if (probe.root()?.querySelector("#open")?.getBoundingClientRect().width) {
      probe.this_frame((at) => { probe.button = at; });
    } else requestAnimationFrame(probe.look);
  },
  told: () => probe.root().querySelectorAll("#log article.answer .text"),
  listen() {
    probe.enter = probe.words = null;
    probe.answers = probe.told().length;
    const watching = new MutationObserver(() => {
      const told = probe.told();
      if (told.length <= probe.answers || !told[told.length - 1].textContent.trim()) return;
      watching.disconnect();
      probe.painted((at) => { probe.words = at; });
    });
    watching.observe(probe.root(), { childList: true, subtree: true, characterData: true });
  },
};
requestAnimationFrame(probe.look);
addEventListener("keydown", (event) => { if (event.key === "Enter") probe.enter ??= event.timeStamp; }, true);
new PerformanceObserver((list) => {
  const ours = (node) => !node || node.localName === "interreg-assistant";
  for (const entry of list.getEntries()) if (!entry.sources.every(({ node }) => ours(node))) probe.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


class Visit:
    """A page of the other site, with all that the browser asked for and complained about."""

    def __init__(self, page: Page, host: str, address: str) -> None:
        self.page, self.address = page, address
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self._known = {urlsplit(host).netloc, urlsplit(address).netloc}
        page.set_default_timeout(_WAIT)
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 -- it marks what it is given
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(_PROBE)
        page.goto(host, wait_until="load")

    def button(self) -> float:
        """Return the milliseconds from the page's load event to the painted button, below 0 where it was earlier."""
        self._until("probe.button !== null", "shows no button")
        loaded = 'performance.getEntriesByType("navigation")[0].loadEventEnd'
        return float(self.page.evaluate(f"probe.button - {loaded}"))

    def first_words(self, question: str) -> float:
        """Ask a question, and return the milliseconds from Enter to the first words of its answer on the screen."""
        self.page.evaluate("probe.listen()")
        before = self.page.locator("#log article.answer:not(.draft)").count()
        self.page.locator("#question").fill(question)
        self.page.locator("#question").press("Enter")
        self._until("probe.words !== null", f"shows no answer to {question!r}")
        finished = f'probe.root().querySelectorAll("#log article.answer:not(.draft)").length > {before}'
        self._until(finished, f"shows no whole answer to {question!r}")
        self.page.wait_for_timeout(_READING)
        return float(self.page.evaluate("probe.words - probe.enter"))

    def _until(self, condition: str, otherwise: str) -> None:
        from playwright.sync_api import TimeoutError as Late

        try:
            self.page.wait_for_function(condition)
        except Late as error:
            said = f" The browser says: {self.errors[0]}" if self.errors else ""
            raise AssistantError(f"The widget {otherwise} within {_WAIT // 1000} seconds.{said}") from error

    def loaded(self) -> list[int]:
        """Return the bytes over the wire of each file that the widget is made of."""
        paths = (f"{self.address}/widget.js", f"{self.address}/static/")
        return [int(r.sizes()["responseBodySize"]) for r in self.requests if r.url.startswith(paths) and r.response()]

    def third_parties(self) -> list[str]:
        """Return the addresses asked for that are neither the page's nor the widget's."""
        urls = (request.url for request in self.requests)
        return [url for url in urls if urlsplit(url).scheme[:4] == "http" and urlsplit(url).netloc not in self._known]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser.

    Raises:
        AssistantError: Playwright or chromium is not installed, or something does not happen in the browser.

    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise AssistantError("Playwright is not installed: run \"pip install -e '.[test]'\" first.") from error
    path = shutil.which("chromium")
    if path is None:
        raise AssistantError("There is no chromium on the PATH: run 'apt-get install chromium' first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        except Error as error:
            raise AssistantError(f"The browser did not get on: {error.message.splitlines()[0]}") from error
        finally:
            browser.close()
