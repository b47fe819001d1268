"""The record of a meeting as one file that proves itself (`server.journal.archive`), as far as its reader may read.

That somebody took it is the entry it ends with; the checkpoint of that entry is signed over the list of its files, in
the transaction of the entry itself.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER, DESTROYED, FAMILY, STAFF
from server.journal import kinds
from server.journal.archive import (
    DOCUMENTS,
    EARLIER,
    JOURNAL,
    KEYS,
    READ_ME,
    RECORD,
    line_of,
    list_of,
    pack,
)
from server.journal.checkpoint import EXPORTED, Checkpoint
from server.journal.checkpoints import checkpoints, keep_key, public_keys, sign
from server.journal.entry import Entry
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import facts, read_facts
from server.journal.replay import Replay
from server.journal.snapshot import load
from server.journal.transaction import Transaction
from server.journal.verify import entry_of
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage import tables
from server.storage.engine import Database
from server.storage.tables import Document, Person, Student

OF_A_NOTICE = frozenset(
    {
        kinds.NOTICE_COMPOSED,
        kinds.NOTICE_CHANGED,
        kinds.NOTICE_REMOVED,
        kinds.NOTICE_TRANSLATED,
        kinds.NOTICE_TRANSLATION_REVIEWED,
    }
)
MORE = """The whole record of one meeting, as far as its reader may read it.

Check it with:  roundtable verify THIS_FILE --key KEYS
KEYS is a file with the school's public keys, from the school's page /verify and not from this archive. What each file
holds, and how to check it without Roundtable, stands in docs/record-format.md.
"""

# How much of how much is done; what it raises ends the work.
Tell = Callable[[int, int], None]
TELL_EVERY = 500  # entries


async def take_archive(
    journal: Journal, database: Database, actor: Actor, readable: Collection[str], tell: Tell | None = None
) -> bytes:
    """The archive. `readable`: ids of the documents whose text the reader may read; what others say is withheld.
    `tell` is called in the thread that does the work.

    Raises `Refused`: "role", "phase" for the family before the meeting, when half of the draft is not theirs to read.
    """

    await journal.act(lambda transaction: transaction.permit(actor.meeting_id, actor.person_id, "archive"))
    # Not in the journal's reader: what takes long must not keep others from reading, nor from writing.
    taking = _Taking(actor.meeting_id, frozenset(readable), lambda entries: _private(entries, actor), tell)
    try:
        await database.read(lambda session: taking.read(session.connection()))
        return await journal.act(lambda transaction: _sign(transaction, actor, taking))
    finally:
        taking.close()


def _sign(transaction: Transaction, actor: Actor, taking: "_Taking") -> bytes:
    """The entry, what was written until it, and the signature over both stand in one transaction, or none of them."""
    author = transaction.permit(actor.meeting_id, actor.person_id, "archive")
    if transaction.signer is None:
        raise Refused("not_found")
    keep_key(transaction.connection, transaction.signer)
    taking.read(transaction.connection)
    last = transaction.append(actor.meeting_id, kinds.ARCHIVED, author, facts({}))
    taking.add(transaction.connection, [last])
    files = taking.files(transaction.connection)
    return pack(files, sign(transaction.connection, transaction.signer, last, EXPORTED, files=digest_of(files)))


class _Taking:
    """What an archive is made of. It is read in two goes: nearly all of it while others write, the rest under lock."""

    def __init__(
        self,
        meeting_id: str,
        readable: frozenset[str],
        private: Callable[[list[Entry]], set[int]],
        tell: Tell | None = None,
    ) -> None:
        """`private`: numbers of the entries that are withheld besides those of texts that are not `readable`."""
        self._meeting_id, self._readable, self._private, self._tell = meeting_id, readable, private, tell
        self._entries: list[Entry] = []
        self._withheld: set[int] = set()
        self._lines: list[str] = []
        self._replay = Replay()
        self._states: dict[str, tuple[int, bytes]] = {}

    def close(self) -> None:
        self._replay.close()

    def read(self, connection: Connection) -> None:
        """Everything that stands in the meeting's journal and was not read yet."""
        after = self._entries[-1].number if self._entries else 0
        self.add(connection, list(_entries(connection, self._meeting_id, after)))

    def add(self, connection: Connection, entries: list[Entry]) -> None:
        self._entries += entries
        withheld = self._private(self._entries)
        texts: dict[str, int] = {}
        for entry in self._entries:
            if entry.kind in TEXT_KINDS and entry.document_id is not None:
                if entry.document_id in self._readable:
                    texts[entry.document_id] = entry.number
                else:
                    withheld.add(entry.number)
        if any((entry.number in withheld) != (entry.number in self._withheld) for entry in self._told()):
            # Meanwhile somebody gave away what was theirs alone, or took it back.
            self._replay.close()
            self._replay, self._lines = Replay(), []
        for entry in self._entries[len(self._lines) :]:
            if len(self._lines) % TELL_EVERY == 0:
                self._say()
            self._lines.append(line_of(entry, withheld=entry.number in withheld))
            if entry.number not in withheld:
                # What builds on something withheld has nothing to change.
                with contextlib.suppress(SQLAlchemyError, KeyError, TypeError):
                    self._replay.take(entry)
        self._withheld = withheld
        for document_id, number in texts.items():
            if self._states.get(document_id, (0, b""))[0] != number:
                self._say()
                self._states[document_id] = number, load(connection, document_id, number).state()

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(len(self._lines), len(self._entries))

    def _told(self) -> list[Entry]:
        return self._entries[: len(self._lines)]

    def files(self, connection: Connection, **more: Any) -> dict[str, bytes]:
        told = [entry for entry in self._entries if entry.number not in self._withheld]
        return {
            JOURNAL: "".join(self._lines).encode(),
            **_proof(connection, self._meeting_id),
            RECORD: _record(connection, told, self._replay.rows(self._meeting_id), self._readable, **more),
            **{f"{DOCUMENTS}{document_id}.yjs": state for document_id, (_, state) in sorted(self._states.items())},
        }


