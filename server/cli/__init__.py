"""The command `roundtable`. Exit codes: 0 done, 1 found something wrong, 2 bad use."""

from server.cli.main import main

__all__ = ["main"]
