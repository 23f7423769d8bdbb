"""Answers of staff that are kept, and what a door in Slack has to remember."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; documents that are there are of no kind in particular."""
    op.add_column("revisions", sa.Column("kind", sa.String(16)))
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("question_other", sa.Text),
        sa.Column("answer_other", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("valid_until", sa.String(10)),
        sa.Column("handover_id", sa.String(36), sa.ForeignKey("handovers.id", ondelete="SET NULL")),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
    )
    _create_received()
    _create_sent()


def _create_received() -> None:
    op.create_table(
        "slack_events",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("at", _AT, nullable=False),
    )
    op.create_index("ix_slack_events_at", "slack_events", ["at"])
    op.create_table(
        "slack_threads",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("thread", sa.String(32), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("created_at", _AT, nullable=False),
    )
    op.create_index("ix_slack_threads_conversation_id", "slack_threads", ["conversation_id"])
    op.create_table(
        "slack_channels",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("staff", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _AT, nullable=False),
    )


def _create_sent() -> None:
    op.create_table(
        "slack_messages",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("ts", sa.String(32), primary_key=True),
        sa.Column("refers", sa.String(120), nullable=False),
        sa.Column("thread", sa.String(32)),
        sa.Column("at", _AT, nullable=False),
    )
    op.create_index("ix_slack_messages_refers", "slack_messages", ["refers"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("refers", sa.String(120)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _AT, nullable=False),
        sa.Column("leased_until", _AT),
        sa.Column("error", sa.Text),
        sa.Column("created_at", _AT, nullable=False),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
