from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from server.people import passwords
from tests.support.school import School

_hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_nobody = _hasher.hash("a password that nobody has")


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are the same however long a hash takes; how long it is to take is held in tests/people."""
    monkeypatch.setattr(passwords, "_hasher", _hasher)
    monkeypatch.setattr(passwords, "NOBODY", _nobody)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path / "data") as opened:
        yield opened
