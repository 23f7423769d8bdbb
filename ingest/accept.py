"""Accepting a proposed phrasing: it is written beside the document that it leads to, and the decision is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.decisions import Decision, Decisions, Status
from assistant.errors import InvalidInput
from assistant.index import Index
from assistant.personal import MASK, masked
from assistant.proposals import Proposal, normalised
from assistant.question import clean
from assistant.settings import Settings
from ingest import asked, loaders, phrasings
from ingest.blocks import Unreadable
from ingest.files import Contents, File
from ingest.prepare import prepare


@dataclass(frozen=True)
class _Write:
    proposal: Proposal
    question: str
    path: Path


def accept(settings: Settings, index: Index, proposals: Sequence[Proposal], text: str | None = None) -> list[Decision]:
    """Write proposals beside their documents, all or (where one cannot be) none, and keep the decisions.

    `text` is another wording, for a single proposal.

    Raises:
        InvalidInput: a document lies outside the corpus folder, is gone or has no such heading any more, its phrasings
            file cannot be read or written, or the question holds personal data.

    """
    try:
        with FileLock(settings.var_dir / "phrasings.lock", timeout=30):
            writes = [_check(settings, proposal, text) for proposal in proposals]
            for write in writes:
                _append(write, dry=True)
            return [_accept(index, write) for write in writes]
    except Timeout as error:
        raise InvalidInput("Somebody else is accepting phrasings just now: run this again in a moment.") from error


def reject(index: Index, proposals: Sequence[Proposal]) -> list[Decision]:
    """Keep that proposals were rejected: none of them is proposed again."""
    return [_decide(index, proposal, "rejected", proposal.question) for proposal in proposals]


def _accept(index: Index, write: _Write) -> Decision:
    # The file first: interrupted between the two, the phrasing is there and accepting it again changes nothing.
    _append(write)
    return _decide(index, write.proposal, "accepted", write.question)


def _decide(index: Index, proposal: Proposal, status: Status, text: str) -> Decision:
    document_id, _, slug = proposal.section.reference.partition("#")
    question = normalised(proposal.question)
    decision = Decision(proposal.key, question, document_id, slug, status, text, datetime.now(UTC))
    Decisions(index.engine).keep(decision)
    return decision


def _check(settings: Settings, proposal: Proposal, text: str | None) -> _Write:
    question = clean(text) if text is not None else proposal.question
    if masked(question) != question or MASK in question:
        raise InvalidInput(
            f"{question!r} holds an address, a telephone or an account number: accept it in other words with --text."
        )
    file = _file(settings.corpus_dir, proposal)
    slug = proposal.section.slug
    try:
        data = file.path.read_bytes()
        chunked = prepare(file, Contents(data, b"", ""), loaders.load(file.path, data), len).chunked
    except (OSError, Unreadable) as error:
        raise InvalidInput(f"{file.name} cannot be read now: {error}.") from error
    if slug not in {passage.slug for passage in chunked.passages}:
        raise InvalidInput(f"{file.name} has no heading {slug!r} any more: run 'assistant ingest', then look again.")
    return _Write(proposal, question, phrasings.asked_path(file.path).resolve())


def _file(corpus: Path, proposal: Proposal) -> File:
    name = proposal.section.path
    path = corpus / name
    inside = [place.resolve().is_relative_to(corpus.resolve()) for place in (path, phrasings.asked_path(path))]
    if Path(name).is_absolute() or not all(inside):
        raise InvalidInput(
            f"{proposal.section.document.id!r} is not in the corpus folder ({name}): only documents there can have "
            f"phrasings. Put it into {corpus}, or reject the proposal."
        )
    if not path.is_file():
        raise InvalidInput(f"{name} is not in {corpus} any more: run 'assistant ingest', then look again.")
    return File(path, name, corpus, trusted=True)


def _append(write: _Write, *, dry: bool = False) -> None:
    path, slug = write.path, write.proposal.section.slug
    try:
        old = path.read_bytes() if path.exists() else b""
        known = phrasings.read(old).get(slug, [])
        if normalised(write.question) in map(normalised, known):
            return
        new = asked.append(old.decode(), slug, write.question)
        if not dry:
            asked.replace(path, new)
    except Unreadable as error:
        raise InvalidInput(f"{path.name}: {error}.") from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written ({error.strerror}).") from error
