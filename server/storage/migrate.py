"""Bring the database's schema up to this version of the code; runs at every start."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

HERE = Path(__file__).parent


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing. On PostgreSQL an advisory lock lets several nodes start at once.

    Where none is missing nothing is written: a role that may not change the schema can start a node.
    """
    with engine.connect() as connection:
        if is_current(connection):
            return
    with engine.execution_options(writes=True).begin() as connection:
        migrate_within(connection)


def migrate_within(connection: Connection) -> None:
    """The same inside the caller's transaction."""
    if connection.dialect.name == "postgresql":
        # Whoever waits for another node's migrations waits as long as they take.
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7258111)")
    command.upgrade(_config(connection), "head")


def is_current(connection: Connection) -> bool:
    """Whether the schema is exactly the one that this version of the code knows."""
    return set(MigrationContext.configure(connection).get_current_heads()) == _newest()


@cache
def _newest() -> frozenset[str]:
    """To find it, every migration's file is read."""
    return frozenset(ScriptDirectory(str(HERE / "migrations")).get_heads())


def is_empty(engine: Engine) -> bool:
    """Whether the database holds no table of ours yet."""
    return not inspect(engine).has_table("meeting")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.attributes["connection"] = connection
    return config
