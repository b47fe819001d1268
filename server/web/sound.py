"""Addresses and forms as no page expects them, refused before any page: NUL, which no database of text takes, and
character sets that no browser of ours sends.
"""

from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.web import errors

NUL = "\0"
URLENCODED, MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data"
MOST_FIELDS = 1000  # as many as the framework reads of a form
SHOWN = 80  # characters of a field's name


def number_of(request: Request, name: str) -> int | None:
    """A number of the address's query, or None where there is none that databases can hold."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


class Unkeepable(Exception):
    """A field of a form holds NUL."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field.replace(NUL, "")[:SHOWN]


class SoundAddress:
    """An address with NUL in it is nobody's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (NUL in scope["path"] or b"%00" in scope["query_string"]):
            await errors.problem(Request(scope), 404)(scope, receive, send)
            return
        await self.app(scope, receive, send)


async def check_form(headers: Headers, body: bytes) -> None:
    """Raises `HTTPException` for what cannot be read as UTF-8, and `Unkeepable`."""
    kind, options = parse_options_header(headers.get("content-type"))
    if kind not in {URLENCODED, MULTIPART}:
        return
    # The framework would read it by whatever codec of Python's is named, some of which make text that is none.
    if options.get(b"charset", b"utf-8").lower() not in {b"utf-8", b"utf8"}:
        raise HTTPException(415)
    if kind == URLENCODED:
        _check_fields(_urlencoded(body))
    else:
        _check_fields(await _multipart(headers, body))


def _check_fields(fields: list[tuple[str, str]]) -> None:
    for name, value in fields:
        if NUL in name or NUL in value:
            raise Unkeepable(name)


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeDecodeError is one
        raise HTTPException(400) from None


async def _multipart(headers: Headers, body: bytes) -> list[tuple[str, str]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    # "app": so that the framework refuses what it cannot read as it does for a page.
    async with Request({"type": "http", "headers": headers.raw, "app": None}, receive).form() as form:
        return [(name, value if isinstance(value, str) else value.filename or "") for name, value in form.multi_items()]
