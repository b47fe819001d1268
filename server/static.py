"""Built files under `/static/`: their names hold their hash, so a browser may keep them for good."""

import os
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).resolve().parents[1] / "web" / "dist"
# Content codings and how the build ends their files' names, the smallest first.
CODINGS = (("br", ".br"), ("gzip", ".gz"))
_NEVER = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")


class BuiltFiles(StaticFiles):
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
    return Mount("/static", BuiltFiles(directory=DIST, check_dir=False))
