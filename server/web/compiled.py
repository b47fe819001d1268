"""Compiled templates: compiling one takes fifty times what filling it in takes."""

import hashlib
from contextlib import suppress
from pathlib import Path
from types import CodeType

import jinja2
import jinja2.bccache


class Compiled(jinja2.FileSystemBytecodeCache):
    """Compiled once for all languages, and for later starts where `folder` can be written to.

    Whoever opens a page first after a start would wait for it: half a second for a workspace.
    """

    def __init__(self, folder: Path, settings: Path) -> None:
        """`settings`: the module that sets up the environment. What it sets is compiled in, as Jinja's version is."""
        made_by = hashlib.sha256(settings.read_bytes() + jinja2.__version__.encode()).hexdigest()[:16]
        super().__init__(str(folder), f"{made_by}-%s.cache")
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            with suppress(OSError):
                super().load_bytecode(bucket)
            self._code[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code
        with suppress(OSError):  # it is kept in memory all the same
            Path(self.directory).mkdir(mode=0o700, exist_ok=True)
            super().dump_bytecode(bucket)
