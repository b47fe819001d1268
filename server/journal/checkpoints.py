"""Checkpoints in the database: signed in the transaction whose entry they name, and held against the record."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.sections import FINAL
from server.journal import kinds
from server.journal.checkpoint import CLOSED, DESTROYED, FINALIZED, Checkpoint, Signer, wrong_with
from server.journal.entry import Entry
from server.journal.payload import read_facts
from server.storage import tables
from server.storage.tables import CheckpointRow, SigningKey, new_id, now


def called_for(kind: str, payload: bytes) -> str | None:
    """Why this entry's moment is signed: a section is final, the meeting is closed, or its record
    was destroyed. None for every other one."""
    if kind == kinds.SECTION and read_facts(payload)["state"] == FINAL:
        return FINALIZED
    if kind == kinds.AMENDED:
        return FINALIZED
    if kind == kinds.PHASE and read_facts(payload)["phase"] == "closed":
        return CLOSED
    return DESTROYED if kind == kinds.DESTROYED else None


def sign(connection: Connection, signer: Signer, entry: Entry, reason: str, *, files: str = "") -> Checkpoint:
    """Sign the moment of this entry and keep it, with the public key."""
    made = signer.sign(Checkpoint(entry.meeting_id, entry.number, entry.hash, entry.time, reason, files))
    keep_key(connection, signer)
    keep(connection, made)
    return made


def keep(connection: Connection, made: Checkpoint) -> None:
    """Put a signed moment with the others of its meeting."""
    connection.execute(
        insert(CheckpointRow).values(
            id=new_id("cp"),
            meeting_id=made.meeting_id,
            number=made.number,
            hash=made.hash,
            time=made.time,
            reason=made.reason,
            files=made.files,
            key_id=made.key_id,
            signature=made.signature,
        )
    )


def keep_key(connection: Connection, signer: Signer) -> None:
    """Its public key is published from now on. An archive holds the keys, and is signed when it is made."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = {"id": signer.key_id, "public": signer.public, "first_used": now()}
    connection.execute(dialect.insert(SigningKey).values(key).on_conflict_do_nothing())


def checkpoints(connection: Connection, meeting_id: str) -> list[Checkpoint]:
    """Of one meeting, oldest first."""
    rows = connection.execute(
        select(CheckpointRow.__table__)
        .where(CheckpointRow.meeting_id == meeting_id)
        .order_by(CheckpointRow.number, CheckpointRow.id)
    )
    return [
        Checkpoint(
            row.meeting_id,
            row.number,
            bytes(row.hash),
            row.time,
            row.reason,
            row.files,
            row.key_id,
            bytes(row.signature),
        )
        for row in rows
    ]


def public_keys(connection: Connection) -> dict[str, bytes]:
    """Those that signatures of records here were made with, by id: this installation's own, and imported ones."""
    rows = connection.execute(select(SigningKey.id, SigningKey.public).order_by(SigningKey.first_used, SigningKey.id))
    return {row.id: bytes(row.public) for row in rows}


def imported_keys(connection: Connection) -> frozenset[str]:
    """Of these, the ids of other installations' keys."""
    return frozenset(connection.scalars(select(SigningKey.id).where(SigningKey.imported.is_(True))))


def departures(connection: Connection, meeting_id: str, keys: Mapping[str, bytes]) -> Iterator[tuple[int, str]]:
    """Where the record is no longer what was signed: the entry's number, and how."""
    entry = tables.Entry
    signed = checkpoints(connection, meeting_id)
    yield from _unsigned(connection, meeting_id, signed)
    for one in signed:
        problem = wrong_with(one, keys)
        if problem is None:
            stands = connection.scalar(
                select(entry.hash).where(entry.meeting_id == meeting_id, entry.number == one.number)
            )
            problem = differs(one, None if stands is None else bytes(stands))
        if problem is not None:
            yield one.number, f"checkpoint ({one.reason}): {problem}"


def _unsigned(connection: Connection, meeting_id: str, signed: list[Checkpoint]) -> Iterator[tuple[int, str]]:
    """Entries whose moment is always signed, and is not; before a record's first signature it was not the custom."""
    if not signed:
        return
    entry = tables.Entry
    rows = connection.execute(
        select(entry.number, entry.kind, entry.payload)
        .where(
            entry.meeting_id == meeting_id,
            entry.number > signed[0].number,
            entry.payload.is_not(None),  # of one that was destroyed nobody can tell any more
            # Not `AMENDED`: those seals were not signed from the first signature on.
            entry.kind.in_((kinds.SECTION, kinds.PHASE)),
        )
        .order_by(entry.number)
    )
    moments = {(one.number, one.reason) for one in signed}
    for row in rows:
        reason = called_for(row.kind, row.payload)
        if reason is not None and (row.number, reason) not in moments:
            yield row.number, f"checkpoint ({reason}): it was signed, and the signature is gone"


def differs(checkpoint: Checkpoint, stands: bytes | None) -> str | None:
    """How the entry that a checkpoint names differs from what stands in the record; None when it is that very one."""
    if stands is None:
        return "the record ends before the entry that was signed"
    if stands != checkpoint.hash:
        return "the record has another entry here than was signed: it was written anew at this entry or before it"
    return None
