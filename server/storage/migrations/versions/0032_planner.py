"""SQLite is told how a meeting's entries lie: thousands of keystrokes, and among them the few events.

Without figures its planner takes the index of the events to be as long as the table, and reads past every keystroke.
Fixed figures, and not those of a day, make for the same plan on every installation; whoever runs ANALYZE replaces them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Rows, then how many of them one value of the first column has, of the first two (sqlite.org/fileformat2.html, 2.6.3).
STATISTICS = {
    "entry": "1000000 20000 1",
    "ix_entry_document_id_number": "1000000 2000 1",
    "ix_entry_events": "20000 400 1",
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("ANALYZE sqlite_schema")  # makes the table of statistics
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'entry'")
    rows = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    op.bulk_insert(rows, [{"tbl": "entry", "idx": index, "stat": stat} for index, stat in STATISTICS.items()])
    op.execute("ANALYZE sqlite_schema")  # this connection reads them now, others when they open


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'entry'")
