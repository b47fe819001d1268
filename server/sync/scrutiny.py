"""What a room asks of an update before the journal gets it: whose it is, whether it fits, what of it is new."""

from collections.abc import Iterable

from server.documents.errors import Malformed
from server.documents.update import Update, read_update
from server.sync.judge import Clocks, brings_text, cuts_pair, repeats_text
from server.sync.pending import Pending
from server.sync.presence import Presence
from server.sync.ranges import ClockSet
from server.sync.replica import Replica, Unreadable, without

MOST_DOCUMENT = 4 * 1024 * 1024


class Scrutiny:
    """Of one document."""

    __slots__ = ("_authors", "_claimed", "_growth", "_presence", "_replica")

    def __init__(self, replica: Replica, presence: Presence) -> None:
        self._replica = replica
        self._presence = presence
        self._growth = 0  # bytes that the batch being made adds
        self._authors: dict[int, str] = {}  # Yjs client id -> the person whose it is
        self._claimed: set[int] = set()  # of these, what the journal knows of

    def begin(self) -> None:
        """Another batch is being made."""
        self._growth = 0

    def stored(self, claims: Iterable[int]) -> None:
        self._claimed.update(claims)

    def refused(self, claims: Iterable[int]) -> None:
        for client in claims:
            self._authors.pop(client, None)

    def claims(self, update: Update) -> tuple[int, ...]:
        """The Yjs client ids that write here for the first time, as far as this room knows."""
        clocks = self._replica.clocks
        return tuple(
            client
            for client, ranges in update.ranges.items()
            if client not in self._claimed and ranges and ranges[-1][1] > clocks.get(client, 0)
        )

    def deleted(self, update: Update) -> ClockSet | None:
        """What is deleted already, where it takes that to tell whether anything is new."""
        return self._replica.deleted if update.deletes and not brings_text(update, self._replica.clocks) else None

    def unrepeated(self, pending: Pending, known: Clocks) -> tuple[bytes, Update] | None:
        """The update without what is known, so that the journal holds everything once; None if it can't be read.

        A client that comes back while its words are on their way to the disk says them again beside new ones. What
        it says again need not be true, so only the rest is judged, as it will stand behind what is known.
        """
        if not repeats_text(pending.update, known):
            return pending.data, pending.update
        try:
            data = without(pending.data, {client: known[client] for client in pending.update.ranges if client in known})
            return data, read_update(data)
        except (Unreadable, Malformed):
            return None

    def judge(self, person_id: str, pending: Pending, known: Clocks, fresh: tuple[bytes, Update] | None) -> str | None:
        """Why this update may not stand, or None; the outline then counts on it. New client ids become the person's.

        `fresh` is the update without what is known.
        """
        for client, ranges in pending.update.ranges.items():
            new = ranges and ranges[-1][1] > known.get(client, 0)
            if new and self._author(client, person_id) != person_id:
                return "invalid"
        if fresh is None or cuts_pair(pending.update, known):
            return "invalid"
        data, update = fresh
        if self._replica.size + self._growth + len(data) > MOST_DOCUMENT:
            return "too_big"
        outline = self._replica.outline
        reason = outline.judge(update)
        if reason is None:
            outline.add(update)
            self._growth += len(data)
        return reason

    def _author(self, client: int, person_id: str) -> str:
        """Whose this Yjs client id is. Everybody can read it off presence, so whoever is here with it comes first."""
        author = self._authors.get(client)
        if author is None:
            here = self._presence.owner(client)
            author = self._authors[client] = person_id if here is None else here.person_id
        return author
