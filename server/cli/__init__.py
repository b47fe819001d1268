"""The command `roundtable`. Exit codes: 0 done, 1 found something wrong, 2 bad use."""

import gc
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (None: the program's own). Returns its exit code."""
    gc.disable()  # importing leaves next to nothing behind, and looking for it meanwhile is a fifth of a start
    from server.cli.main import run  # noqa: PLC0415 - this is the import that is meant

    gc.enable()
    return run(arguments)
