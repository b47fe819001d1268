"""A writer's own log: one JSON object a line, numbered by the writer, written as things happen."""

import json
import time
from pathlib import Path
from typing import IO, Any


class Log:
    """`note` numbers and writes a record. What happened stands in the file even if the process that wrote it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._number = 0
        self._file: IO[str] = path.open("w", encoding="utf-8", buffering=1)

    def note(self, event: str, **facts: Any) -> None:
        self._number += 1
        record = {"n": self._number, "at": round(time.monotonic(), 4), "event": event, **facts}
        self._file.write(json.dumps(record, separators=(",", ":")) + "\n")

    def close(self) -> None:
        self._file.close()


def read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
