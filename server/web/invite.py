"""A sign-in link. Opening it shows one button; only pressing the button (a POST) uses the link up.

Mail scanners and link previews open addresses, some of them many times; that must not cost a parent the way in.
"""

from starlette.requests import Request
from starlette.responses import Response

from server.people.invitations import find_open, redeem
from server.people.limits import REDEEM_ADDRESS
from server.web.sign_in import enter
from server.web.templates import render
from server.web.visitor import address, visitor


async def show(request: Request) -> Response:
    await visitor(request).limiter.check(REDEEM_ADDRESS, address(request))
    person = await find_open(request.app.state.database, request.path_params["token"])
    if person is None:
        return await _no_longer_works(request)
    return render(request, "invite.html", {"invited": person})


async def submit(request: Request) -> Response:
    await visitor(request).limiter.check(REDEEM_ADDRESS, address(request))
    redeemed = await redeem(request.app.state.database, request.path_params["token"])
    if redeemed is None:
        return await _no_longer_works(request)
    # The redirect takes the token out of the address bar and the history of the tab.
    url = f"/m/{redeemed.meeting_id}" if redeemed.meeting_id else "/"
    return await enter(request, redeemed.person_id, url, meeting_id=redeemed.meeting_id if redeemed.limited else None)


async def _no_longer_works(request: Request) -> Response:
    """Used, expired, revoked and never issued look alike; what to do next is the same."""
    await visitor(request).limiter.hit(REDEEM_ADDRESS, address(request))
    return render(request, "invite_used.html", status=410)
