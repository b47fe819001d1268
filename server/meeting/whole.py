"""A whole record for another installation, with nothing withheld: by whoever runs this one, and told in the record."""

from sqlalchemy import insert

from server.journal import kinds
from server.journal.archive import pack
from server.journal.checkpoint import EXPORTED, Signer
from server.journal.checkpoints import keep_key, sign
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.meeting.archive import digest_of, whole_files
from server.meeting.retention import administrator
from server.storage.engine import Database
from server.storage.tables import Access
from server.storage.tables.base import new_id, now


def take_whole(database: Database, signer: Signer, person_id: str, meeting_id: str) -> bytes:
    """The archive, its entry and its line in the record of access, in one transaction.

    No server may hold the meeting open on SQLite meanwhile: it would not hear of the entry. Raises `Refused`.
    """
    with database.sync.execution_options(writes=True).begin() as connection:
        transaction = Transaction(connection, signer=signer)
        author = administrator(transaction, person_id, meeting_id, "archive_whole")
        last = transaction.append(meeting_id, kinds.ARCHIVED, author, facts({"whole": True}))
        keep_key(connection, signer)
        row = {"id": new_id("ac"), "meeting_id": meeting_id, "person_id": person_id, "role": author.role}
        connection.execute(insert(Access).values(**row, what="taken", detail="record.zip", at=now()))
        transaction.finish()
        files = whole_files(connection, meeting_id)
        return pack(files, sign(connection, signer, last, EXPORTED, files=digest_of(files)))
