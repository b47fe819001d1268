"""Built files under /static/. Their names carry a hash, so a browser may keep them for good."""

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.web.templates import DIST

FOR_GOOD = "public, max-age=31536000, immutable"


class BuiltFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304) and path != "manifest.json":
            response.headers["Cache-Control"] = FOR_GOOD
        return response


def static_files() -> Mount:
    return Mount("/static", BuiltFiles(directory=DIST, check_dir=False), name="static")
