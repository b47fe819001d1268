"""`roundtable verify`: was anything in the journals changed, in an archive, or since a receipt was given?"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.app import DatabaseUnusable, in_words
from server.journal.archive import JOURNAL, Checked, check_archive, hash_in_archive
from server.journal.checkpoint import Checkpoint, NotACheckpoint, key_book, parse, wrong_with
from server.journal.checkpoints import differs, public_keys
from server.journal.destroyed import Destroyed
from server.journal.verify import Report, verify
from server.settings import Settings
from server.storage.engine import Database
from server.storage.migrate import is_empty
from server.storage.tables import Entry


def register(commands: Any) -> None:
    parser = commands.add_parser("verify", help="check every journal, an archive that somebody took, or a receipt")
    parser.add_argument("file", nargs="?", metavar="FILE", help="an archive: it is checked with nothing but itself")
    parser.add_argument("--key", metavar="KEYS", help="a file with the public keys that signatures are held against")
    parser.add_argument("--receipt", metavar="RECEIPT", help="whether the record still contains this signed moment")
    parser.add_argument("--meeting", metavar="ID", help="check one meeting only")
    parser.add_argument("--chain", action="store_true", help="only the entries and signatures, not what they replay to")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    try:
        keys = None if options.key is None else read_keys(options.key)
        receipt = None if options.receipt is None else parse(Path(options.receipt).read_text())
        data = None if options.file is None else Path(options.file).read_bytes()
    except (OSError, ValueError, NotACheckpoint) as error:
        print(f"roundtable: {error}", file=sys.stderr)
        return 2
    if data is not None:
        return _archive(data, keys, receipt, options)
    database = Database(settings.url)
    try:
        if is_empty(database.sync):
            raise DatabaseUnusable(settings, "it holds no meetings of Roundtable")
        with database.moment() as connection:
            if receipt is not None:
                return _receipt(receipt, keys or public_keys(connection), _hash_in_database(connection, receipt))
            report = verify(connection, options.meeting, keys, chain=options.chain)
    except SQLAlchemyError as error:
        raise DatabaseUnusable(settings, in_words(error)) from error
    except UnicodeError as error:  # the driver stumbles over what SQLite says of a damaged schema
        raise DatabaseUnusable(settings, "the database file is damaged") from error
    finally:
        database.sync.dispose()
    if options.meeting is not None and not report.meetings and report.sound:
        print(f"roundtable: there is no meeting {options.meeting}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(report)) if options.json else _words(report, options.chain))
    return 0 if report.sound else 1


def read_keys(path: str) -> dict[str, bytes]:
    """From lines of "ID PUBLIC_KEY", both in hexadecimal. Raises `ValueError`."""
    lines = [line.split() for line in Path(path).read_text().splitlines() if line.strip()]
    try:
        book = key_book(bytes.fromhex(line[1]) for line in lines)
    except (IndexError, ValueError):
        raise ValueError(f"{path} is no list of public keys: each line has an id and 64 hexadecimal digits") from None
    if book.keys() != {line[0] for line in lines}:
        raise ValueError(f"{path}: a key does not belong to its id")
    return book


def _archive(
    data: bytes, keys: dict[str, bytes] | None, receipt: Checkpoint | None, options: argparse.Namespace
) -> int:
    checked = check_archive(data, keys)
    if receipt is not None and checked.sound:
        if keys is None:
            print("roundtable: a receipt is held against keys from elsewhere; name them with --key", file=sys.stderr)
            return 2
        stands = hash_in_archive(data, receipt.number) if receipt.meeting_id == checked.meeting_id else None
        return _receipt(receipt, keys, stands)
    print(json.dumps(asdict(checked)) if options.json else _archive_words(checked))
    return 0 if checked.sound else 1


def _receipt(receipt: Checkpoint, keys: dict[str, bytes], stands: bytes | None) -> int:
    problem = wrong_with(receipt, keys) or differs(receipt, stands)
    about = f"Entry {receipt.number} of meeting {receipt.meeting_id}, {receipt.reason}"
    if problem is None:
        print(f"{about}: the record still contains this very moment.")
        return 0
    print(f"CHANGED: {about}: {problem}")
    return 1


def _hash_in_database(connection: Connection, receipt: Checkpoint) -> bytes | None:
    found = connection.scalar(
        select(Entry.hash).where(Entry.meeting_id == receipt.meeting_id, Entry.number == receipt.number)
    )
    return None if found is None else bytes(found)


def _archive_words(checked: Checked) -> str:
    lines = [
        f"Checked meeting {checked.meeting_id}: {checked.entries} entries of {JOURNAL} in their chain "
        f"({checked.withheld} withheld from its reader), {checked.documents} documents held against the replay, "
        f"{checked.checkpoints} signed checkpoints."
    ]
    if checked.destroyed is not None:
        lines.append(_end(checked.destroyed))
    lines += [f"CHANGED: {fault}" for fault in checked.faults]
    if not checked.trusted:
        lines.append("Its own keys were used. Take the school's from elsewhere (--key) to know who signed it.")
    lines.append("Everything is as it was signed." if checked.sound else f"{len(checked.faults)} found.")
    return "\n".join(lines)


def _end(end: Destroyed) -> str:
    """What became of a record whose time had come."""
    of_each = ", ".join(f"{count} {kind}" for kind, count in sorted(end.kinds.items()))
    count = sum(end.kinds.values())
    return (
        f"DESTROYED: meeting {end.meeting_id}: what {count} entries held was destroyed at {end.at} by {end.by} "
        f"({end.citation}), as entry {end.number} says. By kind: {of_each}."
    )


def _words(report: Report, chain: bool) -> str:
    replayed = f"{report.documents} documents replayed, {report.snapshots} snapshots held against the replay, "
    lines = [
        f"Checked {report.meetings} meetings: {report.entries} journal entries in their chains, "
        f"{'' if chain else replayed}{report.checkpoints} signed checkpoints."
    ]
    lines += [_end(one) for one in report.destroyed]
    if chain:
        lines.append("Texts and tables were not held against them (--chain).")
    for fault in report.faults:
        where = f" (document {fault.document_id})" if fault.document_id else ""
        lines.append(f"CHANGED: meeting {fault.meeting_id}, entry {fault.number}{where}: {fault.problem}")
    lines.append("Everything is as it was written." if report.sound else f"{len(report.faults)} found.")
    return "\n".join(lines)
