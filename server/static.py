"""Built files under `/static/`: their names hold their hash, so a browser may keep them for good, and so may we.

A page fetches some fifteen of them. To find, open and read a file takes several hops to a thread, more than all else of
such a request; so what was read once is answered from memory.
"""

import os
import re
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

DIST = Path(__file__).resolve().parents[1] / "web" / "dist"
# Content codings and how the build ends their files' names, the smallest first.
CODINGS = (("br", ".br"), ("gzip", ".gz"))
_NEVER = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")
# What the build names by its content, but source maps: nobody fetches those twice.
_HASHED = re.compile(r"-[0-9A-Za-z]{8,10}\.(js|css|svg|woff2)")
MOST_KEPT = 8 * 1024 * 1024  # bytes


class _Kept(NamedTuple):
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class BuiltFiles(StaticFiles):
    def __init__(self, directory: Path, most: int = MOST_KEPT) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._most = most
        self._size = 0
        # By path and by whether each coding is taken; the longest unused goes first.
        self._kept: OrderedDict[tuple[str, tuple[bool, ...]], _Kept] = OrderedDict()

    async def get_response(self, path: str, scope: Scope) -> Response:
        asked = Headers(scope=scope)
        if scope["method"] != "GET" or "range" in asked or not _HASHED.search(path):
            return await super().get_response(path, scope)
        taken = accepted(asked.get("accept-encoding", ""))
        key = (path, tuple(coding in taken for coding, _ in CODINGS))
        kept = self._kept.get(key)
        if kept is None:
            response = await super().get_response(path, scope)
            if not isinstance(response, FileResponse):
                return response
            body = await to_thread.run_sync(Path(response.path).read_bytes)
            kept = self._keep(key, _Kept(body, tuple(response.raw_headers)))
        else:
            self._kept.move_to_end(key)
        response = Response(kept.body)
        response.raw_headers = list(kept.headers)
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response

    def _keep(self, key: tuple[str, tuple[bool, ...]], read: _Kept) -> _Kept:
        if key not in self._kept:  # else somebody who asked at the same time was faster
            self._kept[key] = read
            self._size += len(read.body)
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1].body)
        return read

    def file_response(
        self, full_path: "str | os.PathLike[str]", stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file; where it was built compressed, in the smallest coding that is asked for."""
        path = Path(full_path)
        beside = {coding: path.with_name(path.name + ending) for coding, ending in CODINGS}
        packed = {coding: file for coding, file in beside.items() if file.is_file()}
        taken = accepted(Headers(scope=scope).get("accept-encoding", ""))
        coding = next((coding for coding in packed if coding in taken), None)
        if coding is not None:
            path = packed[coding]
            stat_result = path.stat()
        response = super().file_response(path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if packed:
            response.headers["Vary"] = "Accept-Encoding"
        if coding is not None:
            response.headers["Content-Encoding"] = coding
        return response


def accepted(header: str) -> set[str]:
    """The content codings that an Accept-Encoding names and does not refuse (RFC 9110, 12.5.3). `*` names none."""
    named = (one.partition(";") for one in header.lower().split(","))
    return {coding.strip() for coding, _, weight in named if not _NEVER.fullmatch(weight)}


def static_files() -> Mount:
    return Mount("/static", BuiltFiles(DIST))
