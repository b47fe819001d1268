#!/usr/bin/env python3
"""Whether README.md names every setting of server/settings.py, and no other."""

import re
import sys
from pathlib import Path

from server.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
# Of the tests and the Makefile, not of the program.
OTHERS = {"ROUNDTABLE_CHROMIUM"}


def main() -> int:
    readme = ROOT / "README.md"
    if not readme.exists():
        print("README.md is missing")
        return 1
    named = set(re.findall(r"\bROUNDTABLE_[A-Z0-9_]+\b", readme.read_text(encoding="utf-8")))
    settings = {f"ROUNDTABLE_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(settings - named):
        print(f"README.md does not name {name}")
    for name in sorted(named - settings - OTHERS):
        print(f"README.md names {name}, which is no setting")
    return 1 if settings - named or named - settings - OTHERS else 0


if __name__ == "__main__":
    sys.exit(main())
