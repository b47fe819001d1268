"""The ground under the other tests: the real program, PostgreSQL, Redis, Node and Chromium start here."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.support import rewritten
from tests.support.browser import People
from tests.support.node import Node
from tests.support.server import Server


def test_postgresql_is_durable_and_empty(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_the_server_comes_back_at_its_address(server: Server) -> None:
    first = server.pid
    server.kill9()
    server.start()
    assert server.pid != first
    assert server.get("/healthz")[0] == 200


def test_node_is_the_environments_own(node: Node) -> None:
    assert ".venv" in node.path


def test_chromium_shows_a_page(people: People) -> None:
    page = people.page("data:text/html,<h1>Hello</h1>")
    assert page.get_by_role("heading").inner_text() == "Hello"


def test_somebody_opens_their_link(server: Server, people: People) -> None:
    page = people.signed_in(server.demo()["meetings"][0]["people"][0])
    assert page.url.startswith(f"{server.url}/")
    assert "/invite" not in page.url


def test_what_was_compiled_beforehand_is_what_pytest_would_have_compiled(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    file = tmp_path / "test_sum.py"
    file.write_text("def fail():\n    assert 1 + 1 == 3, 'not so'\n")
    rewritten._begin(pytestconfig)
    assert rewritten._kept(file) is None
    rewritten._rewrite(file)
    kept = rewritten._kept(file)
    assert kept is not None
    found: dict[str, Any] = {}
    exec(kept, found)
    with pytest.raises(AssertionError, match=r"assert \(1 \+ 1\) == 3"):
        found["fail"]()
    file.write_text("def fail():\n    assert 1 + 1 == 4\n")
    assert rewritten._kept(file) is None  # it is of another text
