"""The live meeting: agenda, parking lot, attendance, comments, decisions, follow-ups, sealed sections."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "read_mark",
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("read_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name="pk_read_mark"),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("presenter", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(300), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("notes_id", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("current_since", UTC),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("removed_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_agenda_item_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_item"),
    )
    op.create_index("ix_agenda_item_meeting_id", "agenda_item", ["meeting_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("arrived_at", UTC, nullable=False),
        sa.Column("left_at", UTC),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("removed_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_attendance_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
    )
    op.create_index("ix_attendance_meeting_id", "attendance", ["meeting_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("author_role", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("edited_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_comment_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_meeting_id", "comment", ["meeting_id"], unique=False)
    op.create_index("ix_comment_thread_id", "comment", ["thread_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("other_factors", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("deferred_to", sa.String()),
        sa.Column("deferred_until", sa.String(10)),
        sa.Column("item_id", sa.String()),
        sa.Column("thread_id", sa.String()),
        sa.Column("read_back_revision", sa.Integer()),
        sa.Column("read_back_at", UTC),
        sa.Column("pins", sa.JSON(), nullable=False),
        sa.Column("supersedes", sa.String()),
        sa.Column("superseded_by", sa.String()),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("settled_by", sa.String()),
        sa.Column("settled_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_decision_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("meeting_id", "ordinal", name="uq_decision_meeting_id_ordinal"),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String()),
        sa.Column("due", sa.String(10)),
        sa.Column("decision_id", sa.String()),
        sa.Column("thread_id", sa.String()),
        sa.Column("item_id", sa.String()),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("done_at", UTC),
        sa.Column("done_by", sa.String()),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.Column("removed_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_follow_up_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
    )
    op.create_index("ix_follow_up_meeting_id", "follow_up", ["meeting_id"], unique=False)
    op.create_table(
        "parked_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", UTC, nullable=False),
        sa.Column("left_as", sa.String(16)),
        sa.Column("follow_up_id", sa.String()),
        sa.Column("left_at", UTC),
        sa.Column("left_by", sa.String()),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_parked_item_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parked_item"),
    )
    op.create_index("ix_parked_item_meeting_id", "parked_item", ["meeting_id"], unique=False)
    op.create_table(
        "position",
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("position", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_position_meeting_id"),
        sa.PrimaryKeyConstraint("decision_id", "person_id", name="pk_position"),
    )
    op.create_index("ix_position_meeting_id", "position", ["meeting_id"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("document_id", sa.String()),
        sa.Column("item_id", sa.String()),
        sa.Column("decision_id", sa.String()),
        sa.Column("anchor", sa.JSON(none_as_null=True)),
        sa.Column("proposal", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("resolved_by", sa.String()),
        sa.Column("resolved_at", UTC),
        sa.Column("disposition", sa.String(20)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String()),
        sa.Column("due", sa.String(10)),
        sa.Column("answered_by_decision", sa.String()),
        sa.Column("adopted_number", sa.BigInteger()),
        sa.Column("disposed_by", sa.String()),
        sa.Column("disposed_at", UTC),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_role", sa.String(24), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_thread_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
    )
    op.create_index("ix_thread_meeting_id", "thread", ["meeting_id"], unique=False)
    op.add_column("meeting", sa.Column("profile", sa.String(24), nullable=False, server_default="federal"))
    op.add_column("document", sa.Column("kind", sa.String(16), nullable=False, server_default="section"))
    op.add_column("document", sa.Column("read_back_number", sa.BigInteger()))
    op.add_column("document", sa.Column("read_back_at", UTC))
    op.add_column("document", sa.Column("read_back_by", sa.String()))
    op.add_column("document", sa.Column("sealed_number", sa.BigInteger()))
    op.add_column("document", sa.Column("sealed_hash", sa.String(64)))
    op.add_column("document", sa.Column("sealed_at", UTC))
    op.add_column("document", sa.Column("sealed_by", sa.String()))
    op.add_column("document", sa.Column("overrides", sa.JSON(none_as_null=True)))
    op.add_column("participant", sa.Column("seats", sa.JSON(none_as_null=True)))
    op.add_column("meeting", sa.Column("current_item_id", sa.String()))
    op.add_column("meeting", sa.Column("started_at", UTC))
    op.add_column("meeting", sa.Column("closed_at", UTC))
    op.add_column("meeting", sa.Column("stage", sa.JSON(none_as_null=True)))
    op.add_column("meeting", sa.Column("gathering", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    raise RuntimeError("the journal is append-only: what it tells of a meeting has no place in the older tables")
