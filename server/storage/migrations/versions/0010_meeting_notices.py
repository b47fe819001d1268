"""Notices of a meeting, and the answers to them."""

import sqlalchemy as sa
from alembic import op

from server.storage.tables.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_notice_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_notice"),
    )
    op.create_index("ix_meeting_notice_meeting_id", "meeting_notice", ["meeting_id"], unique=False)
    op.create_table(
        "notice_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("other_time", sa.Text(), nullable=False),
        sa.Column("interpreter", sa.String(80), nullable=False),
        sa.Column("bringing", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_notice_answer_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_answer"),
    )
    op.create_index("ix_notice_answer_meeting_id", "notice_answer", ["meeting_id"], unique=False)


def downgrade() -> None:
    for table in ("notice_answer", "meeting_notice"):
        op.drop_table(table)
