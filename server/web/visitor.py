"""Who is asking, in which language: found once per request, before any page."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.people.limits import Limiter
from server.people.sessions import SignedIn, find_session
from server.settings import Settings
from server.storage.tables import Person
from server.web.cookies import FORM, LANGUAGE, SESSION, cookie_name
from server.web.i18n import LOCALES, Language, language, negotiate

# Paths that no person is behind, or where the person doesn't matter.
ANONYMOUS = ("/static/", "/healthz", "/readyz", "/metrics")


@dataclass(slots=True)
class Visitor:
    """`csrf` is the token of their forms; `older_csrf` are those that other accepted keys gave.

    `form_nonce` is the value of the signed-out form cookie; `new_nonce` says that the answer must set it."""

    signed_in: SignedIn | None
    language: Language
    csrf: str
    older_csrf: tuple[str, ...]
    form_nonce: str
    new_nonce: bool
    limiter: Limiter

    @property
    def person(self) -> Person | None:
        return self.signed_in.person if self.signed_in else None

    @property
    def session_id(self) -> str | None:
        return self.signed_in.session_id if self.signed_in else None


def csrf_token(secret_key: str, bound_to: str) -> str:
    """The token of a session's (or a signed-out browser's) forms. It follows from the key; nothing is stored."""
    return hmac.new(secret_key.encode(), f"csrf:{bound_to}".encode(), hashlib.sha256).hexdigest()


def visitor(request: HTTPConnection) -> Visitor:
    found: Visitor = request.scope["state"]["visitor"]
    return found


def address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


class FindVisitor:
    def __init__(self, app: ASGIApp, settings: Settings, limiter: Limiter) -> None:
        self.app = app
        self.settings = settings
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(ANONYMOUS):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        found = await self._find(connection)
        scope.setdefault("state", {})["visitor"] = found

        async def send_with_nonce(message: Message) -> None:
            if message["type"] == "http.response.start" and found.new_nonce and scope["method"] == "GET":
                message.setdefault("headers", []).append((b"set-cookie", self._nonce_cookie(found.form_nonce)))
            await send(message)

        await self.app(scope, receive, send_with_nonce)

    async def _find(self, connection: HTTPConnection) -> Visitor:
        secure = self.settings.secure
        cookies = connection.cookies
        token = cookies.get(cookie_name(SESSION, secure=secure), "")
        signed_in = await find_session(connection.app.state.database, token) if token else None
        chosen = signed_in.person.locale if signed_in else cookies.get(cookie_name(LANGUAGE, secure=secure), "")
        if chosen not in LOCALES:
            chosen = negotiate(connection.headers.get("accept-language", ""))
        nonce = cookies.get(cookie_name(FORM, secure=secure), "")
        new = signed_in is None and not 20 <= len(nonce) <= 60
        if new:
            nonce = secrets.token_urlsafe(24)
        bound_to = f"session:{signed_in.session_id}" if signed_in else f"form:{nonce}"
        return Visitor(
            signed_in=signed_in,
            language=language(chosen),
            csrf=csrf_token(self.settings.secret_key, bound_to),
            older_csrf=tuple(csrf_token(key, bound_to) for key in self.settings.secret_keys[:-1]),
            form_nonce=nonce,
            new_nonce=new,
            limiter=self.limiter,
        )

    def _nonce_cookie(self, nonce: str) -> bytes:
        secure = "; Secure" if self.settings.secure else ""
        name = cookie_name(FORM, secure=self.settings.secure)
        return f"{name}={nonce}; Path=/; HttpOnly; SameSite=Lax{secure}".encode("latin-1")
