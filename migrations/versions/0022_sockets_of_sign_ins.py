"""Open connections know the sign-in that they belong to, and end with it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("socket_connections", sa.Column("session_id", sa.Uuid))
    op.create_index("socket_connections_session_idx", "socket_connections", ["org_id", "session_id"])


def downgrade() -> None:
    op.drop_column("socket_connections", "session_id")
