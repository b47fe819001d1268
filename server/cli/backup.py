"""`roundtable backup`: the embedded database copied while it is served."""

import argparse
import json
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.app import DatabaseUnusable, in_words
from server.journal.verify import verify
from server.settings import Settings
from server.storage.engine import Database
from server.storage.sqlite_file import copy_while_served, file_of


def register(commands: Any) -> None:
    parser = commands.add_parser("backup", help="copy the embedded database, while it is served or not, and verify it")
    parser.add_argument("file", type=Path, metavar="FILE", help="where the copy goes; must not exist yet")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    source = file_of(settings.url)
    if source is None:
        print("roundtable: this is for SQLite; docs/operations.md has the backup of a PostgreSQL", file=sys.stderr)
        return 2
    if not source.exists():
        raise DatabaseUnusable(settings, f"{source} is not there")
    try:
        copy_while_served(source, options.file)
    except FileExistsError:
        print(f"roundtable: {options.file} is there already; name another file", file=sys.stderr)
        return 2
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        print(f"roundtable: {options.file}: {reason.lower()}", file=sys.stderr)
        return 2
    copied = Database(f"sqlite:///{options.file.resolve()}")
    try:
        with copied.sync.connect() as connection:
            report = verify(connection)
    except SQLAlchemyError as error:
        raise DatabaseUnusable(settings, in_words(error)) from error
    finally:
        copied.sync.dispose()
    size = options.file.stat().st_size
    if options.json:
        print(json.dumps({"file": str(options.file), "bytes": size, "verified": asdict(report)}))
    elif report.sound:
        print(f"{options.file}: {size} bytes, {report.meetings} meetings, {report.entries} journal entries, verified.")
    else:
        print(f"{options.file}: {len(report.faults)} faults; `roundtable verify` names them.", file=sys.stderr)
    return 0 if report.sound else 1
