"""A room: one document and everybody who has it open.

An edit's way through here: `submit` (may this connection change it; into the queue) -> the journal's writer asks with
`take` (judged, merged per author) -> commit -> `settled` (apply, ack, one merged frame to everybody).
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from server import metrics
from server.documents.errors import Malformed
from server.documents.schema import check_update
from server.documents.update import Update, read_update
from server.journal.store import Write
from server.journal.writer import Journal
from server.sync import protocol
from server.sync.audience import Audience
from server.sync.judge import Clocks, Verdict, advance, judge
from server.sync.outgoing import Outgoing
from server.sync.pending import Batch, Pending
from server.sync.presence import Presence
from server.sync.replica import Replica, Unreadable, merged
from server.sync.scrutiny import Scrutiny

if TYPE_CHECKING:
    from server.sync.connection import Connection
    from server.sync.meeting import MeetingView

log = structlog.get_logger()

PRESENCE_EVERY = 0.05  # seconds: carets move with every key, and nobody sees more than twenty moves a second


class Room:
    __slots__ = (
        "_batches",
        "_held",
        "_journal",
        "_outgoing",
        "_presence_timer",
        "_queue",
        "_scrutiny",
        "connections",
        "document_id",
        "freshen",
        "meeting",
        "presence",
        "replica",
        "tell_nodes",
        "touched",
    )

    def __init__(self, document_id: str, meeting: "MeetingView", replica: Replica, journal: Journal) -> None:
        self.document_id = document_id
        self.meeting = meeting
        self.replica = replica
        self.connections = Audience()
        self.presence = Presence()
        self.touched = time.monotonic()
        self._journal = journal
        self._queue: list[Pending] = []
        self._batches: dict[int, Batch] = {}
        self._scrutiny = Scrutiny(replica, self.presence)
        self._outgoing = Outgoing(self.connections, self._show_heard)
        self._held: list[Pending] = []  # not refused before we know that no other node has stored them
        # Set where other nodes may write too: reads what they have committed, then calls `fresh`.
        self.freshen: Callable[[Room], None] | None = None
        self.tell_nodes: Callable[[Room, bytes], None] | None = None
        self._presence_timer: asyncio.TimerHandle | None = None

    # --- in ---

    def submit(self, connection: "Connection", data: bytes) -> None:
        """Take a client's update. Raises `Malformed` for bytes that are no update, `Unreadable` in a broken room."""
        if self.failed:
            raise Unreadable("read again soon")
        last = connection.last
        if last is not None and connection.scope == protocol.READ_WRITE and last.extend(data):
            connection.socket.owes(len(data))
            return
        update = read_update(data)
        if update.empty:
            connection.stored()
            return
        malformed = check_update(update)
        reason = malformed or connection.why_read_only()
        if reason is not None:
            if judge(update, self.replica.clocks, self.replica.deleted) is Verdict.NOTHING:
                connection.stored()
                return
            if malformed or self.freshen is None:
                connection.refuse(reason)
                return
        connection.socket.owes(len(data))
        connection.last = Pending(connection, data, update, len(data), reason)
        self._queue.append(connection.last)
        self._journal.request(self)

    def take(self) -> Sequence[Write]:
        if self._held and not self.failed:
            return ()  # `fresh` goes on with all of it, in order
        queue, self._queue = self._queue, []
        try:
            if not self.failed:
                return self._writes(queue)
        except (Unreadable, Malformed) as error:
            self._break(error)
        # Nobody was told anything: the clients have it still, and bring it once the document has been read again.
        self._batches.clear()
        self._held.clear()
        return ()

    def _writes(self, queue: list[Pending]) -> list[Write]:
        self._scrutiny.begin()
        by_author: dict[str, list[Pending]] = {}
        for pending in queue:
            pending.close()
            by_author.setdefault(pending.connection.person_id, []).append(pending)
        writes = []
        for person_id, mine in by_author.items():
            batch = self._merge(person_id, mine)
            if batch is not None:
                self._batches[id(batch.write)] = batch
                writes.append(batch.write)
        return writes

    def _merge(self, person_id: str, mine: list[Pending]) -> Batch | None:
        """One author's updates as one, judged in order against the document and each other."""
        clocks: Clocks | None = None
        taken: list[Pending] = []
        datas: list[bytes] = []
        repeats: list[Pending] = []  # of what is taken here and not committed yet: acked, or refused, along with it
        for place, pending in enumerate(mine):
            known = self.replica.clocks if clocks is None else clocks
            update = pending.update
            verdict = judge(update, known, self._scrutiny.deleted(update))
            if verdict is Verdict.NEW or (verdict is Verdict.GAP and pending.reason):
                fresh = self._scrutiny.unrepeated(pending, known)
                reason = pending.reason or self._scrutiny.judge(person_id, pending, known, fresh)
                if reason is not None and self.freshen is not None and not pending.sure:
                    self._hold(mine[place:])
                    break
                if reason is None and fresh is not None:
                    datas.append(fresh[0])
                    clocks = dict(known) if clocks is None else clocks
                    advance(clocks, update)
                    taken.append(pending)
                    continue
                pending.connection.refuse(reason or "invalid", pending.count)
            elif verdict is Verdict.GAP:
                metrics.RESYNCS.inc()
                for _ in range(pending.count):
                    pending.connection.ask_for_missing()  # an answer's ack stands for that of one update
            elif (
                clocks is not None
                and judge(update, self.replica.clocks, self._scrutiny.deleted(update)) is not Verdict.NOTHING
            ):
                repeats.append(pending)
                continue
            else:
                pending.connection.stored(pending.count)
            pending.connection.socket.paid(pending.size)
        if not taken:
            return None
        data = merged(datas)
        update = taken[0].update if data is taken[0].data else read_update(data)
        write = Write(self.document_id, person_id, data, update.inserted, update.deleted)
        write.seen, write.head, write.claims = (
            self.replica.number,
            self.meeting.stream.head,
            self._scrutiny.claims(update),
        )
        return Batch(write, update, [*taken, *repeats])

    def _hold(self, pending: Sequence[Pending]) -> None:
        """This node may have missed what another stored, these very updates perhaps: look first, then judge again."""
        if not self._held and self.freshen is not None:
            self.freshen(self)
        self._held.extend(pending)

    def fresh(self) -> None:
        """All that was committed when `freshen` was called is here."""
        held, self._held = self._held, []
        if held:
            for pending in held:
                pending.sure = True
            self._queue[:0] = held
            self._journal.request(self)

    # --- out ---

    def settled(self, writes: Sequence[Write]) -> None:
        accepted: list[Batch] = []
        for write in writes:
            batch = self._batches.pop(id(write))
            if write.missed is not None or write.rewound:
                self._judge_again(batch)
                continue
            for pending in batch.pending:
                pending.connection.socket.paid(pending.size)
            if write.entry is None:
                self.replica.not_joined(batch.update)
                self._scrutiny.refused(write.claims)
                for pending in batch.pending:
                    pending.connection.refuse(write.refusal or "invalid", pending.count)
                continue
            self._scrutiny.stored(write.claims)
            if write.entry.number > self.replica.number:  # not read back from the journal already
                self._apply(write.entry.number, write.update, batch.update)
            accepted.append(batch)
        if accepted:
            self.touched = time.monotonic()
            try:
                self._show(accepted)
            except Unreadable as error:
                self._break(error)
            self._maybe_snapshot()
        elif not self.busy:
            self._show_heard()

    def _show_heard(self) -> None:
        """Nothing of ours takes along what others have stored."""
        try:
            self._outgoing.show_heard()
        except Unreadable as error:
            self._break(error)

    def _judge_again(self, batch: Batch) -> None:
        """Another node has written this text meanwhile: take that in, and nobody is told anything yet."""
        metrics.BEHIND.inc()
        self.replica.not_joined(batch.update)
        if batch.write.rewound:
            self._break(Unreadable("the journal lacks what was read from it"))
        self.committed(batch.write.missed or ())
        self._queue[:0] = batch.pending
        self._journal.request(self)

    def _show(self, accepted: list[Batch]) -> None:
        """Ack the authors and send everybody what is new to them: one write for each."""
        acks: dict[Connection, int] = {}
        for batch in accepted:
            for pending in batch.pending:
                acks[pending.connection] = acks.get(pending.connection, 0) + pending.count
        self._outgoing.stored([batch.write.update for batch in accepted], acks)

    def committed(self, updates: Sequence[tuple[int, bytes]]) -> None:
        """The text was changed by acts of pages (a restore), or at another node: show it to everybody."""
        fresh = [(number, data) for number, data in updates if number > self.replica.number]
        for number, data in fresh:
            update = read_update(data)
            self._apply(number, data, update)
            self.replica.outline_joined(update)
        if fresh and not self.failed:
            try:
                self._outgoing.heard([data for _, data in fresh], wait=self.busy)
            except Unreadable as error:
                self._break(error)
            self._maybe_snapshot()

    def _apply(self, number: int, data: bytes, update: Update) -> None:
        try:
            self.replica.apply(number, data, update)
        except Unreadable as error:
            self._break(error)

    def _break(self, error: Exception) -> None:
        """Give up this copy of the document; the hub reads another from the journal."""
        self.replica.broken = True
        self._held.clear()
        log.error("document is read again from the journal", error=str(error), document=self.document_id)

    def give_up(self) -> None:
        """What was read of the document is not what the journal has."""
        self._break(Unreadable("it is not what the journal has"))

    def _maybe_snapshot(self, at_rest: bool = False) -> None:
        if not self.failed and self.replica.snapshot_due(at_rest):
            try:
                number, state = self.replica.number, self.replica.compact_state()
            except Unreadable as error:
                self._break(error)
                return
            self.replica.snapshot_taken()
            self._journal.snapshot_soon(self.document_id, number, state)

    @property
    def failed(self) -> bool:
        return self.replica.broken

    def rest(self) -> None:
        """Nobody has edited for a while."""
        if not self.failed and not self.busy:
            self._maybe_snapshot(at_rest=True)
            try:
                self.replica.rest()
            except Unreadable as error:
                self._break(error)

    @property
    def busy(self) -> bool:
        return bool(self._queue or self._batches or self._held)

    # --- presence and news ---

    def presence_changed(self) -> None:
        if self._presence_timer is None:
            self._presence_timer = asyncio.get_running_loop().call_later(PRESENCE_EVERY, self._send_presence)

    def _send_presence(self) -> None:
        self._presence_timer = None
        for_others = self.presence.news_from_here()
        if for_others is not None and self.tell_nodes is not None:
            self.tell_nodes(self, for_others)
        news = self.presence.news()
        if news is None:
            return
        self.connections.send(protocol.awareness(news), _give_presence)

    def tell(self, event: dict[str, object]) -> None:
        """Send a page event to everybody here."""
        self.connections.send(protocol.stateless(json.dumps(event)), _give)


def _give(connection: "Connection", message: bytes) -> None:
    connection.socket.send(message)


def _give_presence(connection: "Connection", message: bytes) -> None:
    if connection.socket.takes_presence:
        connection.socket.send(message)
