"""The tables: one truth about documents, passages, phrasings, conversations, and what people make of them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

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
    Column("kind", String(16)),
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
    # Which documents may be quoted in it: a public door never shows or continues a conversation of staff.
    Column("audience", String(16), nullable=False, server_default="public"),
    # When something was last said in it; it is kept for a set number of days from then.
    Column("last_at", DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00", index=True),
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

# Questions that came with an Idempotency-Key: asked again with the same key, they get the same answer.
requests = Table(
    "requests",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer_id", String(36), ForeignKey("answers.id", ondelete="CASCADE")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# What the asker thought of an answer.
feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(36), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("rating", String(8), nullable=False),
    Column("reason", String(16)),
    Column("comment", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# Questions for a person, whichever door they came through and whichever one the reply leaves by.
handovers = Table(
    "handovers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("answer_id", String(36), ForeignKey("answers.id", ondelete="SET NULL")),
    Column("question", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("door", String(16), nullable=False),
    Column("email", Text),
    Column("state", String(16), nullable=False, index=True),
    Column("claimed_by", Text),
    Column("reply", Text),
    Column("reply_role", Text),
    Column("reply_source", Text),
    Column("replied_at", DateTime(timezone=True)),
    Column("reason", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

# Who did what to a question for a person, and when.
handover_events = Table(
    "handover_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handover_id", String(36), ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", String(16), nullable=False),
    Column("detail", Text),
)

# Whether questions are answered automatically; the newest row holds, the others are the audit trail.
switches = Table(
    "switches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answering", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Links that sign one person in, once, and the sessions that they opened; only hashes are kept.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

# Answers of staff that are kept: each becomes a document of kind "staff answer" in every language that it is given in.
kept_answers = Table(
    "kept_answers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("question_other", Text),
    Column("answer_other", Text),
    Column("wordings", JSON, nullable=False),
    Column("source", Text),
    Column("role", Text, nullable=False),
    Column("audience", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("valid_until", String(10)),
    Column("handover_id", String(36), ForeignKey("handovers.id", ondelete="SET NULL")),
    Column("by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

# What Slack delivered and was taken up, so that a second delivery does nothing; rows older than ten minutes go.
slack_events = Table(
    "slack_events",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("done", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
)

# Which conversation a thread in Slack is.
slack_threads = Table(
    "slack_threads",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("thread", String(32), primary_key=True),
    Column(
        "conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# What was posted where. `refers` names what it shows: "answer:ID", "handover:ID", "question:CHANNEL:TS", "digest:DAY".
slack_messages = Table(
    "slack_messages",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("ts", String(32), primary_key=True),
    Column("refers", String(120), nullable=False, index=True),
    Column("thread", String(32)),
    Column("at", DateTime(timezone=True), nullable=False),
)

# What is still to be sent to Slack, in order, each once. A process that sends a row holds it until `leased_until`.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("method", String(40), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("refers", String(120)),
    Column("state", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("leased_until", DateTime(timezone=True)),
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# How the assistant behaves in a channel; channels without a row are answered when it is mentioned.
slack_channels = Table(
    "slack_channels",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("language", String(8)),
    Column("staff", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
