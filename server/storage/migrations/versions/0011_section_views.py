"""What the family says about each shared section before the meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "section_view",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("view", sa.String(8), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_section_view_meeting_id"),
        sa.PrimaryKeyConstraint("document_id", "person_id", name="pk_section_view"),
    )
    op.create_index("ix_section_view_meeting_id", "section_view", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("section_view")
