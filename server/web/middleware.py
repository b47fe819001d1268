"""What every request passes before a page: headers, who is asking, and the forgery guard, in this order."""

from starlette.middleware import Middleware

from server.people.limits import MemoryLimiter
from server.settings import Settings
from server.web.csrf import CsrfGuard
from server.web.headers import SecurityHeaders
from server.web.visitor import FindVisitor


def middleware(settings: Settings) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders, settings=settings),
        Middleware(FindVisitor, settings=settings, limiter=MemoryLimiter()),
        Middleware(CsrfGuard, settings=settings),
    ]
