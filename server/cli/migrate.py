"""`roundtable migrate`: the schema brought up to date apart from the nodes, by the role that owns it."""

import argparse
import json
import sys
from typing import Any

from sqlalchemy.exc import DBAPIError

from server.app import DatabaseUnusable, in_words, open_database
from server.settings import Settings
from server.storage.grants import RoleUnfit, grant


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "migrate", help="bring the database's schema up to this version (nodes do so too, where their role may)"
    )
    parser.add_argument(
        "--grant-to",
        metavar="ROLE",
        help="PostgreSQL: let this role serve, and only insert into and read the journal; nodes then sign in with it",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    role: str | None = options.grant_to
    database = open_database(settings)
    try:
        if role is not None and database.is_sqlite:
            print("roundtable: --grant-to is for PostgreSQL; a file has no roles", file=sys.stderr)
            return 2
        if role is not None:
            with database.sync.begin() as connection:
                grant(connection, role)
    except RoleUnfit as unfit:
        print(f"roundtable: {unfit}", file=sys.stderr)
        return 2
    except DBAPIError as error:
        raise DatabaseUnusable(settings, in_words(error)) from error
    finally:
        database.sync.dispose()
    granted = f" {role} may serve, and may only add to and read the journal." if role else ""
    print(json.dumps({"granted_to": role}) if options.json else f"The schema is this version's.{granted}")
    return 0
