"""A form that was sent after its session had ended: signing in again, and what was typed in it, to copy."""

import re
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from server.web.errors import problem, wants_json
from server.web.templates import is_fragment, render

# Fields that hold what somebody writes in their own words. Only these are shown again: never a password or a token, and
# nothing that a page sends along unseen.
WRITTEN = frozenset(
    {"action", "basis", "bringing", "considered", "contacts", "factors", "input", "note", "other_factors", "other_time"}
    | {"override", "proposal", "question", "reason", "reasons", "safeguards", "text", "what", "why", "why_withdrawn"}
    | {"words"}
)
# A page of ours, without a query.
HERE = re.compile(r"(/[A-Za-z0-9_-]+)+|/")


def answer(request: Request, body: bytes, *, most_fields: int) -> Response:
    """A part of a page stays as it is, with what was typed in it; only a whole page has to give it back."""
    if wants_json(request) or is_fragment(request):
        return problem(request, 401)
    context = {
        "written": written(request, body, most_fields),
        "sign_in": "/sign-in?" + urlencode({"then": _page(request)}),
    }
    return render(request, "ended.html", context, status=401)


def written(request: Request, body: bytes, most_fields: int) -> list[str]:
    """What was typed in the form's fields, one after the other."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    try:
        fields = parse_qsl(body.decode("utf-8"), max_num_fields=most_fields)
    except (UnicodeDecodeError, ValueError):
        return []
    return [text for name, text in fields if is_written(name) and text.strip()]


def is_written(name: str) -> bool:
    """Whether a field by this name (“option-2-why”, “words-3”) holds somebody's own words."""
    parts = [part for part in name.split("-") if not part.isdigit()]
    return bool(parts) and parts[-1] in WRITTEN


def safe_page(path: str) -> str:
    """A page of ours to go on to after signing in, or the home page."""
    return path if HERE.fullmatch(path) else "/"


def _page(request: Request) -> str:
    """The nearest page above the address that the form was sent to: browsers do not tell which one it stood on."""
    parts = request.url.path.rstrip("/").split("/")
    for end in range(len(parts), 1, -1):
        path = "/".join(parts[:end])
        asked = {"type": "http", "method": "GET", "path": path, "root_path": ""}
        if any(route.matches(asked)[0] == Match.FULL for route in request.app.routes):
            return safe_page(path)
    return "/"
