"""`roundtable admin`: the first administrator, and a way in for somebody who has lost theirs."""

import argparse
import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

from server.app import open_database
from server.domain.errors import Refused
from server.people.accounts import create_person, find_by_email
from server.people.invitations import issue_account_link
from server.settings import Settings
from server.storage.engine import Database


def register(commands: Any) -> None:
    parser = commands.add_parser("admin", help="add people and make sign-in links")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add somebody and print a sign-in link")
    add.add_argument("name")
    add.add_argument("--email", default="", help="needed for signing in with a password")
    add.add_argument("--locale", default="en", choices=("en", "es"))
    add.add_argument("--staff", action="store_true", help="may set up meetings")
    add.add_argument("--administrator", action="store_true", help="may manage people; sees no student's record")
    link = actions.add_parser("link", help="make a new sign-in link for somebody")
    link.add_argument("email")
    for action in (add, link):
        action.add_argument("--base-url", help="address in the printed link")
        action.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    url = options.base_url or settings.base_url or "http://localhost:8000"
    database = open_database(settings)
    try:
        return asyncio.run(_run(database, settings, options, url))
    except Refused as refused:
        print(f"roundtable: {refused.field or 'this'} cannot be used: {refused.code}", file=sys.stderr)
        return 2


async def _run(database: Database, settings: Settings, options: argparse.Namespace, url: str) -> int:
    try:
        if options.action == "add":
            created = await create_person(
                database,
                name=options.name,
                email=options.email,
                locale=options.locale,
                is_staff=options.staff or options.administrator,
                is_administrator=options.administrator,
            )
            person_id = created.id
        else:
            person = await find_by_email(database, options.email)
            if person is None:
                print(f"roundtable: nobody has the address {options.email}", file=sys.stderr)
                return 1
            person_id = person.id
        token = await issue_account_link(
            database, person_id, created_by=None, lifetime=timedelta(days=settings.invitation_days)
        )
    finally:
        await database.close()
    link = f"{url}/invite/{token}"
    print(json.dumps({"person": person_id, "sign_in_url": link}) if options.json else link)
    return 0
