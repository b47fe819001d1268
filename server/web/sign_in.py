"""Signing in with e-mail and password, and signing out. Most people come by a link instead (`invite`)."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from server.people.accounts import check_password
from server.people.limits import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS
from server.people.scope import Scope, as_scope, wider
from server.people.sessions import revoke_session, start_session
from server.web.cookies import SESSION, clear_cookie, set_cookie
from server.web.ended import safe_page
from server.web.forms import Form, typed
from server.web.i18n import N_
from server.web.templates import redirect, render
from server.web.visitor import address, visitor

# One message for an unknown address and a wrong password: it tells a stranger nothing about who has an account.
WRONG = N_("That e-mail address and password do not belong together. Check both, or ask for a new sign-in link.")


async def show(request: Request) -> Response:
    then = safe_page(request.query_params.get("then", ""))
    before = visitor(request).signed_in
    if before is not None and before.meeting_id is None:
        return redirect(request, then)
    return render(request, "sign_in.html", {"form": Form(), "then": then})


async def submit(request: Request) -> Response:
    data = await request.form()
    form = typed(data, secret=("password",))
    then = safe_page(form["then"])
    limiter = visitor(request).limiter
    await limiter.hit(SIGN_IN_ADDRESS, address(request))
    await limiter.hit(SIGN_IN_ACCOUNT, form["email"].strip().lower())
    person = await check_password(request.app.state.database, form["email"], str(data.get("password", "")))
    if person is None:
        form.add_error(request, "email", WRONG)
        return render(request, "sign_in.html", {"form": form, "then": then}, status=422)
    return await enter(request, person.id, then, scope=as_scope(person.password_opens))


async def enter(
    request: Request, person_id: str, url: str, *, meeting_id: str | None = None, scope: Scope | None = None
) -> Response:
    """Sign this browser in as a person, for all of theirs or for a scope, and go on to `url`. Its earlier session ends.

    Where that was the same person's, they have come both ways and may open what either opens.
    """
    state = request.app.state
    lifetime = timedelta(days=state.settings.session_days)
    before = visitor(request).signed_in
    if before is not None and before.person.id == person_id:
        scope = wider(before.scope, scope)
    token = await start_session(
        state.database,
        person_id,
        lifetime=lifetime,
        user_agent=request.headers.get("user-agent", ""),
        meeting_id=meeting_id if scope is not None else None,
        scope=scope,
    )
    if before is not None:
        await revoke_session(state.database, state.bus, before.person.id, before.session_id)
    response = redirect(request, url)
    secure = state.settings.secure
    set_cookie(response, SESSION, token, secure=secure, max_age=int(lifetime.total_seconds()))
    return response


async def sign_out(request: Request) -> Response:
    state = request.app.state
    found = visitor(request).signed_in
    if found is not None:
        await revoke_session(state.database, state.bus, found.person.id, found.session_id)
    response = redirect(request, "/sign-in")
    clear_cookie(response, SESSION, secure=state.settings.secure)
    # Text that was waiting in this browser for an acknowledgement goes too.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
