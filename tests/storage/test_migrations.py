"""From nothing to today's schema, on both engines; and what the code believes is what the database has."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from server.app import DatabaseUnusable, open_database
from server.settings import Settings
from server.storage.engine import Database
from server.storage.migrate import is_empty, migrate
from server.storage.tables import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path):
    sqlite = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    opened = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url"))
    yield opened
    opened.sync.dispose()


def test_from_empty_to_the_schema_that_the_code_knows(database: Database) -> None:
    assert is_empty(database.sync)
    migrate(database.sync)
    assert not is_empty(database.sync)
    with database.sync.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_again_changes_nothing(database: Database) -> None:
    migrate(database.sync)
    migrate(database.sync)
    assert set(inspect(database.sync).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_several_nodes_may_start_at_once(database: Database) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        node = Database(database.sync.url.render_as_string(hide_password=False))
        try:
            migrate(node.sync)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            node.sync.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert not is_empty(database.sync)


def test_a_migration_that_fails_leaves_nothing_behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.op.create_index", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        migrate(database.sync)
    assert is_empty(database.sync)
    monkeypatch.undo()
    migrate(database.sync)
    assert not is_empty(database.sync)


def test_a_database_of_a_later_version_is_left_alone(data_dir: Path) -> None:
    settings = Settings(data=data_dir).prepared()
    database = open_database(settings)
    with database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.sync.dispose()
    with pytest.raises(DatabaseUnusable, match="another version of Roundtable"):
        open_database(settings)
