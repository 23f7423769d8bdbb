"""The prose of the manual: hand-written patterns, filled with amounts, terms and names that belong to one section."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

_HERE = Path(__file__).parent
SUBJECTS = 10  # in every chapter
LANGUAGES = ("nl", "en")
WORDINGS = ("plain", "lay")  # as who has the manual at hand, and as who never saw it
_MARK = "^"  # stands in a fact where its answer begins


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chapter(_Frozen):
    """A chapter's title and its subjects, each with its article; the first three carry the facts."""

    title: str
    subjects: tuple[str, ...]


class Aspect(_Frozen):
    """What can be said of any subject under one heading."""

    heading: str
    patterns: tuple[str, ...]


class Lists(_Frozen):
    """Sentences that introduce lists, and what may stand in them."""

    bullets: tuple[str, ...]
    numbers: tuple[str, ...]
    items: tuple[str, ...]
    steps: tuple[str, ...]


class Grid(_Frozen):
    """A table: its title, its columns and the rows that may stand in it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Notes(_Frozen):
    """What may stand in a footnote."""

    texts: tuple[str, ...]


class Pools(_Frozen):
    """Names that recur in the whole manual."""

    offices: tuple[str, ...]
    people: tuple[str, ...]
    towns: tuple[str, ...]
    months: tuple[str, ...]


class Manual(_Frozen):
    """Everything that one language's manual is made of, as `nl.toml` and `en.toml` hold it; `name` is the file's."""

    name: str
    title: str
    subtitle: str
    publisher: str
    practice: str
    edition: str
    contents: str
    chapter: str
    page: str
    table: str
    euros: str
    thousands: str
    form: str
    chapters: tuple[Chapter, ...]
    aspects: dict[str, Aspect]
    lists: Lists
    tables: tuple[Grid, ...]
    notes: Notes
    pools: Pools


class Fact(_Frozen):
    """What one question asks for, and where it stands: running text, columns, a list, a table, a note, a page break."""

    kind: Literal["text", "columns", "list", "table", "footnote", "break"]
    text: str = ""
    note: str = ""
    title: str = ""
    table: tuple[tuple[str, ...], ...] = ()


def manual_of(language: str) -> Manual:
    """Return the texts of a language, "nl" or "en"."""
    return Manual.model_validate(_toml(f"{language}.toml"))


def facts_of(language: str) -> list[Fact]:
    """Return what the language's questions ask for, in the order of the questions."""
    return [Fact.model_validate(fact) for fact in _toml(f"facts-{language}.toml")["facts"]]


def questions_path(language: str, wording: str = WORDINGS[0]) -> Path:
    """Return the file of the language's questions; both wordings ask for the same facts under the same ids."""
    return _HERE / f"{wording}-{language}.jsonl"


def marked(text: str, label: str) -> str:
    """Return a fact as a reportlab paragraph that calls `found` of the canvas where its answer is drawn."""
    return text.replace(_MARK, f'<onDraw name="found" label="{label}"/>')


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


class Voice:
    """What the manual says of one subject; `chapter` and `subject` count from 0.

    The same two numbers always give the same sentences. Amounts and forms belong to this subject alone.
    """

    def __init__(self, manual: Manual, chapter: int, subject: int) -> None:
        self.chance = Random(f"{manual.name}/{chapter}/{subject}")  # noqa: S311 -- a seed, no secret
        self._manual = manual
        self._subject = manual.chapters[chapter].subjects[subject]
        self._form = f"{manual.form} {chr(ord('A') + chapter)}{subject}"
        all_subjects = len(manual.chapters) * SUBJECTS
        ordinal = chapter * SUBJECTS + subject
        self._amounts = [5 * (all_subjects * k + ordinal) + 105 for k in self.chance.sample(range(180), 180)]
        self._aspects = list(manual.aspects)
        self._left: dict[str, list[str]] = {
            name: self.chance.sample(aspect.patterns, len(aspect.patterns)) for name, aspect in manual.aspects.items()
        }
        self._aspect = self._aspects[0]

    @property
    def title(self) -> str:
        """The subject as a heading, without its article."""
        name = self._subject.split(" ", 1)[1]
        return name[0].upper() + name[1:]

    def turn_to(self, aspect: str) -> str:
        """Go on with another aspect, and return its heading."""
        self._aspect = aspect
        return self._manual.aspects[aspect].heading

    def sentences(self, n: int) -> list[str]:
        """Return up to `n` sentences about this aspect, none of them said before."""
        left = self._left[self._aspect]
        return [self.fill(left.pop()) for _ in range(min(n, len(left)))]

    def any_sentences(self, n: int) -> list[str]:
        """Return `n` different sentences about this aspect, said before or not."""
        return [self.fill(pattern) for pattern in self.chance.sample(self._manual.aspects[self._aspect].patterns, n)]

    def fill(self, pattern: str) -> str:
        """Return the pattern as a sentence, with a capital at its beginning."""
        said = self._filled(pattern)
        return said[0].upper() + said[1:]

    def items(self, patterns: Sequence[str], n: int) -> list[str]:
        """Return `n` of the patterns as items of a list."""
        return [self._filled(pattern) for pattern in self.chance.sample(patterns, n)]

    def row(self, patterns: Sequence[str]) -> list[str]:
        """Return a table row."""
        return [self._filled(pattern) for pattern in patterns]

    def _filled(self, pattern: str) -> str:
        chance, pools = self.chance, self._manual.pools
        return pattern.format(
            s=self._subject,
            e=self._amount() if "{e}" in pattern else "",
            f=self._amount() if "{f}" in pattern else "",
            form=f"{self._form}{self._aspects.index(self._aspect)}",
            office=chance.choice(pools.offices),
            who=chance.choice(pools.people),
            town=chance.choice(pools.towns),
            month=chance.choice(pools.months),
            d=chance.randint(4, 95),
            w=chance.randint(3, 19),
            m=chance.randint(3, 21),
            y=chance.randint(3, 12),
            p=chance.randint(3, 89),
            n=chance.randint(4, 9),
            k=chance.randint(21, 480),
        )

    def _amount(self) -> str:
        return self._manual.euros.format(f"{self._amounts.pop():,}".replace(",", self._manual.thousands))
