"""Arguments of the command `roundtable`, and what each part of it is called with."""

import argparse
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from server.app import DatabaseUnusable
from server.cli import admin, backup, demo, export, imports, migrate, move, serve, verify
from server.settings import NoSharedKey, Settings
from server.storage.engine import NotDurable


def run(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="roundtable", description="The live workspace for IEP meetings. Settings come from ROUNDTABLE_* variables."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (serve, demo, verify, export, imports, backup, migrate, move, admin):
        module.register(commands)
    options = parser.parse_args(arguments)
    try:
        # A file is checked anywhere, with nothing but itself: no data folder is made for that.
        alone = options.command == "verify" and options.file is not None
        settings = Settings() if alone else Settings().prepared()
    except ValidationError as error:
        for problem in error.errors():
            name = "ROUNDTABLE_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"roundtable: {name}: {problem['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"roundtable: {error}", file=sys.stderr)
        return 2
    try:
        code: int = options.run(settings, options)
    except (NotDurable, DatabaseUnusable, NoSharedKey) as error:
        print(f"roundtable: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has gone (`roundtable demo | head`); Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
