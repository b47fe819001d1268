"""When the student was last evaluated, and when the parents last got the safeguards notice."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("evaluated_on", sa.String(10), nullable=True))
    op.add_column("meeting", sa.Column("safeguards_on", sa.String(10), nullable=True))


def downgrade() -> None:
    op.drop_column("meeting", "safeguards_on")
    op.drop_column("meeting", "evaluated_on")
