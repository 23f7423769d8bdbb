"""What a check of `assistant doctor` says."""

from __future__ import annotations

from dataclasses import dataclass

INGEST = "run 'assistant ingest'"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `fix` says what to do about it, where there is anything to do."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None
