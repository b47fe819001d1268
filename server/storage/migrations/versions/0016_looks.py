"""How far each person has seen each section."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_look_meeting_id"),
        sa.PrimaryKeyConstraint("document_id", "person_id", name="pk_look"),
    )
    op.create_index("ix_look_meeting_id", "look", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("look")
