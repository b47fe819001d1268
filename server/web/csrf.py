"""Cross-site request forgery: what changes something must come from our own page, with that page's token.

Three fences, each enough by itself in today's browsers: the SameSite cookie, where the request says it comes from
(`Sec-Fetch-Site`, else `Origin`), and a token bound to the session (to a cookie of its own when signed out).
"""

import hmac
import re
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.people.limits import WRITE_PERSON, TooOften
from server.settings import Settings
from server.web import ended, errors
from server.web.sound import MOST_FIELDS, Unkeepable, check_form
from server.web.visitor import Visitor, visitor

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FIELD, HEADER = "csrf", "x-csrf-token"
MAX_BODY = 64 * 1024  # bytes of a form
MAX_FILE = 21 * 1024 * 1024  # bytes of the one form with a file in it, which staff alone may send
# What is larger is read to its end all the same and forgotten: a browser hears no answer while it is still sending.
MOST_PASSED_OVER = 10 * MAX_FILE
UPLOAD = re.compile(r"/meetings/new/word/[A-Za-z0-9_-]+/file")
# The token is the first field of such a form, so that it is found without reading the file.
FIRST_FIELD = re.compile(
    rb'\A--[^\r\n]+\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n([0-9a-f]+)\r\n', re.IGNORECASE
)
# What is done without being signed in.
STRANGERS = re.compile(r"/(sign-in|language|invite/.+)")


class CsrfGuard:
    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.base = urlsplit(settings.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or "visitor" not in scope.get("state", {}):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        body = b""
        try:
            who = visitor(request)
            uploads = UPLOAD.fullmatch(request.url.path) and who.person is not None and who.person.is_staff
            body, whole = await _read(receive, MAX_FILE if uploads else MAX_BODY, MOST_PASSED_OVER if uploads else 0)
            # Of the form only the beginning is there then, and the page says so at its field.
            request.state.too_large = not whole
            self._check(request, body, who)
            await check_form(request.headers, body)
            if who.person is not None:
                await who.limiter.hit(WRITE_PERSON, who.person.id)
        except HTTPException as refused:
            if refused.status_code == 401:
                response = ended.answer(request, body, most_fields=MOST_FIELDS)
            else:
                response = errors.http_error(request, refused)
            await response(scope, receive, send)
            return
        except Unkeepable as unkeepable:
            response = errors.unkeepable(request, unkeepable.field)
            await response(scope, receive, send)
            return
        except TooOften as often:
            response = errors.too_often(request, often)
            await response(scope, receive, send)
            return

        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    def _check(self, request: Request, body: bytes, who: Visitor) -> None:
        if not self._from_here(request.headers):
            raise HTTPException(403)
        given = _token(request.headers, body)
        if not any(hmac.compare_digest(given, token) for token in (who.csrf, *who.older_csrf)):
            # Whoever is signed in has a page that is too old; who is not, has been signed out since.
            signed_out = who.person is None and not STRANGERS.fullmatch(request.url.path)
            raise HTTPException(401 if signed_out else 403)

    def _from_here(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = headers.get("origin")
        # None: not a browser. "null": an older phone that keeps our Referrer-Policy (Fetch, "append a request Origin
        # header"); the token still stands.
        if origin is None or origin == "null":
            return True
        if self.base.netloc:
            return origin == f"{self.base.scheme}://{self.base.netloc}"
        return urlsplit(origin).netloc == headers.get("host", "")


async def _read(receive: Receive, most: int, most_passed_over: int) -> tuple[bytes, bool]:
    """The body, and whether that is all of it. Forms are small; anything larger is refused before it is kept.

    Of what has more than `most` bytes, but no more than `most_passed_over`, the beginning is kept.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise HTTPException(400)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > max(most, most_passed_over):
            raise HTTPException(413)
        chunks.append(chunk)
        if size > most:
            chunks = [b"".join(chunks)[:MAX_BODY]]
        if not message.get("more_body", False):
            return b"".join(chunks), size <= most


def _token(headers: Headers, body: bytes) -> str:
    given = headers.get(HEADER)
    if given is None and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        try:
            given = parse_qs(body.decode("utf-8"), max_num_fields=MOST_FIELDS).get(FIELD, [""])[0]
        except (UnicodeDecodeError, ValueError):
            given = ""
    if given is None and headers.get("content-type", "").startswith("multipart/form-data"):
        first = FIRST_FIELD.match(body)
        given = first[1].decode() if first else ""
    # compare_digest takes str only when it is ASCII; what is not can't be a token.
    return given if given is not None and given.isascii() else ""
