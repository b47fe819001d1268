"""`roundtable verify`: was anything in the journals changed?"""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.app import DatabaseUnusable, in_words
from server.journal.verify import Report, verify
from server.settings import Settings
from server.storage.engine import Database
from server.storage.migrate import is_empty


def register(commands: Any) -> None:
    parser = commands.add_parser("verify", help="check every journal's chain and every snapshot")
    parser.add_argument("--meeting", metavar="ID", help="check one meeting only")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    database = Database(settings.url)
    try:
        if is_empty(database.sync):
            raise DatabaseUnusable(settings, "it holds no meetings of Roundtable")
        with database.moment() as connection:
            report = verify(connection, options.meeting)
    except SQLAlchemyError as error:
        raise DatabaseUnusable(settings, in_words(error)) from error
    finally:
        database.sync.dispose()
    if options.meeting is not None and not report.meetings and report.sound:
        print(f"roundtable: there is no meeting {options.meeting}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(report)) if options.json else _words(report))
    return 0 if report.sound else 1


def _words(report: Report) -> str:
    lines = [
        f"Checked {report.meetings} meetings: {report.entries} journal entries in their chains, "
        f"{report.documents} documents replayed, {report.snapshots} snapshots held against the replay."
    ]
    for fault in report.faults:
        where = f" (document {fault.document_id})" if fault.document_id else ""
        lines.append(f"CHANGED: meeting {fault.meeting_id}, entry {fault.number}{where}: {fault.problem}")
    lines.append("Everything is as it was written." if report.sound else f"{len(report.faults)} found.")
    return "\n".join(lines)
