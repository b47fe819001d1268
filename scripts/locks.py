#!/usr/bin/env python3
"""Makes the lock files anew (`make locks`): newest versions that pyproject.toml allows, package.json's exact ones."""

import json
import subprocess
from pathlib import Path

from scripts import setup

ROOT = Path(__file__).resolve().parents[1]
COMPILE = [
    ".venv/bin/uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
    "--no-emit-index-url", "--python-version", "3.11", "--upgrade", "pyproject.toml",
]  # fmt: skip


def main() -> None:
    _run([*COMPILE, "--output-file", "requirements.lock"])
    _run([*COMPILE[:-1], "--group", "build", "--constraints", "requirements.lock", "-o", "requirements-build.lock"])
    both = ["--constraints", "requirements.lock", "--constraints", "requirements-build.lock"]
    _run([*COMPILE, "--group", "dev", *both, "--output-file", "requirements-dev.lock"])
    for folder in (ROOT, ROOT / "scripts" / "chromium"):
        _run([*setup.npm(), "install", "--package-lock-only", "--ignore-scripts", "--prefix", str(folder)], folder)
        _without_addresses(folder / "package-lock.json")


def _without_addresses(path: Path) -> None:
    """Drop where to send the authors money: the lock names no host at all."""
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


def _run(command: list[str], folder: Path = ROOT) -> None:
    subprocess.run(command, cwd=folder, env=setup.uv_settings() | {"PATH": setup.with_node()["PATH"]}, check=True)


if __name__ == "__main__":
    main()
