"""What the family writes in their own words, and the threads that answer it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_words",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_own_words_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "question", name="pk_own_words"),
    )
    op.add_column("thread", sa.Column("words_of", sa.String(), nullable=True))
    op.add_column("thread", sa.Column("words_question", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("thread", "words_question")
    op.drop_column("thread", "words_of")
    op.drop_table("own_words")
