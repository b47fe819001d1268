"""`roundtable demo`: the sample meeting, or synthetic ones for load tests."""

import argparse
import json
import os
from typing import Any

from server.app import open_database
from server.cli.numbers import between
from server.sample.load import Tickets, load_sample, load_synthetic
from server.settings import Settings


def register(commands: Any) -> None:
    parser = commands.add_parser("demo", help="add the sample meeting, or synthetic ones for load tests")
    parser.add_argument(
        "--meetings",
        type=between(1, 10_000),
        metavar="N",
        help="add N (1 to 10000) synthetic live meetings instead of the sample",
    )
    parser.add_argument(
        "--people", type=between(1, 1000), metavar="P", default=4, help="team members of each, 1 to 1000 (default: 4)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object with ids, documents and tokens")
    parser.add_argument(
        "--base-url", help="address in the printed links (default: ROUNDTABLE_BASE_URL, or this machine's PORT or 8000)"
    )
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    url = options.base_url or settings.base_url or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    database = open_database(settings)
    try:
        tickets = Tickets(settings.checked_key()) if options.json else None
        if options.meetings is None:
            meetings = [load_sample(database, url, tickets)]
        else:
            meetings = load_synthetic(database, url, tickets, options.meetings, options.people)
    finally:
        database.sync.dispose()
    if options.json:
        print(json.dumps({"meetings": meetings}, ensure_ascii=False))
        return 0
    for meeting in meetings:
        print(meeting["url"])
        for person in meeting["people"]:
            print(f"  {person['name']:<22} {person['role']:<20} {person['sign_in_url']}")
    return 0
