"""Documents, passages, sentences, phrasings, conversations and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "revisions",
        sa.Column("document_id", sa.String(200), primary_key=True),
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("date", sa.String(10)),
        sa.Column("period", sa.String(40)),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("translation_of", sa.String(200)),
        sa.Column("supersedes", sa.JSON, nullable=False),
        sa.Column("valid_from", sa.String(10)),
        sa.Column("valid_until", sa.String(10)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outline", sa.JSON, nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String(200), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("locator", sa.String(200), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("superseded_by", sa.JSON, nullable=False),
        sa.Column("unanswered", sa.String(40)),
        sa.Column("vector", sa.String(64), nullable=False),
    )
    op.create_index("ix_passages_document_id", "passages", ["document_id"])
    op.create_index("ix_passages_vector", "passages", ["vector"])
    op.create_table(
        "sentences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("passage_id", sa.Integer, sa.ForeignKey("passages.id", ondelete="CASCADE"), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("lead_start", sa.Integer),
        sa.Column("lead_end", sa.Integer),
        sa.Column("lead", sa.Text),
        sa.Column("vector", sa.String(64), nullable=False),
    )
    op.create_index("ix_sentences_passage_id", "sentences", ["passage_id"])
    op.create_index("ix_sentences_vector", "sentences", ["vector"])
    op.create_table(
        "phrasings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("passage_id", sa.Integer, sa.ForeignKey("passages.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("vector", sa.String(64), nullable=False),
    )
    op.create_index("ix_phrasings_passage_id", "phrasings", ["passage_id"])
    op.create_index("ix_phrasings_vector", "phrasings", ["vector"])
    op.create_table(
        "failures",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("latency_ms", sa.Float, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_answers_conversation_id", "answers", ["conversation_id", "created_at"])
