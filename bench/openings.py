"""A document of a long history: typed in once for each server, one message an edit; each opening has a copy."""

import shutil
from pathlib import Path
from typing import Any

from bench.sides import RunFailed, scratch, start


class Openings:
    """`folder` keeps what was typed in, a folder for each server."""

    def __init__(self, node: str, folder: Path) -> None:
        self._node = node
        self._folder = folder

    def ingest(self, server: str, arguments: list[str], edits: int) -> dict[str, Any]:
        """Type so many edits of the trace in. Raises `RunFailed`; then this server has nothing to open."""
        data, whole = self._folder / server, False
        try:
            said = start(self._node, f"join --stage ingest --edits {edits}", arguments, data)
            whole = min(said["edits"], said["acked"]) >= edits
        finally:
            if not whole:
                shutil.rmtree(data, ignore_errors=True)
        if not whole:
            raise RunFailed(f"it took {said['edits']} and acknowledged {said['acked']} of {edits} edits")
        return said

    def open(self, server: str, workload: str, arguments: list[str]) -> dict[str, Any]:
        """Open it after a restart. Raises `RunFailed`."""
        if not (self._folder / server).is_dir():
            raise RunFailed("nothing was ingested")
        with scratch("open") as folder:
            shutil.copytree(self._folder / server, folder / "data")
            return start(self._node, workload, arguments, folder / "data")
