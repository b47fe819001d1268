"""Agenda items that come back from an earlier meeting, each once, and why one was taken off."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agenda_item", sa.Column("came_from", sa.String(), nullable=True))
    op.add_column("agenda_item", sa.Column("came_as", sa.String(16), nullable=True))
    op.add_column("agenda_item", sa.Column("came_meeting_id", sa.String(), nullable=True))
    op.add_column("agenda_item", sa.Column("removed_because", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_agenda_item_came_from", "agenda_item", ["came_from"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_agenda_item_came_from", "agenda_item")
    for name in ("removed_because", "came_meeting_id", "came_as", "came_from"):
        op.drop_column("agenda_item", name)
