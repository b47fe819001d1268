#!/usr/bin/env python3
"""Whether the lock files say what pyproject.toml and package.json ask for, with hashes and without any address.

Asks no network. `make locks` makes them anew.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
RUNTIME, DEVELOPMENT, BUILD = "requirements.lock", "requirements-dev.lock", "requirements-build.lock"
NODE = ("", "scripts/chromium/")
NOT_OURS = "node_modules"
EXACT = re.compile(r"\d+\.\d+\.\d+")


def main() -> int:
    wrong = [*_python(), *(line for folder in NODE for line in _node(folder)), *_addresses()]
    for line in wrong:
        print(line)
    if wrong:
        print("`make locks` makes them anew.")
    return 1 if wrong else 0


def _python() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = project["project"]["dependencies"]
    locks = {name: locked(name) for name in (RUNTIME, DEVELOPMENT, BUILD)}
    for name, wanted in (
        (RUNTIME, runtime),
        (BUILD, _flat(groups, "build")),
        (DEVELOPMENT, [*runtime, *_flat(groups, "dev")]),
    ):
        for text in wanted:
            requirement = Requirement(text)
            versions = locks[name].get(canonicalize_name(requirement.name), set())
            if not any(requirement.specifier.contains(version) for version in versions):
                yield f"{name}: {text} is not met ({', '.join(sorted(versions)) or 'absent'})"
    for name in (RUNTIME, BUILD):
        for package, versions in locks[name].items():
            if (other := locks[DEVELOPMENT].get(package)) != versions:
                yield f"{DEVELOPMENT}: {package} {other} is not that of {name}, {versions}"


def _flat(groups: dict[str, list[Any]], name: str) -> Iterator[str]:
    for entry in groups[name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from _flat(groups, entry["include-group"])


def locked(name: str) -> dict[str, set[str]]:
    """Package to versions (more than one where they differ by platform). Every one must carry hashes."""
    found: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(), flags=re.IGNORECASE):
        if match := re.match(r"([\w.-]+)==([^\s;\\]+)", entry):
            if "--hash=sha256:" not in entry:
                raise SystemExit(f"{name}: {match[1]} has no hash")
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


def _node(folder: str) -> Iterator[str]:
    package = json.loads((ROOT / folder / "package.json").read_text())
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    top = lock["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        if package.get(kind, {}) != top.get(kind, {}):
            yield f"{folder}package-lock.json: its {kind} are not those of package.json"
        for name, version in package.get(kind, {}).items():
            if not EXACT.fullmatch(version):
                yield f"{folder}package.json: {name} needs one exact version, not {version}"
            if lock["packages"].get(f"node_modules/{name}", {}).get("version") != version:
                yield f"{folder}package-lock.json: {name} is not at {version}"
    for path, entry in lock["packages"].items():
        if path and not entry.get("link") and "integrity" not in entry:
            yield f"{folder}package-lock.json: {path} has no hash"


def _addresses() -> Iterator[str]:
    bench = sorted(
        path for path in (ROOT / "bench" / "harness").rglob("package-lock.json") if NOT_OURS not in path.parts
    )
    ours = (RUNTIME, DEVELOPMENT, BUILD, *(f"{folder}package-lock.json" for folder in NODE))
    for name in (*ours, *(str(path.relative_to(ROOT)) for path in bench)):
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            if "http:" in line or "https:" in line:
                yield f"{name}:{number}: an address; a lock works with any registry"


if __name__ == "__main__":
    sys.exit(main())
