"""What `assistant phrasings` prints: passages, proposals and decisions, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bots.terminal.output import plain, screen

if TYPE_CHECKING:
    from assistant.decisions import Decision
    from assistant.proposals import Proposal
    from assistant.sections import Found, Section

LEFT_OUT = {
    "no_passage": "lead to no passage that is indexed now",
    "other_language": "are in another language than Dutch or English",
    "too_short": "are a single word",
    "follow_up": "say too little without the question before them",
    "known": "are a phrasing of their passage already",
    "decided": "were accepted or rejected before",
}
_ORIGINS = {"confirmed": "confirmed", "near_miss": "near miss", "staff": "answered by staff"}


def _place_row(section: Section) -> dict[str, Any]:
    document = section.document
    return {
        "passage": section.reference,
        "document_id": document.id,
        "slug": section.slug,
        "title": document.title,
        "heading": section.heading,
        "path": section.path,
    }


def few_row(section: Section, found: Found) -> dict[str, Any]:
    """Describe a passage with its ways in, for a program."""
    counts = {"phrasings": len(section.phrasings), "cited": found.cited, "near_misses": found.near_misses}
    return {**_place_row(section), "language": section.document.language, **counts, "gap": section.gap}


def proposal_row(proposal: Proposal) -> dict[str, Any]:
    """Describe a proposal, for a program."""
    own = {
        "id": proposal.id,
        "question": proposal.question,
        "language": proposal.language,
        "from": list(proposal.origins),
        "asked": proposal.asked,
        "personal_data": proposal.personal,
        "in_corpus": not Path(proposal.section.path).is_absolute(),
    }
    return {**own, **_place_row(proposal.section)}


def decision_row(decision: Decision) -> dict[str, Any]:
    """Describe a decision, for a program."""
    return {
        "id": decision.key[:8],
        "status": decision.status,
        "passage": decision.reference,
        "text": decision.text,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
    }


def print_few(found: Sequence[tuple[Section, Found]]) -> None:
    """Print passages with few ways in, for a person."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("cited", "near", "phrasings", "language", "passage", "heading"):
        table.add_column(name, no_wrap=name not in {"passage", "heading"}, overflow="fold")
    for section, counts in found:
        cited = "gap" if section.gap else str(counts.cited)
        cells = (cited, str(counts.near_misses), str(len(section.phrasings)), section.document.language)
        table.add_row(*cells, Text(plain(section.reference)), Text(plain(section.heading)))
    screen().print(table)


def print_proposals(found: Sequence[Proposal]) -> None:
    """Print proposals, for a person."""
    console = screen()
    for proposal in found:
        origins = " and ".join(_ORIGINS[origin] for origin in proposal.origins)
        console.print(f"{proposal.id}  {proposal.language}  asked {proposal.asked}×, {origins}")
        console.print(plain(f"  {proposal.question}"))
        console.print(plain(f"  → {proposal.section.document.title}, {proposal.section.heading}"))
        console.print(plain(f"    {proposal.section.reference}"))
        if proposal.personal:
            console.print("    holds personal data: accept it with --text and other words")
        if Path(proposal.section.path).is_absolute():
            console.print("    outside the corpus folder: it cannot take phrasings there")
