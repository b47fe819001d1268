"""The day on which who has not answered is reminded, whose wish that is, and the address in the letters."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("remind_on", sa.String(10), nullable=True))
    op.add_column("meeting", sa.Column("remind_by", sa.String(), nullable=True))
    op.add_column("meeting", sa.Column("remind_at", sa.String(300), nullable=True))


def downgrade() -> None:
    for name in ("remind_at", "remind_by", "remind_on"):
        op.drop_column("meeting", name)
