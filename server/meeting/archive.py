"""The record of a meeting as one file that proves itself (`server.journal.archive`), as far as its reader may read.

That somebody took it is the entry it ends with; the checkpoint of that entry is signed over the list of its files.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER, FAMILY, STAFF
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
from server.journal.checkpoints import checkpoints, public_keys, sign
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
from server.storage.tables import Document, Person

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
    journal: Journal,
    database: Database,
    actor: Actor,
    readable: Collection[str],
    tell: Tell | None = None,
) -> bytes:
    """The archive. `readable`: ids of the documents whose text the reader may read; what others say is withheld.
    `tell` is called in the thread that does the work.

    Raises `Refused`: "role", "phase" for the family before the meeting, when half of the draft is not theirs to read.
    """

    def begin(transaction: Transaction) -> Entry:
        author = transaction.permit(actor.meeting_id, actor.person_id, "archive")
        return transaction.append(actor.meeting_id, kinds.ARCHIVED, author, facts({}))

    last = await journal.act(begin)
    # Not in the journal's reader: what takes long must not keep others from reading.
    files = await database.read(
        lambda session: _files(session.connection(), actor, last.number, frozenset(readable), tell)
    )

    def end(transaction: Transaction) -> Checkpoint:
        if transaction.signer is None:
            raise Refused("not_found")
        listed = _digest(files)
        return sign(transaction.connection, transaction.signer, last, EXPORTED, files=listed)

    checkpoint = await journal.act(end)
    return pack(files, checkpoint)


def _digest(files: dict[str, bytes]) -> str:
    return hashlib.sha256(list_of(files)).hexdigest()


def _files(
    connection: Connection, actor: Actor, upto: int, readable: frozenset[str], tell: Tell | None
) -> dict[str, bytes]:
    steps = _Steps(tell, 2 * upto)  # every entry is written out, and every act replayed
    entries = list(steps.over(_entries(connection, actor.meeting_id, upto)))
    hidden = _private(entries, actor)
    withheld = {
        entry.number
        for entry in entries
        if entry.number in hidden or (entry.kind in TEXT_KINDS and entry.document_id not in readable)
    }
    files = {
        JOURNAL: "".join(line_of(entry, withheld=entry.number in withheld) for entry in entries).encode(),
        EARLIER: "\n".join(one.text() for one in checkpoints(connection, actor.meeting_id)).encode(),
        KEYS: "".join(f"{name} {public.hex()}\n" for name, public in public_keys(connection).items()).encode(),
        READ_ME: MORE.encode(),
    }
    texts = {entry.document_id for entry in entries if entry.kind in TEXT_KINDS and entry.number not in withheld}
    for document_id in sorted(one for one in texts if one is not None):
        steps.tell_again()
        files[f"{DOCUMENTS}{document_id}.yjs"] = load(connection, document_id, upto).state()
    told = [entry for entry in entries if entry.number not in withheld]
    files[RECORD] = _record(connection, told, readable, steps)
    return files


class _Steps:
    """Counts entries as they go by."""

    def __init__(self, tell: Tell | None, total: int) -> None:
        self._tell = tell
        self._total = total
        self._done = 0

    def over(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if self._done % TELL_EVERY == 0:
                self.tell_again()
            self._done += 1
            yield entry

    def tell_again(self) -> None:
        if self._tell is not None:
            self._tell(self._done, self._total)


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


def _entries(connection: Connection, meeting_id: str, upto: int) -> Iterator[Entry]:
    entry = tables.Entry
    rows = connection.execute(
        select(entry.__table__).where(entry.meeting_id == meeting_id, entry.number <= upto).order_by(entry.number)
    )
    return (entry_of(row) for row in rows)


def _record(connection: Connection, entries: list[Entry], readable: frozenset[str], steps: _Steps) -> bytes:
    """The tables that these entries tell of, and who the people in them are (`docs/record.schema.json`)."""
    replay = Replay()
    try:
        for entry in steps.over(entries):
            # What builds on something withheld has nothing to change.
            with contextlib.suppress(SQLAlchemyError, KeyError, TypeError):
                replay.take(entry)
        rows = replay.rows(entries[0].meeting_id)
    finally:
        replay.close()
    told = {
        name: [{column: value for column, value in row.items() if not isinstance(value, bytes)} for row in of.values()]
        for name, of in sorted(rows.items())
        if of
    }
    people = {entry.author.person_id for entry in entries}
    people |= {str(row["person_id"]) for row in told.get("participant", [])}
    names = connection.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))).order_by(Person.id))
    sections = connection.execute(
        select(Document.id, Document.section, Document.state)
        .where(Document.id.in_(sorted(readable)), Document.kind == "section")
        .order_by(Document.position)
    )
    record = {
        "format": "roundtable record 1",
        "meeting": entries[0].meeting_id,
        "people": [{"id": row.id, "name": row.name} for row in names],
        "sections": [{"document": row.id, "section": row.section, "state": row.state} for row in sections],
        "tables": told,
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()
