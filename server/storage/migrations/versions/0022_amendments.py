"""Amendments of a final plan without a meeting, and the answers to them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(16)),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("offered_at", UTC),
        sa.Column("offered_number", sa.BigInteger()),
        sa.Column("ended_by", sa.String()),
        sa.Column("ended_at", UTC),
        sa.Column("ended_number", sa.BigInteger()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.String()),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_amendment_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
        sa.UniqueConstraint("meeting_id", "ordinal", name="uq_amendment_meeting_id_ordinal"),
    )
    op.create_table(
        "amendment_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_amendment_answer_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment_answer"),
    )
    op.create_index("ix_amendment_answer_meeting_id", "amendment_answer", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("amendment_answer")
    op.drop_table("amendment")
