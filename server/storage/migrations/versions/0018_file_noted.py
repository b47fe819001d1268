"""When the dates of a file were noted: of several meetings, what was noted last counts, so mistakes can be mended."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("file_noted_at", sa.DateTime(timezone=True), nullable=True))
    meeting = sa.table(
        "meeting", *(sa.column(name) for name in ("file_noted_at", "created_at", "evaluated_on", "safeguards_on"))
    )
    noted = meeting.c.evaluated_on.is_not(None) | meeting.c.safeguards_on.is_not(None)
    op.execute(sa.update(meeting).where(noted).values(file_noted_at=meeting.c.created_at))


def downgrade() -> None:
    op.drop_column("meeting", "file_noted_at")
