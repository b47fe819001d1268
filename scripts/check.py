#!/usr/bin/env python3
"""Everything `make check` looks at, one after the other; all are run, so that one mend-round sees every trouble."""

import subprocess
import sys
import time
from pathlib import Path

from scripts import setup

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
TYPESCRIPT = ROOT / "node_modules" / ".bin" / "tsc"

CHECKS: list[tuple[str, list[str]]] = [
    ("Python format", [f"{BIN}/ruff", "format", "--check", "."]),
    ("Python lint", [f"{BIN}/ruff", "check", "--output-format=concise", "--quiet", "."]),
    ("Python types", [f"{BIN}/mypy"]),
    ("Layers", [f"{BIN}/lint-imports", "--no-logo"]),
    ("Templates", [f"{BIN}/djlint", "--lint", "--quiet", "templates"]),
    ("TypeScript", [setup.node(), str(TYPESCRIPT), "--noEmit", "--project", "tsconfig.json"]),
    ("Translations", [sys.executable, "scripts/check_messages.py"]),
    ("Words of the scripts", [sys.executable, "scripts/check_strings.py"]),
    ("Lock files", [sys.executable, "scripts/check_locks.py"]),
    ("Settings in the README", [sys.executable, "scripts/check_settings.py"]),
    ("What runs it elsewhere", [sys.executable, "scripts/check_deploy.py"]),
]


def main() -> int:
    failed = []
    for name, command in CHECKS:
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=setup.with_node(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "WRONG" if done.returncode else "ok"
        print(f"  {name:.<28} {verdict} ({time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout.strip() + "\n", flush=True)
    print("All checks passed." if not failed else f"Wrong: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
