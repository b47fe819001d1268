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
    wrong = troubles(readme.read_text(encoding="utf-8")) if readme.exists() else ["README.md is missing"]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def settings() -> set[str]:
    return {f"ROUNDTABLE_{name.upper()}" for name in Settings.model_fields}


def troubles(readme: str) -> list[str]:
    named = set(re.findall(r"\bROUNDTABLE_[A-Z0-9_]+\b", readme))
    missing = [f"README.md does not name {name}" for name in sorted(settings() - named)]
    return missing + [f"README.md names {name}, which is no setting" for name in sorted(named - settings() - OTHERS)]


if __name__ == "__main__":
    sys.exit(main())
