"""`roundtable serve`."""

import argparse
import sys
from typing import Any

from sqlalchemy import func, select

from server import logs
from server.app import create_app, open_database
from server.cli.numbers import between
from server.sample.load import load_sample
from server.serving import reserve, serve
from server.settings import Settings
from server.storage.engine import Database
from server.storage.tables import Person


def register(commands: Any) -> None:
    parser = commands.add_parser("serve", help="serve the pages and the live socket")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=between(1, 65_535), default=8000, help="port to listen on (default: 8000)")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="put the sample meeting into an empty database and print its sign-in links",
    )
    parser.set_defaults(run=run)


def run(settings: Settings, options: argparse.Namespace) -> int:
    logs.configure(settings.log_level, settings.log_format)
    url = settings.base_url or f"http://{_named(options.host)}:{options.port}"
    try:
        sockets = reserve(options.host, options.port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        address = f"{options.host} port {options.port}"
        print(f"roundtable: cannot listen on {address}: {reason}; choose others with --host, --port", file=sys.stderr)
        return 2
    database = open_database(settings)  # before anything is promised: what is wrong with it is said in one line
    try:
        settings.checked_key()
        if options.sample:
            _add_sample(database, url)
    finally:
        database.sync.dispose()
    print(f"Roundtable is at {url}  (stop it with Ctrl+C)", file=sys.stderr, flush=True)
    serve(create_app(settings), settings, sockets)
    return 0


def _named(host: str) -> str:
    return "localhost" if host in {"0.0.0.0", "127.0.0.1", "::"} else host  # noqa: S104 - compared, not bound


def _add_sample(database: Database, url: str) -> None:
    with database.sync.connect() as connection:
        empty = not connection.scalar(select(func.count()).select_from(Person))
    if not empty:
        return
    meeting = load_sample(database, url, None)
    print("The database is empty, so here is a sample meeting. All people in it are invented.", file=sys.stderr)
    print("Each link signs in one of them, once:\n", file=sys.stderr)
    for person in meeting["people"]:
        print(
            f"  {person['name']:<22} {person['title'] or person['role']:<34} {person['sign_in_url']}", file=sys.stderr
        )
    print("\nNew links: roundtable admin link --help, or the meeting's People page.\n", file=sys.stderr)
