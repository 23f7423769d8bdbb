"""The texts of the conversation, which the widget and the page without JavaScript share: one file for translators."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache

from bots.web.rendering import HERE


@cache
def conversation_texts(language: str) -> dict[str, str]:
    """Return the texts of a conversation by their keys, in `nl` or `en`; their {placeholders} are not filled.

    Raises:
        KeyError: a text is not in that language.

    """
    entries = json.loads((HERE / "static" / "chat" / "texts.json").read_text(encoding="utf-8"))
    return {key: entry[language] for key, entry in entries.items()}


def speaker(language: str) -> Callable[..., str]:
    """Return what says a text by its key, as static/chat/texts.js does: a `count` of one takes the singular.

    >>> speaker("en")("kept", count=1)
    'This conversation is kept for one day. You can delete it yourself at any time.'
    """
    texts = conversation_texts(language)

    def say(key: str, **values: object) -> str:
        one = texts.get(f"{key}_one") if values.get("count") == 1 else None
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), one or texts[key])

    return say
