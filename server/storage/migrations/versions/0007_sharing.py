"""Sharing the draft before the meeting: which sections went out when, and who of the family opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("document", sa.Column("shared_number", sa.BigInteger()))
    op.add_column("document", sa.Column("shared_at", UTC))
    op.add_column("document", sa.Column("shared_by", sa.String()))
    op.add_column("document", sa.Column("held", sa.JSON()))
    op.create_table(
        "opening",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_opening_meeting_id"),
        sa.PrimaryKeyConstraint("document_id", "person_id", name="pk_opening"),
    )
    op.create_index("ix_opening_meeting_id", "opening", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("opening")
    for column in ("held", "shared_by", "shared_at", "shared_number"):
        op.drop_column("document", column)
