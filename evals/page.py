"""Pages that hold every sentence in Dutch and in English, and need nothing but themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from evals.texts import LANGUAGES, Day, Number, Percent, Sayable, sentence


def both(value: Sayable | str) -> Markup:
    """Return a text in both languages, of which the page shows one; the same in both is there once."""
    if isinstance(value, str):
        return escape(value)
    said = {language: value.say(language) for language in LANGUAGES}
    if len(set(said.values())) == 1:
        return escape(said[LANGUAGES[0]])
    spans = (Markup('<span class="{0}" lang="{0}">{1}</span>').format(name, words) for name, words in said.items())
    return Markup("").join(spans)


def t(key: str, **values: Any) -> Markup:
    """Return a text of the catalogue in both languages, as HTML."""
    return both(sentence(key, **values))


def environment() -> Environment:
    """Return the templates: everything is escaped, and a name that is not there is an error.

    Templates know `t(key, …)` and `both(sayable)` for texts in two languages, `percent(share, digits)` and
    `number(value, digits)` for figures in them.
    """
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": t, "both": both, "percent": Percent, "number": Number, "day": Day}
    return made
