"""Who keeps a document right and until when it holds; what a file was ingested from, and what was left out of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; they stay empty until a document is ingested again."""
    op.add_column("revisions", sa.Column("status", sa.String(16)))
    op.add_column("revisions", sa.Column("owner", sa.Text))
    op.add_column("revisions", sa.Column("review", sa.String(10)))
    op.add_column("documents", sa.Column("origin", sa.Text))
    op.add_column("documents", sa.Column("warnings", sa.JSON))
