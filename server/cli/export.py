"""`roundtable export`: a whole record, with nothing withheld, for another installation."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from server.app import open_database
from server.domain.errors import Refused
from server.journal.archive import check_archive
from server.journal.checkpoint import Signer
from server.meeting.whole import take_whole
from server.people.accounts import find_by_email
from server.settings import Settings
from server.storage.sqlite_file import InUse, file_of, held_alone

WHY_NOT = {
    "role": "--by: only an administrator's account can take a whole record",
    "not_found": "there is no such meeting",
    "conflict": "its record was destroyed; /admin/records gives what is left of it",
}


def register(commands: Any) -> None:
    parser = commands.add_parser("export", help="write a whole record to a file, to import it elsewhere")
    parser.add_argument("meeting", metavar="MEETING", help="the meeting's id, as in its address: m_...")
    parser.add_argument("file", type=Path, metavar="FILE", help="where the archive goes; must not exist yet")
    parser.add_argument("--by", required=True, metavar="EMAIL", help="an administrator's: the record says who took it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.file.exists():
        return _refuse(f"{options.file} is there already; name another file")
    path = file_of(settings.url)
    database = open_database(settings)
    try:
        person = asyncio.run(_person(database, options.by))
        if person is None:
            return _refuse(f"--by: nobody has the address {options.by}")
        database.sync.dispose()
        if path is not None:
            with held_alone(path):
                pass
        data = take_whole(database, Signer(settings.signing_seed), person, options.meeting)
    except InUse:
        return _refuse("a server has the database open; stop it first, for it would not hear of the export")
    except Refused as refused:
        return _refuse(WHY_NOT.get(refused.code, refused.code))
    finally:
        database.sync.dispose()
    with os.fdopen(os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    checked = check_archive(data)
    told = {"file": str(options.file), "bytes": len(data), "entries": checked.entries, "faults": checked.faults}
    if options.json:
        print(json.dumps(told))
    else:
        print(f"{options.file}: {len(data)} bytes, {checked.entries} entries, nothing withheld.")
        print("It holds everything about the student, also what nobody but its writer can read here: send it sealed.")
    return 0 if checked.sound else 1


async def _person(database: Any, email: str) -> str | None:
    try:
        person = await find_by_email(database, email)
        return None if person is None else person.id
    finally:
        await database.close()


def _refuse(reason: str) -> int:
    print(f"roundtable: {reason}", file=sys.stderr)
    return 2
