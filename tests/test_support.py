"""The ground under the other tests: the real program, PostgreSQL, Redis, Node and Chromium start here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, Page

from tests.support import rewritten
from tests.support.browser import DESKTOP, PHONE, People
from tests.support.devices import Devices
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


KEEP = """async (write) => {
  const opened = indexedDB.open("kept");
  await new Promise((done) => (opened.onsuccess = done));
  opened.result.close();
  if (write) localStorage.kept = sessionStorage.kept = document.cookie = "kept=1";
  return [localStorage.kept, sessionStorage.kept, document.cookie, (await indexedDB.databases()).length];
}"""
EMPTY = [None, None, "", 1]  # the database is the one that the question has made


def test_a_device_goes_on_to_the_next_person_empty_and_as_they_want_it(server: Server, browser: Browser) -> None:
    devices = Devices(browser)
    first = People(devices)
    page = first.page(f"{server.url}/sign-in", viewport=PHONE)
    assert page.evaluate(KEEP, True) == ["kept=1", "kept=1", "kept=1", 1]
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('mine'); })")
    first.close()
    assert first.troubles == ["uncaught: mine"]
    second = People(devices)
    other_language = second.page(f"{server.url}/sign-in", locale="es-US")
    again = second.page(f"{server.url}/sign-in")
    assert again is page
    assert other_language is not page
    assert again.viewport_size == DESKTOP
    assert again.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert again.evaluate(KEEP, False) == EMPTY
    with again.expect_event("pageerror"):
        again.evaluate("setTimeout(() => { throw new Error('of the second'); })")
    second.close()
    assert (first.troubles, second.troubles) == (["uncaught: mine"], ["uncaught: of the second"])


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.add_init_script("window.added = true"),
        lambda page: page.context.set_offline(True),
        lambda page: page.on("request", lambda _: None),
        lambda page: page.clock.install(),
        lambda page: page.close(),
    ],
)
def test_a_device_that_was_changed_for_good_is_nobody_elses(
    server: Server, browser: Browser, change: Callable[[Page], object]
) -> None:
    devices = Devices(browser)
    first = People(devices)
    page = first.page(f"{server.url}/sign-in")
    change(page)
    first.close()
    second = People(devices)
    assert second.page() is not page
    second.close()


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
