"""Plain text out of an office file, the number of a section in it, and a count of what no reader can see."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from assistant.texts import lexicon

_MOST_WARNINGS = 20
_NUMBER = r"(?:\d{1,3}|[A-Z](?=\.\d))(?:\.\d{1,2}){0,8}"
_BULLET = re.compile(r"[•‣▪●◦■□]\s*(?=\S)")
_NUMBERED = re.compile(
    rf"(?P<word>§|(?:Article|Artikel|Art\.|Section|Sectie|Paragraaf|Chapter|Hoofdstuk)\s)?\s*(?P<number>{_NUMBER})"
    r"(?P<stop>[.):]{0,2})(?=\s|$|[A-Z])",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return text in NFC on one line with single spaces, without control, format and private-use characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(_printable(character) for character in text)
    return " ".join(text.split())


def _printable(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Co" | "Cs" | "Cn":
            return " "
        case "Cf":  # soft hyphens, zero-width characters, changes of direction, tags
            return ""
    return character


def without_bullet(text: str) -> str:
    """Return a paragraph without the bullet that somebody typed before it; one without a bullet as it is."""
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text


def is_dutch(text: str) -> bool:
    """Whether a text has more Dutch than English function words; cheap, for a label."""
    words = text.casefold().split()
    dutch, english = lexicon("nl").function_words, lexicon("en").function_words
    return sum(w in dutch and w not in english for w in words) > sum(w in english and w not in dutch for w in words)


def section_number(label: str) -> str | None:
    """Return the number that a heading begins with: "3.2" for "3.2. Costs", "5" for "Article 5: Costs".

    A bare "10 tips" has none: a number without a dot, bracket or word may belong to the sentence.
    """
    match = _NUMBERED.match(label)
    if match is None or (match["number"].isdigit() and not (match["word"] or match["stop"])):
        return None
    return match["number"]


@dataclass
class Hidden:
    """Words that no reader can see, counted by the place where they were left out."""

    place: str = "before the first heading"
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, text: str, what: str = "that no reader can see") -> None:
        """Count the words of a text that is left out here."""
        words = len(plain(text).split())
        if words:
            self.counts[self.place, what] += words

    def under(self, heading: str, locator: str | None) -> None:
        """Go on to the section of a heading."""
        self.place = locator or f"under {heading[:80]!r}"

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each place, and one for the rest where there are many."""
        said = [
            f"{place}: {words} word{'s' * (words != 1)} {what} {'were' if words != 1 else 'was'} left out"
            for (place, what), words in self.counts.items()
        ]
        rest = len(said) - _MOST_WARNINGS
        return (*said[:_MOST_WARNINGS], *([f"{rest} more places: words were left out there too"] if rest > 0 else []))
