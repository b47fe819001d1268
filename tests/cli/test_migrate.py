"""`roundtable migrate`: the schema by one role, the service by another that cannot rewrite a journal."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.cli.conftest import Run, one_line

REWRITES = [
    "UPDATE entry SET payload = ''",
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
        with psycopg.connect(app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


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
