"""Who may open a socket from a browser: our own pages. Others are turned away before the socket is accepted."""

from collections.abc import Callable

import pytest

from server.sync import protocol
from tests.support.frames import auth
from tests.support.table import Table
from tests.support.wait import until
from tests.support.wire_client import WireClient

FOREIGN = {
    "null": "null",
    "empty": "",
    "another": "https://evil.example",
    "subdomain": "http://evil.HOST",
    "suffix": "http://HOST.evil.example",
    "prefix": "http://evilHOST",
    "other port": "http://127.0.0.1:1",
    "no port": "http://127.0.0.1",
    "https": "https://HOST",
    "ws": "ws://HOST",
    "file": "file://HOST",
    "another name of this machine": "http://localhost:PORT",
    "path": "http://HOST/path",
    "slash": "http://HOST/",
    "query": "http://HOST?x",
    "fragment": "http://HOST#x",
    "user": "http://user@HOST",
    "host as user": "http://HOST@evil.example",
    "host as user's password": "http://a:HOST@evil.example",
    "backslash": "http://evil.example\\@HOST",
    "two": "http://HOST http://evil.example",
    "no scheme": "HOST",
    "scheme alone": "http://",
    "no such port": "http://127.0.0.1:99999999",
    "brackets": "http://[::1",
    "letters for a port": "http://127.0.0.1:PORTx",
}


def written(template: str, host: str) -> str:
    return template.replace("HOST", host).replace("PORT", host.rpartition(":")[2])


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_page_is_turned_away(table: Table, origin: str) -> None:
    host = f"127.0.0.1:{table.server.port}"
    client = table.client(origin=written(origin, host))
    assert client.answer is not None
    assert client.answer.status_code == 403


@pytest.mark.parametrize("origin", [None, "http://HOST", "HTTP://HOST"])
def test_our_own_page_and_what_is_no_browser_are_let_in(table: Table, origin: str | None) -> None:
    host = f"127.0.0.1:{table.server.port}"
    document = table.sit(0, origin=None if origin is None else written(origin, host))
    document.type(" in")
    until(lambda: document.settled, "an ack")


def test_a_cookie_opens_nothing(table: Table) -> None:
    """Only the ticket counts, so a page that could send our cookie would still get nowhere."""
    client = table.client(headers={"Cookie": "roundtable_session=" + "a" * 43})
    client.send(auth(table.documents[0], ""))
    assert client.wait_closed() == protocol.UNAUTHORIZED


@pytest.fixture
def named(own_table: Callable[..., Table]) -> Callable[[str], Callable[[str], bool]]:
    """A server that is told its own address; whether it lets a page of some origin in."""

    def start(base_url: str) -> Callable[[str], bool]:
        server = own_table(base_url=base_url).server

        def lets_in(origin: str) -> bool:
            client = WireClient(server.websocket, origin=written(origin, f"127.0.0.1:{server.port}"))
            client.end()
            return client.accepted

        return lets_in

    return start


def test_with_an_address_given_that_one_alone_counts(named: Callable[[str], Callable[[str], bool]]) -> None:
    lets_in = named("https://iep.example.org")
    for ours in ("https://iep.example.org", "https://iep.example.org:443", "https://IEP.example.org"):
        assert lets_in(ours), ours
    foreign = ["http://iep.example.org", "https://iep.example.org:8443", "https://a.iep.example.org", "http://HOST"]
    for origin in [*foreign, "https://iep.example.org.evil.example", "https://example.org", "null"]:
        assert not lets_in(origin), origin


def test_an_address_with_a_path_lets_in_its_own_pages_and_no_other(
    named: Callable[[str], Callable[[str], bool]],
) -> None:
    lets_in = named("https://district.example/iep")
    assert lets_in("https://district.example")
    for origin in ("null", "https://evil.example", "http://district.example", "nonsense"):
        assert not lets_in(origin), origin
