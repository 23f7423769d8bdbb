"""Lines of a PDF to running text: which hyphens at line ends are the typesetter's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.loaders.pdf.lines import Line

_TAIL = re.compile(r"([^\W\d_]+)[-\xad]$")
_HEAD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[/.\-_?=&]$")
_AND = {"en", "of", "and", "or", "to", "tot", "noch", "und", "et"}
_ENGLISH = {"the", "and", "of", "for", "is", "are"}
_DUTCH = {"de", "het", "een", "van", "voor", "zijn"}


class Joiner:
    """Joins lines; it has seen the document's words, so that "grens-/overschrijdend" is joined as elsewhere in it."""

    def __init__(self, lines: Iterable[Line], language: str | None) -> None:
        words: dict[str, int] = {}
        for line in lines:
            for word in _WORD.findall(line.text):
                words[word.casefold()] = words.get(word.casefold(), 0) + 1
        self.words = words
        self.language = language or self._guess()

    def _guess(self) -> str:
        english, dutch = (sum(self.words.get(word, 0) for word in names) for names in (_ENGLISH, _DUTCH))
        return "en" if english > dutch else "nl"

    def lines(self, lines: Sequence[Line]) -> str:
        """Return the text of lines that belong together."""
        text = ""
        for line in lines:
            text = self.join(text, line.text)
        return text.replace("\xad", "")

    def join(self, before: str, after: str) -> str:
        """Return a line's text with the next one's behind it."""
        if not before or not after:
            return before + after
        if _ADDRESS.search(before.rsplit(" ", 1)[-1]) and not after[0].isupper():
            return before + after
        if before[-1] not in "-\xad":
            return f"{before} {after}"
        tail, head = _TAIL.search(before), _HEAD.match(after)
        if before[-2:-1] in ("", " ") or (head and head[0] in _AND):
            return f"{before} {after}"
        if before[-1] == "\xad" or (tail and head and self._is_one_word(tail[1], head[0])):
            return before[:-1] + after
        return before + after

    def _is_one_word(self, tail: str, head: str) -> bool:
        """Whether the hyphen between two parts was put there by the typesetter."""
        joined, hyphened = f"{tail}{head}".casefold(), f"{tail}-{head}".casefold()
        if len(tail) > 1 and len(head) > 1 and tail.isupper() and head.isupper():
            return self.words.get(joined, 0) > self.words.get(hyphened, 0)
        if head[0].isupper() or len(tail) == 1 or tail.isupper():
            return False
        seen, seen_apart = self.words.get(joined, 0), self.words.get(hyphened, 0)
        if seen or seen_apart or self.language != "en":
            return seen >= seen_apart
        return not _is_compound(tail.casefold(), head.casefold(), joined)


def _is_compound(tail: str, head: str, joined: str) -> bool:
    """Whether English writes two words with a hyphen: each is a common word, and no word is written as both in one."""
    from wordfreq import zipf_frequency

    apart = min(zipf_frequency(part, "en") for part in (tail, head))
    return bool(apart >= 3.5 and zipf_frequency(joined, "en") < 1.5)
