"""Several nodes: who runs, who attends where, who does which work, whose a Yjs client id is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node"),
    )
    op.create_table(
        "attending",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "node_id", name="pk_attending"),
    )
    op.create_index("ix_attending_node_id", "attending", ["node_id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "client",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("client", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_client_document_id"),
        sa.PrimaryKeyConstraint("document_id", "client", name="pk_client"),
    )


def downgrade() -> None:
    for table in ("client", "lease", "attending", "node"):
        op.drop_table(table)
