"""The stock `@hocuspocus/provider`, in a Node of its own, driven from Python."""

import json
import subprocess
from typing import Any

from tests.support.node import Node
from tests.support.wait import until


class Stock:
    """One Node process with as many sockets and documents as are asked for. `open` returns a document's client."""

    def __init__(self, node: Node, url: str) -> None:
        self._process: subprocess.Popen[str] = node.start("sync/stock_client.mjs", url)
        self._count = 0

    def __enter__(self) -> "Stock":
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.communicate(timeout=30)

    def open(self, name: str, token: str, *, socket: str = "", session: bool = False) -> "StockDocument":
        """A provider for a document, on a socket of its own unless that is named."""
        self._count += 1
        handle = str(self._count)
        self.command("open", handle, on=socket or handle, name=name, token=token, session=session)
        return StockDocument(self, handle)

    def command(self, what: str, handle: str, **arguments: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, "as": handle, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the provider's process ended with {self._process.wait()}"
        answer: dict[str, Any] = json.loads(line)
        return answer


class StockDocument:
    """One provider."""

    def __init__(self, stock: Stock, handle: str) -> None:
        self._stock = stock
        self._handle = handle

    def look(self) -> dict[str, Any]:
        return self._stock.command("look", self._handle)

    @property
    def text(self) -> str:
        text: str = self.look()["text"]
        return text

    def type(self, words: str, *, letters: bool = False) -> int:
        """Write at the end of the first paragraph, in one change or in one for each letter.

        Returns how many changes are then without an ack.
        """
        unsynced: int = self._stock.command("type", self._handle, words=words, letters=letters)["unsynced"]
        return unsynced

    def hold_back(self, words: str) -> None:
        """Write there without the server's hearing of it, nor of how many changes are without an ack."""
        self._stock.command("hold_back", self._handle, words=words)

    def say(self, field: str, value: Any) -> None:
        """Set a field of its awareness state."""
        self._stock.command("say", self._handle, field=field, value=value)

    def forget(self) -> None:
        """Start anew to note the counts of changes without an ack."""
        self._stock.command("forget", self._handle)

    def destroy(self) -> None:
        self._stock.command("destroy", self._handle)

    def ready(self) -> "StockDocument":
        until(lambda: self.look()["authenticated"] and self.settled, "the provider to be ready")
        return self

    @property
    def settled(self) -> bool:
        seen = self.look()
        return bool(seen["isSynced"]) and seen["unsynced_now"] == 0
