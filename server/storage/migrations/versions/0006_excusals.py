"""Who is excused from a meeting, and how its parents were reached."""

import sqlalchemy as sa
from alembic import op

UTC = sa.DateTime(timezone=True)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "excusal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UTC, nullable=False),
        sa.Column("parent_by", sa.String(), nullable=True),
        sa.Column("parent_at", UTC, nullable=True),
        sa.Column("parent_noted_by", sa.String(), nullable=True),
        sa.Column("lea_by", sa.String(), nullable=True),
        sa.Column("lea_at", UTC, nullable=True),
        sa.Column("lea_noted_by", sa.String(), nullable=True),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("input_at", UTC, nullable=True),
        sa.Column("input_noted_by", sa.String(), nullable=True),
        sa.Column("revoked_at", UTC, nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_excusal_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_excusal"),
    )
    op.create_index("ix_excusal_meeting_id", "excusal", ["meeting_id"], unique=False)
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(60), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTC, nullable=False),
        sa.Column("removed_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_contact_attempt_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_attempt"),
    )
    op.create_index("ix_contact_attempt_meeting_id", "contact_attempt", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("contact_attempt")
    op.drop_table("excusal")
