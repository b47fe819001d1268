"""When a student was first found eligible: the first plan is due from there."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("eligible_on", sa.String(10), nullable=True))


def downgrade() -> None:
    op.drop_column("meeting", "eligible_on")
