"""Which meeting a meeting follows, and what of it was carried over: sections, and items of the agenda."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("follows", sa.String()))
    op.add_column("document", sa.Column("carried_from", sa.String()))
    op.add_column("agenda_item", sa.Column("carried", sa.JSON()))


def downgrade() -> None:
    op.drop_column("agenda_item", "carried")
    op.drop_column("document", "carried_from")
    op.drop_column("meeting", "follows")
