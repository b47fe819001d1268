"""Word files on their way to a draft."""

import sqlalchemy as sa
from alembic import op

UTC = sa.DateTime(timezone=True)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_import",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("started_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_word_import_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_word_import"),
    )
    op.create_index("ix_word_import_person_id", "word_import", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("word_import")
