"""`roundtable` with a wall clock that a test moves: `python -m tests.support.faults.launcher OFFSET_FILE serve …`.

The file holds eight bytes, the offset in nanoseconds, and is read at every look at the clock. Monotonic time goes on as
it does on a machine whose clock is set.
"""

import datetime as datetimes
import mmap
import struct
import sys
import time
from datetime import datetime as real_datetime
from pathlib import Path

BEGINNING = struct.pack("<q", 0)


def move_clock(path: Path, seconds: float) -> None:
    """What every process started with this file reads from now on."""
    with path.open("r+b") as file:
        file.write(struct.pack("<q", int(seconds * 1e9)))


def _patch(path: str) -> None:
    with Path(path).open("r+b") as file:
        offset = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    real_ns = time.time_ns

    def time_ns() -> int:
        shift: int = struct.unpack_from("<q", offset)[0]
        return real_ns() + shift

    def seconds() -> float:
        return time_ns() / 1e9

    class Either(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real_datetime)

    class Shifted(real_datetime, metaclass=Either):
        @classmethod
        def now(cls, tz: datetimes.tzinfo | None = None) -> "Shifted":
            return cls.fromtimestamp(seconds(), tz)

    time.time_ns, time.time = time_ns, seconds
    datetimes.datetime = Shifted  # type: ignore[misc]


if __name__ == "__main__":
    _patch(sys.argv[1])
    sys.argv[1:2] = []
    from server.cli import main

    sys.exit(main())
