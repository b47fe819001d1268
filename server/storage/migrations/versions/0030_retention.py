"""Records may be destroyed when the law allows it: payloads and salts of a journal go, and nothing else of it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
KEPT = (
    "meeting_id number kind document_id author_id author_role time payload_hash prev_hash hash".split()  # noqa: SIM905
)
MESSAGE = "the journal is append-only"


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("put_by", sa.String(), nullable=False),
        sa.Column("put_at", UTC, nullable=False),
        sa.Column("lifted_by", sa.String()),
        sa.Column("lifted_at", UTC),
        sa.Column("lifted_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_hold_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_meeting_id", "hold", ["meeting_id"])
    op.create_table(
        "retention",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("left_on", sa.String(10)),
        sa.Column("asked_on", sa.String(10)),
        sa.Column("asked_words", sa.Text(), nullable=False),
        sa.Column("informed_on", sa.String(10)),
        sa.Column("informed_how", sa.String(16)),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_retention_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_retention"),
    )
    op.create_table(
        "destruction",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("wiped_at", UTC),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_destruction_meeting_id"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_destruction"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def destroyed(row: str) -> str:
    """That the meeting of `row` has an entry which says that its record was destroyed: looked up by keys alone."""
    return (
        "EXISTS (SELECT 1 FROM destruction d JOIN entry e "  # noqa: S608 - of our own names
        "ON e.meeting_id = d.meeting_id AND e.number = d.number "
        f"WHERE d.meeting_id = {row}.meeting_id AND e.kind = 'record.destroyed'"
    )


def allowed(same: str) -> str:
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in KEPT)
    return (
        f"NEW.payload IS NULL AND NEW.salt IS NULL AND NEW.inserted = 0 AND NEW.deleted = 0 AND {kept} "
        f"AND {destroyed('OLD')} AND OLD.number < d.number)"
    )


def _sqlite() -> None:
    op.execute(
        "CREATE TABLE entry_as_it_will_be (meeting_id VARCHAR NOT NULL, number BIGINT NOT NULL, "
        "kind VARCHAR(32) NOT NULL, document_id VARCHAR, author_id VARCHAR NOT NULL, "
        "author_role VARCHAR(24) NOT NULL, time BIGINT NOT NULL, payload BLOB, salt BLOB, payload_hash BLOB NOT NULL, "
        "prev_hash BLOB NOT NULL, hash BLOB NOT NULL, inserted INTEGER NOT NULL, deleted INTEGER NOT NULL, "
        "PRIMARY KEY (meeting_id, number), FOREIGN KEY(meeting_id) REFERENCES meeting (id)) WITHOUT ROWID"
    )
    names = (
        "meeting_id, number, kind, document_id, author_id, author_role, time, payload, salt, payload_hash, prev_hash, "
        "hash, inserted, deleted"
    )
    op.execute(f"INSERT INTO entry_as_it_will_be ({names}) SELECT {names} FROM entry")  # noqa: S608
    op.execute("DROP TABLE entry")
    op.execute("ALTER TABLE entry_as_it_will_be RENAME TO entry")
    op.create_index("ix_entry_document_id_number", "entry", ["document_id", "number"])
    op.create_index("ix_entry_events", "entry", ["meeting_id", "number"], sqlite_where=sa.text("kind != 'edit'"))
    op.execute(
        f"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry WHEN NOT ({allowed('IS')}) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    op.execute(f"CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
    op.execute(
        f"CREATE TRIGGER access_no_delete BEFORE DELETE ON access WHEN NOT {destroyed('OLD')}) "
        "BEGIN SELECT RAISE(ABORT, 'the record of access is append-only'); END"
    )


def _postgresql() -> None:
    op.alter_column("entry", "payload", nullable=True)
    op.alter_column("entry", "salt", nullable=True)
    op.execute("DROP TRIGGER entry_append_only ON entry")
    op.execute(
        "CREATE TRIGGER entry_append_only BEFORE DELETE OR TRUNCATE ON entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_append_only()"
    )
    op.execute(
        "CREATE FUNCTION entry_destroyed_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {allowed('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_destroyed_only BEFORE UPDATE ON entry "
        "FOR EACH ROW EXECUTE FUNCTION entry_destroyed_only()"
    )
    op.execute(
        "CREATE FUNCTION access_destroyed_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {destroyed('OLD')}) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the record of access is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER access_destroyed_only BEFORE DELETE ON access "
        "FOR EACH ROW EXECUTE FUNCTION access_destroyed_only()"
    )


def downgrade() -> None:
    raise RuntimeError("what was destroyed is not brought back: there is no way back from this migration")
