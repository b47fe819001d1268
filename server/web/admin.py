"""Administration: accounts, and nothing of any student."""

from datetime import timedelta

import structlog
from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.domain.errors import Refused
from server.people.accounts import LOCALES, clean_email, clean_name, create_person, set_disabled
from server.people.invitations import issue_account_link
from server.storage.tables import Person, Session
from server.web.access import administrator
from server.web.forms import BAD_EMAIL, BAD_NAME, TAKEN_EMAIL, Form, read_form
from server.web.i18n import N_
from server.web.people import BAD_LOCALE, link_url
from server.web.templates import redirect, render

log = structlog.get_logger()
SHOWN = 200
NOT_YOURSELF = N_("You cannot disable your own account. Another administrator can.")


async def show(request: Request) -> Response:
    administrator(request)
    return await _page(request)


async def _page(request: Request, *, form: Form | None = None, link: dict[str, object] | None = None) -> Response:
    search = request.query_params.get("q", "").strip()[:80]
    query = (
        select(Person, func.max(Session.last_seen_at))
        .outerjoin(Session, Session.person_id == Person.id)
        .where(Person.name != "")  # what is left of who had a part in nothing but destroyed records
        .group_by(Person.id)
        .order_by(func.lower(Person.name))
        .limit(SHOWN + 1)
    )
    if search:
        query = query.where(
            func.lower(Person.name).contains(search.lower(), autoescape=True)
            | func.lower(Person.email).contains(search.lower(), autoescape=True)
        )
    async with request.app.state.database.session() as session:
        found = list(await session.execute(query))
    context = {
        "people": found[:SHOWN],
        "more": len(found) > SHOWN,
        "search": search,
        "form": form or Form({"locale": "en"}),
        "link": link,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "admin.html", context, status=422 if form and form.errors else 200)


async def add(request: Request) -> Response:
    me = administrator(request)
    form = await read_form(request)
    form.checked(request, "name", clean_name, BAD_NAME)
    form.checked(request, "email", clean_email, BAD_EMAIL)
    if form["locale"] not in LOCALES:
        form.add_error(request, "locale", BAD_LOCALE)
    if not form.errors:
        try:
            person = await create_person(
                request.app.state.database,
                name=form["name"],
                email=form["email"],
                locale=form["locale"],
                is_staff=form["is_staff"] == "yes",
                is_administrator=form["is_administrator"] == "yes",
            )
        except Refused as refusal:
            form.add_refusal(request, refusal, {"email": TAKEN_EMAIL})
        else:
            log.info("person added", by=me.id, person=person.id)
            return redirect(request, "/admin?done=added#done")
    return await _page(request, form=form)


async def make_link(request: Request) -> Response:
    me = administrator(request)
    person = await _person(request)
    lifetime = timedelta(days=request.app.state.settings.invitation_days)
    token = await issue_account_link(request.app.state.database, person.id, created_by=me.id, lifetime=lifetime)
    log.info("account link issued", by=me.id, person=person.id)
    return await _page(request, link={"person": person, "url": link_url(request, token), "days": lifetime.days})


async def disable(request: Request) -> Response:
    me = administrator(request)
    person = await _person(request)
    if person.id == me.id:
        form = Form({"locale": "en"})
        form.add_error(request, "", NOT_YOURSELF)
        return await _page(request, form=form)
    await set_disabled(request.app.state.database, request.app.state.bus, person.id, True)
    log.info("account disabled", by=me.id, person=person.id)
    return redirect(request, "/admin?done=disabled")


async def enable(request: Request) -> Response:
    me = administrator(request)
    person = await _person(request)
    await set_disabled(request.app.state.database, request.app.state.bus, person.id, False)
    log.info("account enabled", by=me.id, person=person.id)
    return redirect(request, "/admin?done=enabled")


async def _person(request: Request) -> Person:
    async with request.app.state.database.session() as session:
        person: Person | None = await session.get(Person, request.path_params["person_id"])
    if person is None:
        raise HTTPException(404)
    return person
