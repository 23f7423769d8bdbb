"""Who may see what: a door that was not given an audience neither reads its documents nor learns that they exist."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from assistant.index.documents import Document
from assistant.index.schema import documents, passages, revisions


def current(*columns: Any) -> Select[Any]:
    """Select columns of the current revision of every document."""
    same = (documents.c.id == revisions.c.document_id) & (documents.c.revision == revisions.c.revision)
    return select(*columns).select_from(revisions.join(documents, same))


def own_passages(audiences: Sequence[str]) -> Select[Any]:
    """Select the ids of the passages that a door may see, in order."""
    query = current(passages.c.id).join(passages, passages.c.document_id == documents.c.id)
    return query.where(revisions.c.audience.in_(audiences)).order_by(passages.c.id)


def shown_ids(audiences: Sequence[str]) -> Select[Any]:
    """Select the documents that a door may name: those of its own today, and removed ones that never were others'."""
    ours = current(documents.c.id).where(revisions.c.audience.in_(audiences))
    theirs = select(revisions.c.document_id).where(revisions.c.audience.not_in(audiences))
    every = revisions.alias()
    return select(every.c.document_id).where(every.c.document_id.in_(ours) | every.c.document_id.not_in(theirs))


def shown(connection: Connection, audiences: Sequence[str]) -> frozenset[str]:
    """Return the ids of the documents that a door may name."""
    return frozenset(connection.execute(shown_ids(audiences).distinct()).scalars())


def seen(document: Document, shown: Set[str]) -> Document:
    """Return a document that names no other one that its reader must not know of."""
    original = document.translation_of if document.translation_of in shown else None
    older = tuple(old for old in document.supersedes if old.partition("#")[0] in shown)
    return replace(document, translation_of=original, supersedes=older)
