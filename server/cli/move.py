"""`roundtable move`: from the embedded database to PostgreSQL, whole and verified, or not at all."""

import argparse
import json
import sqlite3
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from server.app import DatabaseUnusable, in_words
from server.journal.verify import Report, verify
from server.settings import Settings
from server.storage.copy import Copied, NotCopied, copy, filled, strangers
from server.storage.engine import Database
from server.storage.migrate import is_current, migrate_within
from server.storage.sqlite_file import InUse, file_of, held_alone


class CannotMove(Exception):
    """Nothing was done; the message says what stands in the way."""


def register(commands: Any) -> None:
    parser = commands.add_parser("move", help="copy the embedded database into an empty PostgreSQL, and verify it")
    parser.add_argument(
        "--to", required=True, metavar="URL", help="postgresql://OWNER:PASSWORD@HOST/NAME of a database without tables"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    try:
        target = _target(options.to)
        source = _source(settings)
        with ExitStack() as stack:
            stack.callback(target.sync.dispose)
            reading = stack.enter_context(held_alone(source))
            writing = stack.enter_context(target.sync.connect())
            with writing.begin() as transaction:
                copied, report = _move(reading, writing, settings)
                sound = report.sound and not copied.differences
                if not sound:
                    transaction.rollback()
    except InUse:
        return _refuse("a server has the database open; stop it first, so that no edit comes after the copy")
    except (CannotMove, NotCopied) as error:
        return _refuse(str(error))
    except sqlite3.Error as error:
        raise DatabaseUnusable(settings, str(error)) from error
    except SQLAlchemyError as error:
        return _refuse(f"--to: {in_words(error)}")
    for line in [
        *copied.differences,
        *(f"meeting {f.meeting_id}, entry {f.number}: {f.problem}" for f in report.faults),
    ]:
        print(f"WRONG: {line}", file=sys.stderr)
    if options.json:
        moved = {"moved": sound, "tables": copied.rows, "differences": copied.differences, "verified": asdict(report)}
        print(json.dumps(moved))
    else:
        print(_words(copied, report) if sound else "Nothing was moved: the target is as it was.")
    return 0 if sound else 1


def _target(url: str) -> Database:
    try:
        Settings(database_url=url)
        database = Database(url)
    except ValueError:  # pydantic's is one
        database = None
    if database is None or database.is_sqlite:
        raise CannotMove("--to: use postgresql://USER:PASSWORD@HOST/NAME")
    database.check_durable()
    return database


def _source(settings: Settings) -> Path:
    path = file_of(settings.url)
    if path is None:
        raise CannotMove("ROUNDTABLE_DATABASE_URL names no SQLite file: there is nothing to move from")
    if not path.exists():
        raise CannotMove(f"{path} is not there: there is nothing to move from")
    return path


def _move(source: Connection, target: Connection, settings: Settings) -> tuple[Copied, Report]:
    """Schema, rows and verification, in the two connections' transactions."""
    if not is_current(source):
        raise CannotMove(f"{settings.url}: of another version; `roundtable migrate` with this one first")
    if found := sorted(strangers(target)):
        raise CannotMove(f"--to: the database holds tables of something else ({', '.join(found[:3])})")
    if found := filled(target):
        raise CannotMove(f"--to: the database is not empty ({', '.join(found[:3])}); name an empty one")
    migrate_within(target)
    copied = copy(source, target, _say)
    print("  verifying every journal ...", file=sys.stderr, flush=True)
    return copied, verify(target)


def _say(table: str, done: int, total: int) -> None:
    if total and (done == total or done % 20_000 == 0):
        print(f"  {table}: {done} of {total}", file=sys.stderr, flush=True)


def _refuse(reason: str) -> int:
    print(f"roundtable: {reason}", file=sys.stderr)
    return 2


def _words(copied: Copied, report: Report) -> str:
    return (
        f"Moved {sum(copied.rows.values())} rows of {len(copied.rows)} tables; both databases hold the same. "
        f"{report.meetings} meetings and {report.entries} journal entries verified.\n"
        "Next: set ROUNDTABLE_DATABASE_URL, keep ROUNDTABLE_SECRET_KEY as in the data folder's secret.key, and put the "
        "old file away."
    )
