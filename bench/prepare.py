"""Makes the harness ready in build/bench: a copy of its files, its Node packages, and the peer's SQLite compiled."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.places import BUILD, HARNESS, HARNESS_SOURCE, PEER
from scripts import setup

LOG = BUILD / "prepare.log"
READY = BUILD / "ready.json"
NPM_CI = ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
# Opening a database proves that the compiled part fits the Node that will run it.
PROOF = "const D = require('better-sqlite3'); new D(':memory:').prepare('select 1').get()"


class NotReady(Exception):
    """The harness cannot run here; the message says what is missing."""


def prepare() -> str:
    """The path of the Node that runs the harness and the peer, everything in place. Raises `NotReady`."""
    if sys.platform != "linux":
        raise NotReady("the bench reads CPU time and memory from /proc, which only Linux has")
    digest = _digest()
    if (known := _known(digest)) is not None:
        return known
    print(
        "Preparing the harness and Hocuspocus in build/bench (its SQLite is compiled: about a minute, once)", flush=True
    )
    BUILD.mkdir(parents=True, exist_ok=True)
    LOG.write_text("")
    READY.unlink(missing_ok=True)
    shutil.rmtree(HARNESS, ignore_errors=True)
    shutil.copytree(HARNESS_SOURCE, HARNESS)
    trouble = "no Node was found"
    for node, headers in _nodes():
        try:
            _install(node, headers)
        except NotReady as failed:
            trouble = str(failed)
            print(f"  {node}: {trouble}", flush=True)
            continue
        READY.write_text(json.dumps({"digest": digest, "node": node}))
        return node
    raise NotReady(f"Hocuspocus' SQLite could not be made: {trouble}")


def _known(digest: str) -> str | None:
    try:
        ready = json.loads(READY.read_text())
    except (OSError, ValueError):
        return None
    node: str = ready["node"]
    return node if ready["digest"] == digest and Path(node).exists() else None


def _digest() -> str:
    # What was compiled for one Node does not fit another, wherever that lies.
    version = subprocess.run([setup.node(), "--version"], capture_output=True, check=True).stdout
    digest = hashlib.sha256(setup.node().encode() + version)
    for path in sorted(HARNESS_SOURCE.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(HARNESS_SOURCE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _nodes() -> list[tuple[str, Path | None]]:
    """Nodes to try, each with the folder of its headers if it came with them: ours first, then the system's."""
    ours = Path(setup.node()).parents[1]
    found: list[tuple[str, Path | None]] = [(setup.node(), ours if (ours / "include" / "node").is_dir() else None)]
    if system := shutil.which("node"):
        found.append((system, None))
    return found


def npm(node: str, arguments: list[str], folder: Path) -> None:
    """Run npm in a peer's folder. Raises `CalledProcessError`."""
    headers = Path(node).parents[1]
    if arguments[0] == "rebuild" and (headers / "include" / "node").is_dir():
        arguments = [*arguments, f"--nodedir={headers}"]
    env = {**os.environ, "PATH": str(Path(node).parent) + os.pathsep + os.environ.get("PATH", "")}
    subprocess.run(
        [node, setup.npm()[1], *arguments, "--no-fund", "--no-audit", "--loglevel=error"],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )


def _install(node: str, headers: Path | None) -> None:
    env = {**os.environ, "PATH": str(Path(node).parent) + os.pathsep + os.environ.get("PATH", "")}
    npm = [node, setup.npm()[1]]
    for folder in (HARNESS, PEER):
        _run([*npm, *NPM_CI], folder, env, "its Node packages could not be installed; is there a network?")
    rebuild = [*npm, "rebuild", "better-sqlite3", "--loglevel=error"]
    if headers is not None:
        rebuild.append(f"--nodedir={headers}")
    compilers = "better-sqlite3 could not be compiled; it needs python3, make and a C++ compiler"
    _run(rebuild, PEER, env, f"{compilers} (Debian, Ubuntu: apt install build-essential)")
    _run([node, "-e", PROOF], PEER, env, "better-sqlite3 was built but does not load")


def _run(command: list[str], folder: Path, env: dict[str, str], trouble: str) -> None:
    with LOG.open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        done = subprocess.run(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise NotReady(f"{trouble}\n  All that was said: {LOG}")
