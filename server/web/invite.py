"""A sign-in link. Opening it shows one button; only a person's tap on the button uses the link up.

Mail scanners and link previews open addresses, some of them many times, and some send the forms that they find; that
must not cost a parent the way in. What a person has and a scanner has not is the tap: a browser says so by
`Sec-Fetch-User: ?1` (W3C Fetch Metadata, 2.4), which no script of a page can set and which it sends only on a
navigation that a tap or a key has started. A form that comes without it, from a scanner or a browser of before 2023,
spends nothing and is answered by the same page once more: its button counts when it is pressed a while later.
"""

from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from server.domain.roles import FAMILY, PREWORK
from server.meeting import load_actor
from server.people.invitations import Redeemed, find_open, hash_token, redeem
from server.people.limits import REDEEM_ADDRESS
from server.storage.tables import Meeting
from server.web.forms import read_form
from server.web.sign_in import enter
from server.web.templates import render
from server.web.visitor import address, visitor

SOONEST, LATEST = 2, 900  # seconds between the two taps of a browser that does not tell of them


async def show(request: Request) -> Response:
    return await _page(request, again=False)


async def _page(request: Request, *, again: bool) -> Response:
    await visitor(request).limiter.check(REDEEM_ADDRESS, address(request))
    token = request.path_params["token"]
    person = await find_open(request.app.state.database, token)
    if person is None:
        return await _no_longer_works(request)
    to = (await read_form(request))["to"] if again else request.query_params.get("to", "")
    context = {
        "invited": person,
        "to": "notice" if to == "notice" else "",
        "again": _signer(request).dumps(hash_token(token)) if again else "",
    }
    return render(request, "invite.html", context)


async def submit(request: Request) -> Response:
    await visitor(request).limiter.check(REDEEM_ADDRESS, address(request))
    form = await read_form(request)
    if not _by_a_person(request, form["again"]):
        return await _page(request, again=True)
    redeemed = await redeem(request.app.state.database, request.path_params["token"])
    if redeemed is None:
        return await _no_longer_works(request)
    # The redirect takes the token out of the address bar and the history of the tab.
    url = await _first_page(request, redeemed) if redeemed.meeting_id else "/"
    if redeemed.meeting_id and form["to"] == "notice":
        url = f"/m/{redeemed.meeting_id}/notice"
    return await enter(request, redeemed.person_id, url, meeting_id=redeemed.meeting_id, scope=redeemed.scope)


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.secret_keys, salt="roundtable second tap")


def _by_a_person(request: Request, again: str) -> bool:
    if request.headers.get("sec-fetch-user") == "?1":
        return True
    try:
        told, when = _signer(request).loads(again, max_age=LATEST, return_timestamp=True)
    except BadData:
        return False
    age = (datetime.now(UTC) - when).total_seconds()
    return bool(told == hash_token(request.path_params["token"]) and age >= SOONEST)


async def _first_page(request: Request, redeemed: Redeemed) -> str:
    """Where the link leads: the family, before the meeting, to what they can do next; everybody else to the draft."""
    url, database = f"/m/{redeemed.meeting_id}", request.app.state.database
    actor = await load_actor(database, redeemed.person_id, redeemed.meeting_id or "")
    if actor is None or actor.role not in FAMILY:
        return url
    async with database.session() as session:
        phase = await session.scalar(select(Meeting.phase).where(Meeting.id == redeemed.meeting_id))
    return f"{url}/before" if phase == PREWORK else url


async def _no_longer_works(request: Request) -> Response:
    """Used, expired, revoked and never issued look alike; what to do next is the same."""
    await visitor(request).limiter.hit(REDEEM_ADDRESS, address(request))
    return render(request, "invite_used.html", status=410)
