"""My account: name, e-mail, language, password, and the devices I am signed in on."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from server.domain.errors import Refused
from server.people import passwords
from server.people.accounts import change_person, clean_email, clean_locale, clean_name, set_password
from server.people.limits import SIGN_IN_ACCOUNT
from server.people.scope import Scope, as_scope, wider
from server.people.sessions import STAFF_IDLE, list_sessions, revoke_all, revoke_session
from server.storage.tables import Person
from server.web import words
from server.web.access import signed_in
from server.web.cookies import SESSION, clear_cookie
from server.web.forms import BAD_EMAIL, BAD_NAME, TAKEN_EMAIL, Form, typed
from server.web.i18n import N_
from server.web.templates import redirect, render
from server.web.visitor import visitor

SECRET = ("current_password", "new_password", "profile_password")
WRONG_PASSWORD = N_("That is not your present password.")
NEEDS_EMAIL = N_("Add an e-mail address first: you sign in with it and your password.")


async def show(request: Request) -> Response:
    return await _page(request, signed_in(request))


async def _page(
    request: Request, person: Person, *, profile: Form | None = None, password: Form | None = None
) -> Response:
    devices = await list_sessions(request.app.state.database, person.id)
    filled = {"name": person.name, "email": person.email or "", "locale": person.locale}
    context = {
        "profile": profile or Form(filled),
        "password": password or Form(),
        "devices": devices,
        "asks_password": _proves_password(request, person),
        "this_device": visitor(request).session_id,
        "days": request.app.state.settings.session_days,
        "idle_hours": STAFF_IDLE // timedelta(hours=1) if person.is_staff or person.is_administrator else None,
        "saved": request.query_params.get("saved", ""),
    }
    failed = bool((profile and profile.errors) or (password and password.errors))
    return render(request, "account.html", context, status=422 if failed else 200)


async def submit_profile(request: Request) -> Response:
    person = signed_in(request)
    data = await request.form()
    form = typed(data, secret=SECRET)
    form.checked(request, "name", clean_name, BAD_NAME)
    email = form.checked(request, "email", clean_email, BAD_EMAIL)
    form.checked(request, "locale", lambda value, _field: clean_locale(value), words.REFUSALS["invalid"])
    if not form.errors and person.password_hash and email != person.email:
        # The address is half of the sign-in: whoever finds an open screen must not be able to take the account over.
        await visitor(request).limiter.hit(SIGN_IN_ACCOUNT, person.id)
        if not await passwords.verify_password(person.password_hash, str(data.get("profile_password", ""))):
            form.add_error(request, "profile_password", WRONG_PASSWORD)
        elif email is None:
            form.add_error(request, "email", NEEDS_EMAIL)
    if not form.errors:
        try:
            await change_person(
                request.app.state.database, person.id, name=form["name"], email=form["email"], locale=form["locale"]
            )
        except Refused as refusal:
            form.add_refusal(request, refusal, {"email": TAKEN_EMAIL})
    if form.errors:
        return await _page(request, person, profile=form)
    return redirect(request, "/account?saved=profile")


async def submit_password(request: Request) -> Response:
    person = signed_in(request)
    data = await request.form()
    form = Form()
    new = str(data.get("new_password", ""))
    if person.email is None:
        form.add_error(request, "new_password", NEEDS_EMAIL)
    weak = passwords.weakness(new, about=(person.name, person.email or ""))
    if weak is not None:
        form.add_error(request, "new_password", words.REFUSALS[weak])
    scope = _scope(request)
    if not form.errors and _proves_password(request, person):
        await visitor(request).limiter.hit(SIGN_IN_ACCOUNT, person.id)
        if not await passwords.verify_password(person.password_hash, str(data.get("current_password", ""))):
            form.add_error(request, "current_password", WRONG_PASSWORD)
        scope = wider(scope, as_scope(person.password_opens))
    if form.errors:
        return await _page(request, person, password=form)
    state = request.app.state
    await set_password(state.database, state.bus, person.id, new, keep_session=visitor(request).session_id, scope=scope)
    return redirect(request, "/account?saved=password")


def _scope(request: Request) -> Scope | None:
    session = visitor(request).signed_in
    return session.scope if session is not None else None


def _proves_password(request: Request, person: Person) -> bool:
    """Whether the present password is asked for. Not where somebody else may have set it, and this browser is beyond
    doubt the person's: else they would never get rid of it.
    """
    set_by_link = person.password_opens is not None and _scope(request) is None
    return person.password_hash is not None and not set_by_link


async def revoke(request: Request) -> Response:
    person = signed_in(request)
    state = request.app.state
    ended = str((await request.form()).get("session", ""))
    await revoke_session(state.database, state.bus, person.id, ended)
    if ended == visitor(request).session_id:
        return _signed_out(request)
    return redirect(request, "/account?saved=device")


async def sign_out_everywhere(request: Request) -> Response:
    person = signed_in(request)
    state = request.app.state
    await revoke_all(state.database, state.bus, person.id)
    return _signed_out(request)


def _signed_out(request: Request) -> Response:
    response = redirect(request, "/sign-in")
    clear_cookie(response, SESSION, secure=request.app.state.settings.secure)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
