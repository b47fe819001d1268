"""Reports of progress, and the dates on which they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("report_days", sa.JSON(), nullable=True))
    op.create_table(
        "progress_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("corrected_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_progress_report_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_progress_report"),
    )
    op.create_index("ix_progress_report_meeting_id", "progress_report", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("progress_report")
    op.drop_column("meeting", "report_days")
