"""What a link, and a password that was set after one, may open is kept, and judged on each request.

A session that was limited to one meeting stays so. What began before otherwise, and passwords, open what they did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("password_opens", sa.JSON(none_as_null=True)))
    op.add_column("session", sa.Column("opens", sa.JSON(none_as_null=True)))
    op.add_column("invitation", sa.Column("opens", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("invitation", "opens")
    op.drop_column("session", "opens")
    op.drop_column("person", "password_opens")
