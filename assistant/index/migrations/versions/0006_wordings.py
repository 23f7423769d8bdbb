"""Other wordings of the question of a kept answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was kept before has none."""
    op.add_column("kept_answers", sa.Column("wordings", sa.JSON, nullable=False, server_default="[]"))
