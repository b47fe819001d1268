"""Sessions that end while their sockets are open: at this node, or at another one."""

import time
from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import Connection, select

from server.bus.base import SESSIONS, Bus
from server.journal.writer import Journal
from server.storage.tables import Person, Session, now

KEPT = 60.0  # seconds; looking a session up takes far less
AT_ONCE = 5000


class Revocations:
    """The bus says it at once; a look at the database finds what the bus has lost."""

    def __init__(self, bus: Bus, journal: Journal, sessions: Callable[[], Iterable[str]], end: Callable[[str], None]):
        """`sessions` are those of the open sockets; `end` closes the sockets of one."""
        self._journal = journal
        self._sessions = sessions
        self._end = end
        self._ended: dict[str, float] = {}  # sessions that ended of late, and when
        bus.received.append(self._received)
        bus.follow(SESSIONS)

    def was_revoked(self, session_id: str) -> bool:
        """Whether a session ended while whoever asks was looking it up."""
        return session_id in self._ended

    def _received(self, topic: str, data: bytes, _node: str) -> None:
        if topic == SESSIONS:
            session_id = data.decode(errors="replace")
            self._ended[session_id] = time.monotonic()
            self._end(session_id)

    def tidy(self, instant: float) -> None:
        self._ended = {ended: when for ended, when in self._ended.items() if instant - when < KEPT}

    async def look(self) -> None:
        """Close what the database says has ended. Raises `SQLAlchemyError`."""
        open_here = list(set(self._sessions()))
        for start in range(0, len(open_here), AT_ONCE):
            some = open_here[start : start + AT_ONCE]
            for session_id in await self._journal.read(partial(_ended, session_ids=some)):
                self._end(session_id)


def _ended(connection: Connection, session_ids: list[str]) -> list[str]:
    """Those that do not stand any more, the unknown among them."""
    standing = (
        select(Session.id)
        .join(Person, Person.id == Session.person_id)
        .where(
            Session.id.in_(session_ids),
            Session.revoked_at.is_(None),
            Session.expires_at > now(),
            Person.disabled_at.is_(None),
        )
    )
    stands = set(connection.scalars(standing))
    return [session_id for session_id in session_ids if session_id not in stands]
