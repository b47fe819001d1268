"""The tests' modules, compiled once before the workers begin: each of them would compile all of them for itself.

pytest rewrites the asserts of a module when it is imported for the first time, and keeps what came of it beside the
module, where the next process finds it. In a fresh checkout the workers import everything at the same moment.
"""

import compileall
import multiprocessing
import os
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.assertion import rewrite

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PLAIN = (ROOT / "server", ROOT / "scripts", TESTS / "support")


def compile_all(config: pytest.Config) -> None:
    """Do so for what has changed since the last time."""
    if sys.dont_write_bytecode:
        return
    changed = [file for file in _rewritten() if _kept(file) is None]
    # By forking: a process that is started afresh would have to import all that is imported here.
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _begin, (config,)) as pool:
        plain = pool.map_async(_compile, PLAIN, chunksize=1)
        pool.map(_rewrite, changed, chunksize=8)
        plain.get()


def _rewritten() -> list[Path]:
    return [*TESTS.rglob("test_*.py"), *TESTS.rglob("conftest.py")]


def _place(file: Path) -> Path:
    return rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"


def _kept(file: Path) -> CodeType | None:
    return rewrite._read_pyc(file, _place(file))


_of: dict[str, Any] = {}  # what a process of the pool has from this one


def _begin(config: pytest.Config) -> None:
    _of["config"] = config


def _rewrite(file: Path) -> None:
    config: pytest.Config = _of["config"]
    source, code = rewrite._rewrite_test(file, config)
    rewrite.try_makedirs(_place(file).parent)
    rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source, _place(file))


def _compile(folder: Path) -> None:
    compileall.compile_dir(folder, quiet=2)
