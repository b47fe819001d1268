"""Proxy, two nodes, PostgreSQL and Redis as docker-compose.yml puts them together, in plain processes."""

import http.client
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from playwright.sync_api import expect

from server.people.limits import REDEEM_ADDRESS
from tests.support.browser import People
from tests.support.node import Node
from tests.support.server import Server
from tests.support.stock import Stock, StockDocument
from tests.support.topology import Topology
from tests.support.wait import until
from tests.support.workspace import enter, expect_sign, write

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # most of it is starting and stopping
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@pytest.fixture
def stock(topology: Topology, node: Node, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stock]:
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(topology.authority))
    with Stock(node, topology.websocket) as provider:
        yield provider


def demo(topology: Topology, *, meetings: int | None = None, people: int = 4) -> dict[str, Any]:
    meeting: dict[str, Any] = topology.nodes["node1"].demo(meetings=meetings, people=people, brief=True)["meetings"][0]
    assert meeting["websocket"] == topology.websocket
    return meeting


def sockets(topology: Topology, name: str) -> int:
    token = topology.variables["ROUNDTABLE_METRICS_TOKEN"]
    status, body = topology.nodes[name].get("/metrics", authorization=f"Bearer {token}")
    assert status == 200
    found = re.search(r"^roundtable_sockets (\d+)", body, re.MULTILINE)
    assert found is not None
    return int(found[1])


def verified(topology: Topology) -> dict[str, Any]:
    done = topology.nodes["node1"].run("verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_what_the_outside_sees(topology: Topology) -> None:
    status, headers, body = topology.get("/sign-in")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "; Secure" in cookie
    assert "uvicorn" not in str(headers)
    assert TOKEN.search(body)
    assert topology.get("/healthz")[0] == 200
    assert {topology.get(path)[0] for path in ("/metrics", "/readyz")} == {404}  # for the inside
    plain = http.client.HTTPConnection("127.0.0.1", topology.http_port)
    plain.request("GET", "/sign-in", headers={"Host": "localhost"})
    answer = plain.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, "https://localhost/sign-in")  # at the usual port
    big = http.client.HTTPSConnection("localhost", topology.https_port, context=topology.tls)
    big.request("POST", "/sign-in", body=b"x" * 1_100_000)
    assert big.getresponse().status == 413


def test_the_nodes_role_serves_all_of_it_and_rewrites_nothing(topology: Topology) -> None:
    with psycopg.connect(topology.database_url("app"), autocommit=True) as connection:
        # Of payloads a trigger lets go when a record is destroyed: see tests/cli/test_migrate.py.
        for statement in ("UPDATE entry SET hash = ''", "DELETE FROM entry", "TRUNCATE entry"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        for database in ("postgres", "template1"):  # and is let in nowhere else
            url = topology.database_url("app").removesuffix("roundtable") + database
            with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
                psycopg.connect(url)


class Address:
    """Somebody who comes to the proxy from an address of their own."""

    def __init__(self, topology: Topology, source: str) -> None:
        self.connection = http.client.HTTPSConnection(
            "localhost", topology.https_port, context=topology.tls, source_address=(source, 0)
        )
        self.topology = topology
        self.cookie = ""

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        self.connection.request(method, path, body, {"Cookie": self.cookie, **headers})
        answer = self.connection.getresponse()
        if made := answer.headers.get("set-cookie"):
            self.cookie = made.partition(";")[0]
        return answer.status, answer.read().decode()

    def guess(self, **headers: str) -> int:
        """Try a sign-in link that is none."""
        path = f"/invite/{'x' * 43}"
        _, page = self.ask("GET", "/sign-in")
        found = TOKEN.search(page)
        assert found is not None
        form = urlencode({"csrf": found[1]})
        return self.ask("POST", path, form, **{"Content-Type": "application/x-www-form-urlencoded"}, **headers)[0]


def test_limits_count_the_clients_own_address(topology: Topology) -> None:
    """Not the proxy's, which all share, nor what a client claims to be."""
    guesser, other = Address(topology, "127.0.0.2"), Address(topology, "127.0.0.3")
    seen = [guesser.guess() for _ in range(3)]
    assert 429 not in seen
    # Twice the limit is past it on one node at least, even were each to count by itself.
    seen += [guesser.guess(**{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(2 * REDEEM_ADDRESS.amount)]
    assert seen.count(429) > 0
    assert other.guess() == seen[0]


@pytest.mark.lengthy
def test_a_browser_works_through_the_proxy_and_moves_when_its_node_is_killed(
    topology: Topology, people: People
) -> None:
    meeting = demo(topology)
    facilitator, parent = (
        next(p for p in meeting["people"] if p["role"] == role) for role in ("case_manager", "parent")
    )
    page = enter(people, facilitator, ignore_https_errors=True)
    reader = enter(people, parent, ignore_https_errors=True)
    page.evaluate("window.sameLife = true")
    write(page, "notes", " Written through the proxy.")
    expect_sign(page, "saved")
    expect(reader.locator('section-editor[section="notes"]')).to_contain_text("Written through the proxy.")
    # Whichever node has the writer, both are killed in turn.
    for name, words in (("node1", " One gone."), ("node2", " The other gone.")):
        topology.nodes[name].kill9()
        write(page, "notes", words)
        expect_sign(page, "saved", "back")
        expect(reader.locator('section-editor[section="notes"]')).to_contain_text(words.strip())
        topology.nodes[name].start()
    assert page.evaluate("window.sameLife")  # nothing was loaded anew
    assert verified(topology)["faults"] == []


@pytest.mark.long
def test_a_rolling_restart_loses_no_edit_and_reloads_no_page(topology: Topology, stock: Stock, people: People) -> None:
    """Each node in turn is stopped as Compose stops it, while stock clients and a browser's page type on."""
    meeting = demo(topology, meetings=1, people=6)
    document = meeting["documents"][0]
    page = enter(people, meeting["people"][0], ignore_https_errors=True)
    page.evaluate("window.sameLife = true")
    clients = [stock.open(document, person["token"]).ready() for person in meeting["people"][1:]]
    typed: list[str] = []

    def all_type(round_: str) -> None:
        for number, client in enumerate(clients):
            typed.append(f"<{round_}.{number}>")
            client.type(typed[-1])

    all_type("before")

    def type_until_ended(name: str, node: Server) -> None:
        for count in itertools.count():
            all_type(f"{name}.{count}")
            until(lambda: node.ended or all(client.settled for client in clients), "the acks")
            if node.ended:
                return

    for name, node in topology.nodes.items():
        node.begin_stop()
        type_until_ended(name, node)
        node.stop()
        all_type(f"{name}.down")
        node.start()
        all_type(f"{name}.up")
    until(lambda: all(client.settled for client in clients), "every edit to be acked", seconds=60)
    until(lambda: all(_has(client, typed) for client in clients), "every client to have every edit", seconds=60)
    expect_sign(page, "saved", "back")
    assert page.evaluate("window.sameLife")
    for client in clients:
        client.destroy()
    assert verified(topology)["faults"] == []
    late = stock.open(document, meeting["people"][1]["token"]).ready()
    assert _has(late, typed)


def _has(client: StockDocument, typed: list[str]) -> bool:
    """Whether its text holds each word once."""
    text = client.text
    return all(text.count(word) == 1 for word in typed)
