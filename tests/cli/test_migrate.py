"""`roundtable migrate`: the schema by one role, the service by another that cannot rewrite a journal."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import insert, select

from server.journal.checkpoint import Signer
from server.journal.writer import Journal
from server.meeting.destruction import destroy_record
from server.meeting.retention import note_asked, note_informed
from server.storage.engine import Database
from server.storage.tables import Meeting, Person
from tests.cli.conftest import Run, one_line

REWRITES = [
    "UPDATE entry SET payload = ''",
    "UPDATE entry SET payload = NULL, salt = NULL, inserted = 0, deleted = 0",
    "UPDATE entry SET hash = ''",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TRIGGER entry_append_only ON entry",
    "DROP TABLE entry",
    "CREATE OR REPLACE FUNCTION entry_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "UPDATE alembic_version SET version_num = 'x'",
    "CREATE TABLE more (id int)",
    "SET session_replication_role = replica",
]
# By a missing right, or by a trigger that it has no right to drop.
REFUSALS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)


@pytest.fixture
def app_url(postgres_url: str) -> Iterator[str]:
    """The same database for a role of its own."""
    database = postgres_url.rsplit("/", 1)[1]
    role = f"app_{database}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    yield postgres_url.replace("roundtable@", f"{role}@")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def role_of(url: str) -> str:
    return url.partition("//")[2].partition("@")[0]


def test_the_nodes_role_serves_and_rewrites_nothing(roundtable: Run, postgres_url: str, app_url: str) -> None:
    done = roundtable("migrate", "--grant-to", role_of(app_url), "--json", database_url=postgres_url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"granted_to": role_of(app_url)}
    assert roundtable("demo", database_url=app_url).returncode == 0
    assert roundtable("verify", database_url=app_url).returncode == 0
    for statement in REWRITES:
        with psycopg.connect(app_url) as connection, pytest.raises(REFUSALS):
            connection.execute(statement.encode())
    asyncio.run(_destroy(app_url))
    done = roundtable("verify", database_url=app_url)
    assert done.returncode == 0, done.stdout
    assert "DESTROYED: meeting m_" in done.stdout


async def _destroy(url: str) -> None:
    """What the role may do to a record whose time has come, as its node does it."""
    database = Database(url)
    journal = Journal(database, Signer(bytes(32)))
    await journal.start()
    try:
        with database.sync.begin() as connection:
            connection.execute(insert(Person).values(id="p_ada", name="Ada", is_administrator=True))
            meeting_id = connection.scalar(select(Meeting.id))
        assert meeting_id is not None
        await note_asked(journal, "p_ada", meeting_id, "2026-01-02", "Both parents.")
        await note_informed(journal, "p_ada", meeting_id, "2026-01-02", "letter")
        await destroy_record(journal, database, "p_ada", meeting_id, today=date(2026, 2, 1))
    finally:
        await journal.stop()
        await database.close()


def test_the_nodes_role_cannot_make_the_schema_and_says_who_can(inside: Run, app_url: str) -> None:
    done = inside("verify", database_url=app_url)
    assert done.returncode == 2
    done = inside("demo", database_url=app_url)
    assert done.returncode == 2
    assert "let the owner's address run `roundtable migrate`" in one_line(done)


def test_what_a_role_had_before_is_taken_away(inside: Run, postgres_url: str, app_url: str) -> None:
    assert inside("migrate", database_url=postgres_url).returncode == 0
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        grant = sql.SQL("GRANT ALL ON entry TO {}").format(sql.Identifier(role_of(app_url)))
        connection.execute(grant)
    assert inside("migrate", "--grant-to", role_of(app_url), database_url=postgres_url).returncode == 0
    with psycopg.connect(app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("TRUNCATE entry")


@pytest.mark.parametrize(("role", "said"), [("nobody_here", "no role"), ("roundtable", "owns the tables")])
def test_a_role_that_no_grant_holds(inside: Run, postgres_url: str, role: str, said: str) -> None:
    done = inside("migrate", "--grant-to", role, database_url=postgres_url)
    assert done.returncode == 2
    assert said in one_line(done)


def test_a_file_has_no_roles(inside: Run) -> None:
    assert inside("migrate").returncode == 0
    done = inside("migrate", "--grant-to", "x")
    assert done.returncode == 2
    assert "for PostgreSQL" in one_line(done)
