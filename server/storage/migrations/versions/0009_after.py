"""After the meeting: signatures, statements of disagreement, notices, reviews of decisions, sections carried over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("meeting", sa.Column("carried", sa.JSON()))
    op.add_column("meeting", sa.Column("read_back_at", UTC))
    _create(
        "signoff",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16)),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("revoked_at", UTC),
        sa.Column("revoked_words", sa.Text(), nullable=False),
        sa.Column("revoked_number", sa.BigInteger()),
    )
    _create(
        "statement",
        sa.Column("document_id", sa.String()),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("author_role", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
    )
    _create(
        "notice",
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("takes_effect", sa.String(10)),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_at", UTC),
        sa.Column("approved_number", sa.BigInteger()),
        sa.UniqueConstraint("meeting_id", "ordinal", name="uq_notice_meeting_id_ordinal"),
        index=False,
    )
    op.create_table(
        "notice_translation",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("source_revision", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("translator", sa.String(200), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", UTC, nullable=False),
        sa.Column("reviewed_by", sa.String()),
        sa.Column("reviewed_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_notice_translation_meeting_id"),
        sa.PrimaryKeyConstraint("notice_id", "lang", name="pk_notice_translation"),
    )
    op.create_index("ix_notice_translation_meeting_id", "notice_translation", ["meeting_id"], unique=False)
    _create(
        "notice_delivery",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", UTC, nullable=False),
    )
    _create(
        "decision_review",
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("reviewed_on", sa.String(10), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
    )


def _create(name: str, *columns: "sa.Column[object] | sa.UniqueConstraint", index: bool = True) -> None:
    """A meeting's table with an opaque id."""
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=f"fk_{name}_meeting_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    if index:
        op.create_index(f"ix_{name}_meeting_id", name, ["meeting_id"], unique=False)


def downgrade() -> None:
    for table in ("decision_review", "notice_delivery", "notice_translation", "notice", "statement", "signoff"):
        op.drop_table(table)
    op.drop_column("meeting", "read_back_at")
    op.drop_column("meeting", "carried")
