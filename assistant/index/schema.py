"""The tables: one truth about documents, passages, phrasings, conversations, and what people say of answers."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Every text that a citation was ever made from, so that an old citation still shows what it quoted.
revisions = Table(
    "revisions",
    metadata,
    Column("document_id", String(200), primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("date", String(10)),
    Column("period", String(40)),
    Column("audience", String(16), nullable=False),
    Column("url", Text),
    Column("translation_of", String(200)),
    Column("supersedes", JSON, nullable=False),
    Column("valid_from", String(10)),
    Column("valid_until", String(10)),
    Column("status", String(16)),
    Column("owner", Text),
    Column("review", String(10)),
    Column("text", Text, nullable=False),
    Column("outline", JSON, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("revision", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("source_hash", String(64), nullable=False),
    Column("ingested_at", DateTime(timezone=True), nullable=False),
    Column("origin", Text),
    Column("warnings", JSON),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", String(200), ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("slug", String(200), nullable=False),
    Column("locator", String(200), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("superseded_by", JSON, nullable=False),
    Column("unanswered", String(40)),
    Column("vector", String(64), nullable=False, index=True),
)

sentences = Table(
    "sentences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("passage_id", Integer, ForeignKey("passages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("lead_start", Integer),
    Column("lead_end", Integer),
    Column("lead", Text),
    Column("vector", String(64), nullable=False, index=True),
)

phrasings = Table(
    "phrasings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("passage_id", Integer, ForeignKey("passages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("vector", String(64), nullable=False, index=True),
)

# Files that could not be read, kept so that a second run over the same bytes says so without trying again.
failures = Table(
    "failures",
    metadata,
    Column("path", Text, primary_key=True),
    Column("source_hash", String(64), nullable=False),
    Column("reason", Text, nullable=False),
)

state = Table(
    "state",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_answers_conversation_id", "conversation_id", "created_at"),
)

# A person's verdict on an answer; it goes with the answer when that is removed.
verdicts = Table(
    "verdicts",
    metadata,
    Column("answer_id", String(36), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("passage", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# Phrasings that somebody accepted or rejected. The key is a hash of question, document and slug: a question of 2,000
# characters is too long for an index of PostgreSQL. Documents come and go under a decision, so nothing points at them.
decisions = Table(
    "decisions",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("question", Text, nullable=False),
    Column("document_id", String(200), nullable=False),
    Column("slug", String(200), nullable=False),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
)
