"""The command as people run it: a process of its own with an environment of its own; or, quicker, its `main`."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli import main
from tests.support.server import run_roundtable

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def _environment(data: Path, settings: dict[str, str]) -> dict[str, str]:
    return {"ROUNDTABLE_DATA": str(data)} | {f"ROUNDTABLE_{name.upper()}": value for name, value in settings.items()}


@pytest.fixture
def roundtable(data_dir: Path) -> Run:
    """`roundtable("demo", "--json")` on an empty ROUNDTABLE_DATA; settings by their short names (`data=…`)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDTABLE_")}

    def run(*arguments: str, **settings: str) -> Done:
        return run_roundtable(arguments, environment | _environment(data_dir, settings))

    return run


@pytest.fixture
def inside(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The same without a process, for what ends before anything is served."""

    def run(*arguments: str, **settings: str) -> Done:
        for name in [name for name in os.environ if name.startswith("ROUNDTABLE_")]:
            monkeypatch.delenv(name)
        for name, value in _environment(data_dir, settings).items():
            monkeypatch.setenv(name, value)
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capfd.readouterr()
        return Done(arguments, code, said.out, said.err)

    return run


def one_line(done: Done) -> str:
    """The only line it said, on stderr."""
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("roundtable: ")
    return line
