"""Several `roundtable serve` on one PostgreSQL and one Redis, and people at any of them."""

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from server.documents.tree import read_tree, text_of
from server.journal.snapshot import load
from server.storage.tables import Entry
from server.sync import tickets
from tests.support.redis import RedisServer
from tests.support.server import SECRET_KEY, Server
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient


class Nodes:
    def __init__(self, folder: Path, database_url: str, redis: RedisServer, count: int, **settings: str) -> None:
        self.redis = redis
        self.engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
        self.settings = {"database_url": database_url, "redis_url": redis.url, **settings}
        self.servers = [Server(folder / f"node{place}", **self.settings) for place in range(count)]
        self._clients: list[WireClient] = []

    def start(self) -> "Nodes":
        for server in self.servers:
            server.start(ready=False)
        for server in self.servers:
            server.wait_ready()
        return self

    def stop(self) -> None:
        self.leave()
        for server in self.servers:
            server.stop()
        self.engine.dispose()

    def leave(self) -> None:
        """Every client goes."""
        for client in self._clients:
            client.end()
        self._clients.clear()

    def meeting(self, people: int = 3) -> "Meeting":
        made = self.servers[0].demo(meetings=1, people=people)
        return Meeting(self, made["meetings"][0])

    def client(self, node: int) -> WireClient:
        client = WireClient(self.servers[node].websocket)
        self._clients.append(client)
        return client

    def metric(self, node: int, name: str) -> float:
        """The value of a metric without labels."""
        for line in self.servers[node].get("/metrics")[1].splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
        raise AssertionError(f"there is no metric {name}")


class Meeting:
    """A live meeting, all of whose people may edit."""

    def __init__(self, nodes: Nodes, made: dict[str, Any]) -> None:
        self.nodes = nodes
        self.id: str = made["id"]
        self.documents: list[str] = made["documents"]
        self.people: list[dict[str, Any]] = made["people"]

    def sit(self, node: int, person: int, document: int = 0) -> Document:
        """A client of that person at that node, with that document open."""
        return self.nodes.client(node).open(self.documents[document], self.people[person]["token"])

    def token(self, person: int) -> str:
        token: str = self.people[person]["token"]
        return token

    def person_id(self, person: int) -> str:
        ticket = tickets.read(SECRET_KEY, self.token(person))
        assert ticket is not None
        return ticket.person_id

    def entries(self, *kinds: str) -> list[Any]:
        """The journal's entries of these kinds (none: all), in order."""
        query = select(Entry.number, Entry.kind, Entry.document_id, Entry.author_id, Entry.payload)
        if kinds:
            query = query.where(Entry.kind.in_(kinds))
        with self.nodes.engine.connect() as connection:
            return list(connection.execute(query.where(Entry.meeting_id == self.id).order_by(Entry.number)))

    def stored_text(self, document: int = 0) -> str:
        with self.nodes.engine.connect() as connection:
            return text_of(read_tree(load(connection, self.documents[document]).state()))

    def verified(self) -> bool:
        done = self.nodes.servers[0].run("verify", "--meeting", self.id)
        assert done.returncode == 0, done.stdout + done.stderr
        return True


def reads(document: Document, words: str, *, seconds: float = 30) -> None:
    """Wait until the client has these words on its screen."""
    until(lambda: words in document.whole_text, f"the words {words!r}", seconds=seconds)


def settled(*documents: Document) -> None:
    until(lambda: all(document.settled for document in documents), "every edit's answer")
