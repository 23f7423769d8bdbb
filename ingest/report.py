"""What an ingest found and did, and who is told while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field


class Watcher:
    """Is told how far an ingest is; the terminal draws a bar from it. This one stays silent."""

    def reading(self, total: int) -> None:
        """Say how many files will be read."""

    def read(self, count: int) -> None:
        """Say that `count` more were."""

    def embedding(self, total: int) -> None:
        """Say how many texts will be embedded."""

    def embedded(self, count: int) -> None:
        """Say that `count` more were."""


@dataclass
class Report:
    """What an ingest found and did; files are named as the database names them.

    `renamed` has "old name → new name"; `warnings` what was left out of a file that was indexed; `problems` why one was
    not, or not wholly; `contradictions` where a document that came in and another one say two things.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    passages: int = 0
    sentences: int = 0
    phrasings: int = 0
    embedded: int = 0
    dry_run: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything came in, changed or went."""
        return bool(self.added or self.changed or self.renamed or self.removed)
