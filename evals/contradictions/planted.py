"""The planted documents: what each says otherwise than the corpus, or only seems to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SETS = ("test", "near", "dev", "dev_near")


@dataclass(frozen=True)
class Planted:
    """A planted document, and the section of the corpus that it is about.

    `about` says how near its wording is to the section's ("close", "loose"), or in a set of near-twins why it does not
    contradict the section ("another period"). `planted` and `there` are the two numbers.
    """

    id: str
    language: str
    document: str
    slug: str
    about: str
    planted: str
    there: str


def read(name: str) -> dict[str, Planted]:
    """Return the planted documents of a set by their id."""
    rows = json.loads((FOLDER / name / "manifest.json").read_text(encoding="utf-8"))
    return {row["id"]: Planted(**row) for row in rows}


def files() -> list[Path]:
    """Return the files of all sets, by name."""
    return sorted(path for name in SETS for path in (FOLDER / name).glob("*.md"))
