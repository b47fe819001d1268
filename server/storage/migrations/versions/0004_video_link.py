"""Where a meeting is held by video."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("video_link", sa.String(500), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.drop_column("video_link")
