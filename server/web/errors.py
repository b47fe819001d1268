"""What people see when something does not work: calm, in their language, and never a traceback."""

from datetime import datetime
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from server.domain.errors import Refused
from server.journal.destroyed import Destroyed
from server.journal.snapshot import Damaged
from server.people.limits import TooOften
from server.web import words, words_agenda, words_comments, words_retention
from server.web.i18n import N_
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

log = structlog.get_logger()

# title, what to do next
PAGES = {
    401: (N_("Please sign in"), N_("Sign in again to go on. What you wrote and we confirmed as saved is safe.")),
    403: (
        N_("That did not go through"),
        N_("Your page may be too old, or your part does not include this. Go back, load the page again and repeat."),
    ),
    404: (
        N_("There is nothing here for you"),
        N_(
            "The address may be mistyped, or the meeting is not one of yours. "
            "If you were invited to it, ask the case manager."
        ),
    ),
    405: (N_("That did not go through"), N_("Go back, load the page again and repeat.")),
    410: (words_retention.GONE_TITLE, words_retention.GONE),
    413: (N_("That is too large"), N_("Please send less at once.")),
    429: (N_("A little too fast"), N_("Please wait a minute and try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("It is not your fault, and nothing that was saved is lost. Please try again in a minute."),
    ),
    503: (
        N_("Nothing can be saved just now"),
        N_(
            "The server’s storage has a problem, so this was not done. What was saved before is safe. "
            "Please try again in a minute."
        ),
    ),
}
ONE_MEETING = N_(
    "You came in by a link that opens one meeting, or by a password that was chosen after such a link. "
    "To open your other meetings and your account as well, stay signed in and open the other meeting’s link in this "
    "browser, or enter your password on the sign-in page. An administrator can also give you a link to all of it."
)
NO_NEW_MEETING = N_(
    "You came in by a case manager’s link, or by a password that was chosen after one. "
    "To set up a meeting, ask an administrator for a link."
)
UNKEEPABLE = N_(
    "What was entered in the field “%(field)s” holds a character that cannot be kept. Go back and enter it anew."
)
DAMAGED = N_(
    "This section cannot be shown just now: what the server has stored of it is damaged. "
    "Please tell whoever runs Roundtable."
)
REFUSED_STATUS = {"not_found": 404, "invalid": 422, "conflict": 409}


class SignInNeeded(Exception):
    """The page is for signed-in people."""


class OneMeetingOnly(Exception):
    """The person came in by a link that opens one meeting, and this page is not of it."""

    def __init__(self, meeting_id: str) -> None:
        super().__init__(meeting_id)
        self.meeting_id = meeting_id


class LinkTooNarrow(Exception):
    """The person came in by a case manager's link and would make what she may not see."""


class RecordGone(Exception):
    """The meeting's record was destroyed under the retention rules; `end` is how."""

    def __init__(self, end: Destroyed) -> None:
        super().__init__(end.meeting_id)
        self.end = end


def wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "") and not is_fragment(request)


def problem(request: Request, status: int, *, message: str = "", headers: dict[str, str] | None = None) -> Response:
    """An error as a page, as a line for htmx, or as JSON for scripts. `message` replaces the general advice."""
    if "visitor" not in request.scope.get("state", {}):
        return PlainTextResponse(HTTPStatus(status).phrase, status, headers)
    gettext = visitor(request).language.gettext
    title, advice = PAGES.get(status) or PAGES[500 if status >= 500 else 403]
    text = message or gettext(advice)
    if wants_json(request):
        return JSONResponse({"error": HTTPStatus(status).phrase, "message": text}, status, headers)
    name = "_problem.html" if is_fragment(request) else "error.html"
    response = render(request, name, {"title": gettext(title), "text": text, "status": status}, status=status)
    response.headers.update(headers or {})
    return response


def http_error(request: Request, error: HTTPException) -> Response:
    return problem(request, error.status_code, headers=dict(error.headers or {}))


def refused(request: Request, error: Refused) -> Response:
    status = REFUSED_STATUS.get(error.code, 403)
    by_field = {**words_agenda.REFUSALS, "comments": words_comments.REFUSALS["comments"], **words.FIELD_REFUSALS}
    message = by_field.get(error.field or "") or words.REFUSALS[error.code]
    return problem(request, status, message=visitor(request).language.gettext(message))


def too_often(request: Request, error: TooOften) -> Response:
    return problem(request, 429, headers={"Retry-After": str(error.seconds)})


def sign_in_needed(request: Request, _error: SignInNeeded) -> Response:
    # A fragment must not lead away from a page that may hold unsaved text: it shows a link that opens beside it.
    if wants_json(request) or is_fragment(request):
        return problem(request, 401)
    return redirect(request, "/sign-in")


def one_meeting_only(request: Request, error: OneMeetingOnly) -> Response:
    if request.url.path == "/":
        return redirect(request, f"/m/{error.meeting_id}")
    return problem(request, 403, message=visitor(request).language.gettext(ONE_MEETING))


def unkeepable(request: Request, field: str) -> Response:
    return problem(request, 422, message=visitor(request).language.gettext(UNKEEPABLE, field=field))


def link_too_narrow(request: Request, _error: LinkTooNarrow) -> Response:
    return problem(request, 403, message=visitor(request).language.gettext(NO_NEW_MEETING))


def record_gone(request: Request, error: RecordGone) -> Response:
    told = visitor(request).language
    day = told.date(datetime.fromisoformat(error.end.at), "UTC")
    message = told.gettext(words_retention.GONE, day=day, citation=error.end.citation)
    return problem(request, 410, message=message)


def storage_unavailable(request: Request, error: Exception) -> Response:
    log.error("database takes nothing", error=type(error).__name__)
    return problem(request, 503, headers={"Retry-After": "10"})


def damaged(request: Request, error: Damaged) -> Response:
    log.error("what is stored of a document was changed", error=str(error))
    return problem(request, 500, message=visitor(request).language.gettext(DAMAGED))


def unexpected(request: Request, error: Exception) -> Response:
    # Not the path: it may hold a sign-in link's token.
    log.error("page failed", route=getattr(request.scope.get("endpoint"), "__module__", ""), exc_info=error)
    return problem(request, 500)
