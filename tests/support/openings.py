"""Schools begin alike: the same people, the same meeting, the same seats. What one did first, the next finds done.

Each first step of a school is kept with what it gave and the database that it left. As long as another school takes the
same steps, it is given the same, and its app, which knows nothing of them yet, starts on that database when it is first
used. The first one who takes a step does so in earnest, and so does everybody after anything that is no such step.
"""

import pickle
import secrets
import sqlite3
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.fresh import FILE, lay

PAGE = 4096
MOST = 500  # openings kept at once
SECONDS = 120  # after which they are made anew: nobody's session is to look as if it had been left alone
KEY = "secret.key"  # people's sessions and the record's signatures hold under this key
_key = secrets.token_urlsafe(32)


@dataclass
class Opening:
    """How far a school has come. `pages` of its database; none where nothing was done yet."""

    pages: list[bytes]
    steps: dict[Hashable, "Step"] = field(default_factory=dict)

    def lay(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        (data / KEY).write_text(_key)
        if self.pages:
            (data / FILE).write_bytes(b"".join(self.pages))
        else:
            lay(data)
        for name in (KEY, FILE):
            (data / name).chmod(0o600)

    def add(self, about: Hashable, gave: Any, data: Path) -> "Opening":
        """A step was taken, and the database is as it left it."""
        after = Opening(_kept.pages_of(data / FILE))
        self.steps[about] = Step(pickle.dumps(gave), after)
        return after


class Step(NamedTuple):
    gave: bytes
    after: Opening


class _Kept:
    """All openings, by the schools' settings. What they have in common of their databases is there once."""

    def __init__(self) -> None:
        self._begun: dict[str, Opening] = {}
        self._pages: dict[bytes, bytes] = {}
        self._count = 0
        self._since = 0.0

    def begin(self, settings: str) -> Opening:
        if self._count > MOST or time.monotonic() - self._since > SECONDS:
            self._begun, self._pages, self._count, self._since = {}, {}, 0, time.monotonic()
        return self._begun.setdefault(settings, Opening([]))

    def pages_of(self, path: Path) -> list[bytes]:
        self._count += 1
        connection = sqlite3.connect(path)
        whole = connection.serialize()  # with what is still in its log
        connection.close()
        pages = (whole[start : start + PAGE] for start in range(0, len(whole), PAGE))
        return [self._pages.setdefault(page, page) for page in pages]


_kept = _Kept()


def begin(data: Path, settings: dict[str, Any]) -> Opening | None:
    """Where a school begins that has nothing yet; None for one that has, or whose database is elsewhere."""
    if "database_url" in settings or (data.exists() and any(data.iterdir())):
        return None
    return _kept.begin(repr(sorted(settings.items())))
