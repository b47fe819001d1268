"""What a room holds between a client's update and its commit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.documents.update import Update, read_update
from server.journal.store import Write
from server.sync.typing import Run, run_of

if TYPE_CHECKING:
    from server.sync.connection import Connection


@dataclass(slots=True, eq=False)
class Pending:
    """A client's update that waits for its commit, or several that are one run of typing."""

    connection: "Connection"
    data: bytes
    update: Update
    size: int  # bytes, as they came
    reason: str | None = None  # why they may not write here, should there be something new in it
    sure: bool = False  # judged against all that is committed, also by other nodes
    count: int = 1  # updates, each of which wants its answer
    run: Run | None = None  # made when a second update comes

    def extend(self, data: bytes) -> bool:
        """Take in the connection's next update, if it goes on where this one ends."""
        if self.run is None:
            self.run = run_of(self.data, self.update)
        if self.reason is not None or self.run is None or not self.run.extend(data):
            return False
        self.count += 1
        self.size += len(data)
        return True

    def close(self) -> None:
        """No more comes to this run: read it as the one update that it is."""
        if self.connection.last is self:
            self.connection.last = None
        if self.run is not None:
            self.data = self.run.update()
            self.update = read_update(self.data)
            self.run = None


@dataclass(slots=True, eq=False)
class Batch:
    """One author's part of a commit: the write, and whom to ack for it."""

    write: Write
    update: Update
    pending: list[Pending] = field(default_factory=list)
