"""What may be done inside the one transaction that appends: read the rules, seal entries, move the head.

This is the append path, so its statements (`server.journal.statements`) are compiled once and run on the driver's
cursor; SQLAlchemy still writes the SQL, opens the transaction and knows both engines.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from server.domain import sections
from server.domain.errors import Refused
from server.domain.roles import DESTROYED, PREWORK, why_not
from server.journal import checkpoint, checkpoints, effects
from server.journal import entry as journal_entry
from server.journal.entry import Author, Entry, payload_hash
from server.journal.payload import update_of
from server.journal.rulebook import Rulebook, Rules, Section
from server.journal.snapshot import Damaged
from server.journal.statements import SQL


class Rewound(RuntimeError):
    """Somebody holds text of a document that the database has no entry of."""


class Transaction:
    """One transaction on one connection. Entries appended are collected in `entries`; `finish` writes what is due."""

    def __init__(
        self, connection: Connection, book: Rulebook | None = None, signer: checkpoint.Signer | None = None
    ) -> None:
        self.connection = connection
        self.signer = signer
        self.entries: list[Entry] = []
        self._sql = SQL[connection.dialect.name]
        self._cursor = connection.connection.cursor()
        self._one_look = connection.dialect.name == "sqlite"
        book = book or Rulebook()
        book.open(self._cursor, tells=self._one_look)
        self._rules, self._sections, self._roles = book.rules, book.sections, book.roles
        self._rows: list[dict[str, Any]] = []
        self._moved: set[str] = set()
        self._time = time.time_ns() // 1000

    def no_later_than(self, moment: datetime) -> None:
        """For invented meetings, whose people did things in time for their day: entries made so late at most."""
        self._time = min(self._time, int(moment.timestamp() * 1_000_000))

    def lock(self, edits: Iterable[tuple[str, str]]) -> None:
        """Lock the meetings of these documents and read what the edits are held against: (document, person) each.

        In few statements, however many the edits are: while they run, other nodes wait for these meetings.
        """
        if self._one_look:
            return  # the whole database is locked
        pairs = set(edits)
        documents = list({document_id for document_id, _ in pairs})
        self._cursor.execute(self._sql["meetings"], {"document_ids": documents})
        found = self._cursor.fetchall()
        times = self._times([meeting_id for meeting_id, _, _, number, _, time in found if time is None and number])
        for meeting_id, *row, head_time in found:
            self._rules[meeting_id] = _rules_of(row, head_time or times.get(meeting_id))
        # After the lock, and not with it: a statement that waited shows other tables as they were before.
        people = list({person_id for _, person_id in pairs})
        self._cursor.execute(self._sql["places"], {"document_ids": documents, "person_ids": people})
        for document_id, meeting_id, section, state, person_id, role in self._cursor.fetchall():
            self._sections[document_id] = Section(meeting_id, section, state)
            if person_id is not None:
                self._roles[meeting_id, person_id] = role
        for document_id, person_id in pairs:
            if (place := self._sections.get(document_id)) is not None:
                self._roles.setdefault((place.meeting_id, person_id), None)

    def holds(self, entry: Entry) -> bool:
        """Whether the journal has this very entry already."""
        row = self._one("hash", {"meeting_id": entry.meeting_id, "number": entry.number})
        return row is not None and bytes(row[0]) == entry.hash

    def rules(self, meeting_id: str) -> Rules:
        """The meeting's phase and head, locked. Raises `Refused("not_found")`."""
        if (known := self._rules.get(meeting_id)) is not None:
            return known
        row = self._one("meeting", {"meeting_id": meeting_id})
        if row is None:
            raise Refused("not_found")
        *rest, number, head, head_time = row
        if head_time is None and number and not self._one_look:
            head_time = self._times([meeting_id]).get(meeting_id)
        rules = self._rules[meeting_id] = _rules_of([*rest, number, head], head_time)
        return rules

    def _times(self, meeting_ids: list[str]) -> dict[str, int]:
        """When the newest entry of each was made. PostgreSQL, where it waited for a lock, shows the meeting as it is
        now and its entries as they were; where the entry is gone, `verify` says so.
        """
        if not meeting_ids:
            return {}
        self._cursor.execute(self._sql["times"], {"meeting_ids": meeting_ids})
        return dict(self._cursor.fetchall())

    def begin(self, meeting_id: str) -> None:
        """A meeting that does not exist yet: the next entry is its first."""
        self._rules[meeting_id] = Rules(PREWORK, False, 0, journal_entry.GENESIS, 0)

    def section(self, document_id: str) -> Section:
        """Raises `Refused("not_found")`."""
        if (known := self._sections.get(document_id)) is not None:
            return known
        row = self._one("document", {"document_id": document_id})
        if row is None:
            raise Refused("not_found")
        section = self._sections[document_id] = Section(*row)
        return section

    def role(self, meeting_id: str, person_id: str) -> str:
        """The person's role in the meeting now. Raises `Refused("role")` for somebody who has none."""
        key = (meeting_id, person_id)
        if key not in self._roles:
            row = self._one("role", {"meeting_id": meeting_id, "person_id": person_id})
            self._roles[key] = None if row is None else row[0]
        if (role := self._roles[key]) is None:
            raise Refused("role")
        return role

    def permit(self, meeting_id: str, person_id: str, action: str, *, section_state: str = sections.DRAFT) -> Author:
        """Who this person is in the meeting, if they may do `action` now. Raises `Refused` with the reason."""
        rules = self.rules(meeting_id)
        role = self.role(meeting_id, person_id)
        reason = why_not(role, action, rules.phase, section_state=section_state, paused=rules.paused)
        if reason is not None:
            raise Refused(reason)
        return Author(person_id, role)

    def permit_edit(self, document_id: str, person_id: str) -> tuple[str, Author]:
        """The meeting of a document and who this person is there, if they may change its text now."""
        if self._one_look and not self._knows(document_id, person_id):
            self._look(document_id, person_id)
        section = self.section(document_id)
        if section.meeting_id not in self._rules:
            # The meeting's lock comes before the section's state is believed: a finalization may have been under way.
            self.rules(section.meeting_id)
            del self._sections[document_id]
            section = self.section(document_id)
        if sections.owner_of(section.section) not in {None, person_id}:
            raise Refused("role")
        action = sections.edit_action(section.section)
        return section.meeting_id, self.permit(section.meeting_id, person_id, action, section_state=section.state)

    def head(self, document_id: str) -> tuple[str, int, bytes]:
        """The meeting of a document, and the number and hash of its newest entry, under lock. Raises `Refused`."""
        meeting_id = self.section(document_id).meeting_id
        rules = self.rules(meeting_id)
        return meeting_id, rules.head_number, rules.head_hash

    def missed(self, document_id: str, seen: int) -> list[tuple[int, bytes]]:
        """The updates of a document after its text entry `seen` (0: from the first), with their numbers.

        Raises `Rewound` when `seen` is no text entry of this document, `Damaged`.
        """
        self._cursor.execute(self._sql["since"], {"document_id": document_id, "number": seen})
        rows = self._cursor.fetchall()
        if seen and (not rows or rows[0][0] != seen):
            raise Rewound(document_id)
        found = []
        for number, kind, payload, salt, commitment in rows[1:] if seen else rows:
            if payload_hash(salt, payload) != commitment:
                raise Damaged(f"entry {number} of {document_id}")
            data = update_of(kind, payload)
            if data is not None:
                found.append((number, data))
        return found

    def claim(self, document_id: str, person_id: str, clients: Iterable[int]) -> None:
        """Yjs client ids become a person's in a document. Raises `Refused("invalid")` for one that is another's."""
        new = []
        for client in clients:
            about = {"document_id": document_id, "client": client}
            row = self._one("client", about)
            if row is None:
                new.append({**about, "person_id": person_id})
            elif row[0] != person_id:
                raise Refused("invalid")
        if new:
            self._many("claim", new)

    def _knows(self, document_id: str, person_id: str) -> bool:
        section = self._sections.get(document_id)
        return (
            section is not None and section.meeting_id in self._rules and (section.meeting_id, person_id) in self._roles
        )

    def _look(self, document_id: str, person_id: str) -> None:
        row = self._one("edit", {"document_id": document_id, "person_id": person_id})
        if row is None:
            raise Refused("not_found")
        meeting_id, *rules, head_time, section, state, role = row
        if meeting_id not in self._rules:
            self._rules[meeting_id] = _rules_of(rules, head_time)
        self._sections[document_id] = Section(meeting_id, section, state)
        self._roles[meeting_id, person_id] = role

    def append(
        self,
        meeting_id: str,
        kind: str,
        author: Author,
        payload: bytes,
        *,
        document_id: str | None = None,
        inserted: int = 0,
        deleted: int = 0,
    ) -> Entry:
        """Seal the meeting's next entry and do what it tells to the tables.

        The entry itself reaches its table with `finish`, in this transaction. Raises `Refused("conflict")` for a
        meeting whose record was destroyed.
        """
        rules = self.rules(meeting_id)
        if rules.phase == DESTROYED:
            raise Refused("conflict")  # nothing comes after the end
        # A clock that was set back, or another node's that is late: a record's times follow its order all the same.
        instant = max(self._time, rules.head_time)
        entry = journal_entry.seal(
            rules.head_hash, meeting_id, rules.head_number + 1, kind, document_id, author, instant, payload
        )
        rules.head_number, rules.head_hash, rules.head_time = entry.number, entry.hash, instant
        self._moved.add(meeting_id)
        self.entries.append(entry)
        self._rows.append(row_of(entry, inserted, deleted))
        if kind in effects.EFFECTS:
            effects.apply(self.connection, entry)
        if self.signer is not None and (reason := checkpoints.called_for(kind, payload)) is not None:
            checkpoints.sign(self.connection, self.signer, entry, reason)
        return entry

    def finish(self) -> None:
        """Write the entries and move the heads, as far as that has not been done; the caller commits."""
        if self._rows:
            self._many("insert", self._rows)
            self._rows = []
        heads = [(meeting_id, self._rules[meeting_id]) for meeting_id in self._moved]
        if heads:
            self._many(
                "head",
                [
                    {"meeting_id": meeting_id, "new_number": rules.head_number, "new_hash": rules.head_hash}
                    for meeting_id, rules in heads
                ],
            )
        self._moved.clear()

    def _many(self, statement: str, rows: Sequence[dict[str, Any]]) -> None:
        if self._one_look:
            self._cursor.executemany(self._sql[statement], rows)
        else:
            self._cursor.execute(self._sql[statement], {name: [row[name] for row in rows] for name in rows[0]})

    def _one(self, statement: str, values: dict[str, Any]) -> Any:
        self._cursor.execute(self._sql[statement], values)
        return self._cursor.fetchone()


def _rules_of(row: Sequence[Any], head_time: int | None) -> Rules:
    phase, paused, number, head = row
    return Rules(phase, bool(paused), number, bytes(head), head_time or 0)


def row_of(entry: Entry, inserted: int, deleted: int) -> dict[str, Any]:
    """An entry as its table has it, with the sizes of its text."""
    return {
        "meeting_id": entry.meeting_id,
        "number": entry.number,
        "kind": entry.kind,
        "document_id": entry.document_id,
        "author_id": entry.author.person_id,
        "author_role": entry.author.role,
        "time": entry.time,
        "payload": entry.payload,
        "salt": entry.salt,
        "payload_hash": entry.payload_hash,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
        "inserted": inserted,
        "deleted": deleted,
    }
