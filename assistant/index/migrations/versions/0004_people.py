"""People: hand-overs, feedback, the switch, who is signed in; and whose conversation it is, and how long it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; conversations that are there are public, since no other door was open before."""
    # No batch mode: SQLite would make the table anew, and the answers would go with the old one.
    op.add_column("conversations", sa.Column("audience", sa.String(16), nullable=False, server_default="public"))
    op.add_column("conversations", sa.Column("last_at", _AT, nullable=False, server_default="1970-01-01 00:00:00"))
    op.execute("UPDATE conversations SET last_at = created_at")
    op.create_index("ix_conversations_last_at", "conversations", ["last_at"])
    op.create_table(
        "requests",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        _answer_id(ondelete="CASCADE"),
        sa.Column("created_at", _AT, nullable=False),
    )
    op.create_table(
        "feedback",
        _answer_id(ondelete="CASCADE", primary_key=True),
        sa.Column("rating", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("comment", sa.Text),
        sa.Column("created_at", _AT, nullable=False),
    )
    _create_handovers()
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("answering", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _AT, nullable=False),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("used_at", _AT),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
    )


def _answer_id(ondelete: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "answer_id", sa.String(36), sa.ForeignKey("answers.id", ondelete=ondelete), primary_key=primary_key
    )


def _create_handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        _answer_id(ondelete="SET NULL"),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("reply", sa.Text),
        sa.Column("reply_role", sa.Text),
        sa.Column("reply_source", sa.Text),
        sa.Column("replied_at", _AT),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
    )
    op.create_index("ix_handovers_conversation_id", "handovers", ["conversation_id"])
    op.create_index("ix_handovers_state", "handovers", ["state"])
    op.create_table(
        "handover_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_id", sa.String(36), sa.ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text),
    )
    op.create_index("ix_handover_events_handover_id", "handover_events", ["handover_id"])