async def take_certificate(journal: Journal, database: Database, meeting_id: str) -> bytes:
    """What is left of a destroyed record, as an archive: proof of what was destroyed, by whom and when.

    Nothing of the student is in it. Raises `Refused("not_found")` for a meeting whose record stands.
    """

    def read(connection: Connection) -> tuple[Entry, dict[str, bytes]]:
        entries = list(_entries(connection, meeting_id, 0))
        if not entries or entries[-1].kind != kinds.DESTROYED:
            raise Refused("not_found")
        files = {
            **_proof(connection, meeting_id),
            JOURNAL: "".join(line_of(entry, withheld=not entry.salt) for entry in entries).encode(),
            RECORD: _record(connection, entries[-1:], _rows(entries[-1]), frozenset()),
        }
        return entries[-1], files

    last, files = await database.read(lambda session: read(session.connection()))

    def end(transaction: Transaction) -> Checkpoint:
        if transaction.signer is None:
            raise Refused("not_found")
        return sign(transaction.connection, transaction.signer, last, EXPORTED, files=digest_of(files))

    return pack(files, await journal.act(end))


def _proof(connection: Connection, meeting_id: str) -> dict[str, bytes]:
    return {
        EARLIER: "\n".join(one.text() for one in checkpoints(connection, meeting_id)).encode(),
        KEYS: "".join(f"{name} {public.hex()}\n" for name, public in public_keys(connection).items()).encode(),
        READ_ME: MORE.encode(),
    }


def digest_of(files: dict[str, bytes]) -> str:
    return hashlib.sha256(list_of(files)).hexdigest()


def whole_files(connection: Connection, meeting_id: str) -> dict[str, bytes]:
    """All of a record, with nothing withheld, and what another installation needs to go on with it."""
    documents = frozenset(connection.scalars(select(Document.id).where(Document.meeting_id == meeting_id)))
    taking = _Taking(meeting_id, documents, lambda _entries: set())
    try:
        taking.read(connection)
        return taking.files(connection, accesses=_accesses(connection, meeting_id))
    finally:
        taking.close()


def _rows(last: Entry) -> Any:
    """The tables that one entry alone tells of."""
    replay = Replay()
    try:
        replay.take(last)
        return replay.rows(last.meeting_id)
    finally:
        replay.close()


