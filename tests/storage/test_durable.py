"""The settings that durability rests on are read back, and a wrong one stops the start."""

from pathlib import Path

import psycopg
import pytest

from server.app import open_database
from server.settings import Settings
from server.storage.engine import PRAGMAS, NotDurable
from server.storage.tables import Person


def settings(data: Path, url: str = "") -> Settings:
    return Settings(data=data, database_url=url).prepared()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("synchronous", 1, "synchronous=1"),
        ("synchronous", 0, "synchronous=0"),
        ("journal_mode", "delete", "journal_mode=delete"),
        ("journal_mode", "memory", "journal_mode=memory"),
        ("foreign_keys", 0, "foreign_keys=0"),
    ],
)
def test_a_weak_sqlite_stops_the_start(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int | str, found: str
) -> None:
    def weak(connection, _record) -> None:
        connection.isolation_level = None
        for pragma, wanted in {**PRAGMAS, name: value}.items():
            connection.execute(f"PRAGMA {pragma}={wanted}")

    monkeypatch.setattr("server.storage.engine._set_pragmas", weak)
    with pytest.raises(NotDurable, match=found):
        open_database(settings(data_dir))


def test_every_connection_of_a_sqlite_is_durable(data_dir: Path) -> None:
    database = open_database(settings(data_dir))
    held = [database.sync.connect() for _ in range(3)]
    for connection in held:
        for name, wanted in PRAGMAS.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted
        connection.close()


@pytest.mark.parametrize(("name", "value"), [("synchronous_commit", "off"), ("synchronous_commit", "local")])
def test_a_weak_postgresql_stops_the_start(data_dir: Path, empty_postgres_url: str, name: str, value: str) -> None:
    open_database(settings(data_dir, empty_postgres_url)).sync.dispose()
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        database = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{database}" SET {name} = {value}'.encode())
    with pytest.raises(NotDurable, match=f"{name}={value}, edits are only safe with {name}=on"):
        open_database(settings(data_dir, empty_postgres_url))


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_postgresql_without_fsync_stops_the_start(
    data_dir: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The cluster of the tests has it on, as all have; so here the wish is turned round."""
    monkeypatch.setattr("server.storage.engine.DURABLE", {name: "off"})
    with pytest.raises(NotDurable, match=f"{name}=on, edits are only safe with {name}=off"):
        open_database(settings(data_dir, empty_postgres_url))


async def test_a_transaction_of_a_page_is_whole_or_not_at_all(data_dir: Path) -> None:
    database = open_database(settings(data_dir))

    async def add_and_fail() -> None:
        async with database.transaction() as session:
            session.add(Person(id="p_1", name="Dana Whitlock"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await add_and_fail()
    async with database.session() as session:
        assert await session.get(Person, "p_1") is None
    await database.close()
