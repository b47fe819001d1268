"""`roundtable import`: a whole record of another installation becomes an equal meeting here, or nothing does."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.app import DatabaseUnusable, in_words, open_database
from server.cli.verify import read_keys
from server.journal.archive import check_archive, open_archive
from server.journal.verify import Report
from server.meeting.imported import NotEqual, import_record
from server.settings import Settings
from server.storage.engine import Database

WRONG, BAD_USE, NOT_EQUAL = 1, 2, 3


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "import",
        help="take over a whole record that another installation exported",
        epilog="Exit codes: 0 imported, 1 the archive is wrong, 2 bad use, 3 no equal meeting can be made of it here.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive")
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument("--key", metavar="KEYS", help="the other installation's public keys: its /verify/keys.txt")
    keys.add_argument("--own-keys", action="store_true", help="believe the keys in FILE: nobody then knows who made it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    try:
        keys = None if options.key is None else read_keys(options.key)
        data = options.file.read_bytes()
    except (OSError, ValueError) as error:
        print(f"roundtable: {error}", file=sys.stderr)
        return BAD_USE
    checked = check_archive(data, keys)
    if not checked.sound:
        return _told(options, WRONG, checked.meeting_id, [f"the archive is wrong: {one}" for one in checked.faults])
    if checked.destroyed is not None:
        return _told(options, NOT_EQUAL, checked.meeting_id, ["its record was destroyed: there is nothing to import"])
    database = open_database(settings)
    try:
        report = _import(database, data)
    except (NotEqual, ValueError) as error:
        return _told(options, NOT_EQUAL, checked.meeting_id, [str(error)])
    except SQLAlchemyError as error:
        raise DatabaseUnusable(settings, in_words(error)) from error
    finally:
        database.sync.dispose()
    if not report.sound:
        wrong = [f"entry {fault.number}: {fault.problem}" for fault in report.faults]
        return _told(options, WRONG, checked.meeting_id, wrong)
    return _told(options, 0, checked.meeting_id, [], report)


def _import(database: Database, data: bytes) -> Report:
    with database.sync.execution_options(writes=True).connect() as connection, connection.begin() as transaction:
        report = import_record(connection, open_archive(data))
        if not report.sound:
            transaction.rollback()
        return report


def _told(
    options: argparse.Namespace, code: int, meeting_id: str, problems: list[str], report: Report | None = None
) -> int:
    for problem in problems:
        print(f"roundtable: {options.file}: {problem}", file=sys.stderr)
    if problems:
        print("roundtable: nothing was imported, and nothing here was changed", file=sys.stderr)
    if options.json:
        verified = None if report is None else asdict(report)
        print(json.dumps({"imported": code == 0, "meeting": meeting_id, "problems": problems, "verified": verified}))
    elif report is not None:
        print(
            f"Imported meeting {meeting_id}: {report.entries} journal entries, {report.documents} documents, "
            f"{report.checkpoints} signed checkpoints, verified. Its people have no way in yet: an administrator "
            "makes them links at /admin."
        )
    return code