def _accesses(connection: Connection, meeting_id: str) -> list[dict[str, Any]]:
    """The record of access, which goes with the record (34 CFR 300.614)."""
    rows = connection.execute(
        select(tables.Access.__table__).where(tables.Access.meeting_id == meeting_id).order_by(tables.Access.at)
    )
    told = ("id", "person_id", "role", "what", "detail")
    return [{**{name: row._mapping[name] for name in told}, "at": row.at.isoformat()} for row in rows]


def _private(entries: list[Entry], reader: Actor) -> set[int]:
    """What of the acts is others' alone, as on the pages: see `_is_private`."""
    given = {entry.author.person_id for entry in entries if entry.kind == kinds.WORDS_GIVEN}
    approved = {read_facts(entry.payload)["notice"] for entry in entries if entry.kind == kinds.NOTICE_APPROVED}
    private = {entry.number for entry in entries if _is_private(entry, reader, given, approved)}
    return private | _reworded(entries, reader)


def _reworded(entries: list[Entry], reader: Actor) -> set[int]:
    """Others' answers that they had worded otherwise by the time they gave them to the team: nobody was shown these."""
    newest: dict[tuple[str, str], int] = {}
    given: set[str] = set()
    hidden: set[int] = set()
    for entry in entries:
        author = entry.author.person_id
        if entry.kind == kinds.WORDS_GIVEN:
            given.add(author)
        elif entry.kind == kinds.WORDS_WRITTEN and author not in {*given, reader.person_id}:
            which = author, str(read_facts(entry.payload)["question"])
            if which in newest:
                hidden.add(newest[which])
            newest[which] = entry.number
    return hidden


def _is_private(entry: Entry, reader: Actor, given: set[str], approved: set[str]) -> bool:
    if entry.author.person_id == reader.person_id:
        return False
    if entry.kind == kinds.WORDS_WRITTEN:  # an answer that was not given to the team
        return entry.author.person_id not in given
    if entry.kind == kinds.MESSAGE_WRITTEN:  # between the school and somebody else of the family
        return reader.role in FAMILY and read_facts(entry.payload)["thread"] != reader.person_id
    if entry.kind in OF_A_NOTICE:  # the school's until it stands by it
        return reader.role not in STAFF and read_facts(entry.payload)["notice"] not in approved
    # Who comes, and what they think of a part of the draft, they tell the case manager.
    return entry.kind in (kinds.MEETING_NOTICE_ANSWERED, kinds.VIEWED) and reader.role != CASE_MANAGER


def _entries(connection: Connection, meeting_id: str, after: int) -> Iterator[Entry]:
    entry = tables.Entry
    rows = connection.execute(
        select(entry.__table__).where(entry.meeting_id == meeting_id, entry.number > after).order_by(entry.number)
    )
    return (entry_of(row) for row in rows)


def _record(
    connection: Connection,
    entries: list[Entry],
    rows: dict[str, dict[Any, dict[str, Any]]],
    readable: frozenset[str],
    **more: Any,
) -> bytes:
    """The tables that these entries tell of, and who the people in them are (`docs/record.schema.json`)."""
    told = {
        name: [{column: value for column, value in row.items() if not isinstance(value, bytes)} for row in of.values()]
        for name, of in sorted(rows.items())
        if of
    }
    people = {entry.author.person_id for entry in entries}
    people |= {str(row["person_id"]) for row in told.get("participant", [])}
    names = connection.execute(
        select(Person.id, Person.name, Person.locale).where(Person.id.in_(sorted(people))).order_by(Person.id)
    )
    sections = connection.execute(
        select(Document.id, Document.section, Document.state)
        .where(Document.id.in_(sorted(readable)), Document.kind == "section")
        .order_by(Document.position)
    )
    record = {
        "format": "roundtable record 1",
        "meeting": entries[0].meeting_id,
        "people": [{"id": row.id, "name": row.name, "language": row.locale} for row in names],
        "student": _student(connection, told["meeting"][0]),
        "sections": [{"document": row.id, "section": row.section, "state": row.state} for row in sections],
        "tables": told,
        **more,
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()


def _student(connection: Connection, meeting: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a destroyed record nothing is told of them."""
    if meeting["phase"] == DESTROYED:
        return None
    row = connection.execute(
        select(Student.id, Student.name, Student.birth_date, Student.grade, Student.school, Student.district).where(
            Student.id == meeting["student_id"]
        )
    ).one()
    return dict(row._mapping)
