"""Who has read what the final plan asks of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgment",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_acknowledgment_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "number", name="pk_acknowledgment"),
    )


def downgrade() -> None:
    op.drop_table("acknowledgment")
