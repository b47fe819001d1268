"""What happened in a meeting is found without reading past each keystroke."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no_edit = sa.text("kind != 'edit'")
    op.create_index(
        "ix_entry_events", "entry", ["meeting_id", "number"], sqlite_where=no_edit, postgresql_where=no_edit
    )


def downgrade() -> None:
    op.drop_index("ix_entry_events", "entry")
