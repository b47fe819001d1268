"""A live meeting on a running server, and clients at its table."""

import re
from typing import Any

import psutil
from sqlalchemy import create_engine, func, select

from server.documents.schema import SCHEMA_VERSION
from server.documents.tree import read_tree, text_of
from server.journal.snapshot import load
from server.storage.tables import Entry
from server.sync.tickets import issue
from tests.support.server import Server
from tests.support.wire_client import Document, WireClient

# What the server says of itself when something went wrong that it had not foreseen.
TROUBLE = re.compile(r"error|exception|traceback|panicked", re.IGNORECASE)


class Table:
    """One synthetic meeting: four people, all of whom may edit each of its documents."""

    def __init__(self, server: Server, meeting: dict[str, Any]) -> None:
        self.server = server
        self.meeting = meeting
        self.documents: list[str] = meeting["documents"]
        self.people: list[dict[str, Any]] = meeting["people"]
        self.clients: list[WireClient] = []

    @property
    def id(self) -> str:
        meeting_id: str = self.meeting["id"]
        return meeting_id

    def client(self, **options: Any) -> WireClient:
        client = WireClient(self.server.websocket, **options)
        self.clients.append(client)
        return client

    def token(self, person: int) -> str:
        token: str = self.people[person]["token"]
        return token

    def sit(self, person: int, document: int = 0, **options: Any) -> Document:
        """A client of that person with that document open."""
        return self.client(**options).open(self.documents[document], self.token(person))

    def leave(self) -> None:
        for client in self.clients:
            client.end()

    # What is in the journal, read past the server.

    def entries(self, document: str, kind: str = "edit") -> int:
        query = select(func.count()).select_from(Entry).where(Entry.document_id == document, Entry.kind == kind)
        with self._engine().connect() as connection:
            return connection.scalar(query) or 0

    def stored_text(self, document: str) -> str:
        with self._engine().connect() as connection:
            return text_of(read_tree(load(connection, document).state()))

    def _engine(self) -> Any:
        return create_engine(f"sqlite:///{self.server.data / 'roundtable.sqlite3'}")


def memory(server: Server) -> int:
    """Bytes that the server's process holds."""
    return int(psutil.Process(server.pid).memory_info().rss)


def troubles(server: Server) -> list[str]:
    return [line for line in server.log.read_text(errors="replace").splitlines() if TROUBLE.search(line)]


def secret_key(server: Server) -> str:
    return (server.data / "secret.key").read_text().strip()


def ticket(server: Server, **about: Any) -> str:
    """A ticket as the server would sign it."""
    return issue(secret_key(server), **{"schema_version": SCHEMA_VERSION, **about})
