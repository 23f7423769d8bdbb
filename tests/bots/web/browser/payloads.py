"""Texts that try to be more than text, and how to see whether one succeeded or was lost."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from playwright.sync_api import Page

from assistant.errors import AssistantError
from assistant.question import clean

# What no text may ever become. A page's own scripts, icons and forms are counted before.
_BECOME = """() => {
    const below = (root) => [...root.querySelectorAll("*")].flatMap((at) => [at, ...(at.shadowRoot ? below(at.shadowRoot) : [])]);
    const alive = "iframe, object, embed, base, math, video, audio, marquee, template, noscript, style, foreignObject, animate, use, [style*=fixed]";
    const addresses = ["href", "src", "action", "formaction", "srcdoc"];
    const found = [];
    for (const at of below(document)) {
        if (at.matches(alive) && !at.closest("head")) found.push(at.outerHTML.slice(0, 200));
        if (at.localName === "img" && !at.getAttribute("src")?.startsWith("/")) found.push(at.outerHTML);
        if (at.localName === "script" && !at.src && at.type !== "application/json") found.push(at.outerHTML.slice(0, 200));
        for (const { name, value } of at.attributes) {
            if (name.startsWith("on")) found.push(`${at.localName} ${name}`);
            if (!addresses.includes(name)) continue;
            const led = typeof at[name] === "string" ? at[name] : value;  // as the browser reads it
            // A colleague may name a source on the web: a link that says where it leads.
            const honest = at.localName === "a" && at.textContent.startsWith(value);
            const astray = /^(javascript|data|vbscript|file):/i.test(led) || (/evil\\.test/.test(led) && !honest);
            if (astray) found.push(`${at.localName} ${name}=${value.slice(0, 100)}`);
        }
    }
    return found;
}"""  # noqa: E501


def _read() -> dict[str, str]:
    entries = json.loads(Path(__file__).with_name("payloads.json").read_text())
    return {entry["name"]: entry["text"] * entry.get("times", 1) for entry in entries}


PAYLOADS = _read()


def question_of(name: str) -> str:
    """Return a payload as the question that is kept of it; of what cannot be one, a question that names it."""
    try:
        return clean(PAYLOADS[name])
    except AssistantError:
        return f"Payload {name}"


def squeezed(text: str) -> str:
    """Return what can be seen of a text, to compare by: no spaces, controls or marks of direction; composed."""
    seen = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] not in "CZ" and c != "\ufffd")
    return "".join(c for c in seen if not c.isspace() and unicodedata.category(c) != "Mn")


def became(page: Page) -> list[str]:
    """Return what a payload made of itself on a page; empty where all of it stayed text."""
    found: list[str] = page.evaluate(_BECOME)
    if page.evaluate("typeof window.pwned") != "undefined":
        found.append("a script ran")
    return found
