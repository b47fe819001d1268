"""Keyed marks of sentences, by which plans of different students are found alike."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sentence_mark",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_sentence_mark_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "mark", name="pk_sentence_mark"),
    )
    op.create_index("ix_sentence_mark_mark", "sentence_mark", ["mark"], unique=False)
    op.create_table(
        "marked_meeting",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_marked_meeting_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_marked_meeting"),
    )


def downgrade() -> None:
    op.drop_table("marked_meeting")
    op.drop_table("sentence_mark")
