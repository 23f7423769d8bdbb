"""What others wrote, made harmless for Slack, and what Slack delivers, made a plain text again.

Escaping after Slack's "Formatting text for app surfaces": `&`, `<` and `>` are the only control characters; the marks
`* _ ~` and the backtick have no escape, so a zero-width space stands beside them.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlsplit

from assistant.question import visible
from assistant.settings import Settings

URL_LIMIT = 3000  # characters of an address in Block Kit

_GAP = "\u200b"
_MARK = re.compile(r"[*_~`]|:(?=[\w+'-]+:)")
_COMMAND = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_DELIVERED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(raw: str) -> str:
    """Return a text for where Slack reads no marks: its line breaks stay, what nobody sees goes.

    What would name people or channels elsewhere is broken up here too, so that no copy of it can.

    >>> plain("<!channel>") == "<\\u200b!channel>"
    True
    """
    return _COMMAND.sub(f"<{_GAP}", visible(raw, keep="\n")).strip()


def escaped(raw: str) -> str:
    r"""Return a text for `mrkdwn`, in which Slack finds nothing to act on.

    >>> escaped("<!here> & <https://example.org|a>")
    '&lt;\u200b!here&gt; &amp; &lt;\u200bhttps://example.org|a&gt;'
    """
    safe = html.escape(plain(raw), quote=False)
    quoted = re.sub(r"^(?=&gt;)", _GAP, safe, flags=re.MULTILINE)
    return _MARK.sub(lambda mark: f"{mark[0]}{_GAP}" if mark[0] == ":" else f"{_GAP}{mark[0]}{_GAP}", quoted)


def shortened(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, escaped or not; where it is cut stands an ellipsis."""
    if len(text) <= limit:
        return text
    return _HALF_ENTITY.sub("", text[: limit - 1]).rstrip() + "…"


def absolute(url: str, settings: Settings) -> str | None:
    """Return an address that can be followed from Slack, of at most 3,000 characters, or None where there is none."""
    if url.startswith("/") and not url.startswith("//"):
        url = settings.public_url.rstrip("/") + url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    safe = quote(url, safe=":/?#[]@!$&'()*+,;=%~")
    return safe if len(safe) <= URL_LIMIT else None


def link(url: str, label: str, settings: Settings) -> str:
    """Return a link in `mrkdwn`; only its label where the address cannot be followed."""
    followed, shown = absolute(url, settings), escaped(" ".join(label.split())).replace("|", "¦")
    return f"<{html.escape(followed, quote=False)}|{shown}>" if followed and shown else shown


def typed(delivered: str, bot: str | None = None) -> str:
    """Return what a person typed, of a text as Slack delivers it; a mention of the `bot` is left out.

    >>> typed("<@U0BOT> Is <#C1|calls> &gt; <https://example.org|this>?", "U0BOT")
    'Is #calls > this?'
    """
    shown = _DELIVERED.sub(lambda m: _shown(m[1], m[2], bot), delivered)
    return " ".join(html.unescape(shown).split())


def _shown(what: str, label: str | None, bot: str | None) -> str:
    if what.startswith("@"):
        return "" if bot is not None and what == f"@{bot}" else f"@{label}" if label else ""
    if what.startswith("#"):
        return f"#{label}" if label else ""
    if what.startswith("!"):
        return label or ""
    return label or what
