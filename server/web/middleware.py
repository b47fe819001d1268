"""What every request passes before a page: headers, who is asking, and what guards them, in this order."""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.people.limits import Limiter, MemoryLimiter, SharedLimiter
from server.settings import Settings
from server.web import errors
from server.web.csrf import CsrfGuard
from server.web.headers import SecurityHeaders
from server.web.sound import SoundAddress
from server.web.visitor import FindVisitor


class CatchUnexpected:
    """Turns a failure of ours into a calm page. Starlette's own place for it lies outside the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            response = errors.unexpected(Request(scope), error)
            await response(scope, receive, send)


def middleware(settings: Settings) -> list[Middleware]:
    limiter: Limiter = MemoryLimiter()
    if settings.redis_url:
        limiter = SharedLimiter(settings.redis_url, settings.secret_key)
    return [
        Middleware(SecurityHeaders, settings=settings),
        Middleware(FindVisitor, settings=settings, limiter=limiter),
        Middleware(CatchUnexpected),
        Middleware(SoundAddress),
        Middleware(CsrfGuard, settings=settings),
    ]
