"""The language switch in every page's header."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from server.domain.errors import Refused
from server.people.accounts import change_person
from server.web.cookies import LANGUAGE, YEAR, set_cookie
from server.web.i18n import LOCALES
from server.web.templates import redirect
from server.web.visitor import visitor


async def submit(request: Request) -> Response:
    data = await request.form()
    chosen = str(data.get("locale", ""))
    if chosen not in LOCALES:
        raise Refused("invalid", "locale")
    person = visitor(request).person
    if person is not None:
        await change_person(request.app.state.database, person.id, locale=chosen)
    response = redirect(request, own_path(str(data.get("next", "/"))))
    set_cookie(response, LANGUAGE, chosen, secure=request.app.state.settings.secure, max_age=YEAR)
    return response


def own_path(url: str) -> str:
    """`url` when it is a path of ours, else "/": a form field must not send people elsewhere."""
    parts = urlsplit(url)
    plain = url.isprintable() and "\\" not in url
    if plain and not parts.scheme and not parts.netloc and url.startswith("/") and not url.startswith("//"):
        return url
    return "/"
