"""Receipts: a signed moment of the record to keep, and a page where anybody can have one checked.

A receipt tells the meeting's id, an entry's number and hash, and when it was signed: nothing of a student.
"""

import io
from typing import Any

import segno
from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.journal.checkpoint import EXPORTED, MOST, Checkpoint, NotACheckpoint, parse, wrong_with
from server.journal.checkpoints import checkpoints, differs, public_keys
from server.people.limits import RECEIPT_ADDRESS
from server.storage.tables import Entry
from server.web.access import enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_
from server.web.templates import render
from server.web.visitor import address, visitor

REASONS = {
    "finalized": N_("A section was made final."),
    "closed": N_("The meeting was closed."),
    "exported": N_("Somebody took the whole record."),
}
NO_RECEIPT = N_("This is no receipt: %(because)s. Copy it whole, from its first line to its signature.")
STANDS, GONE, UNKNOWN_KEY = "stands", "gone", "unknown"


async def show(request: Request) -> Response:
    """Every signed moment of the meeting, the newest in full."""
    page = await enter_meeting(request)
    found: list[Checkpoint] = await request.app.state.journal.read(
        lambda connection: checkpoints(connection, page.meeting.id)
    )
    moments = [one for one in reversed(found) if one.reason != EXPORTED]
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "moments": moments,
        "newest": moments[0] if moments else None,
        "qr": _qr(moments[0].text()) if moments else "",
        "reasons": REASONS,
    }
    return render(request, "receipt.html", context)


async def download(request: Request) -> Response:
    page = await enter_meeting(request)
    number = request.path_params["number"]
    found = await request.app.state.journal.read(lambda connection: checkpoints(connection, page.meeting.id))
    wanted = [one for one in found if one.number == number and one.reason != EXPORTED]
    if not wanted:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{number}.txt"', "Cache-Control": "no-store"}
    return PlainTextResponse(wanted[-1].text(), headers=headers)


def _qr(text: str) -> Markup:
    """The text as a picture that a phone reads (ISO/IEC 18004), without a colour of its own."""
    made = segno.make_qr(text, error="m")
    return Markup(made.svg_inline(scale=3, border=4, dark="#000", light="#fff"))  # noqa: S704 - of our own making


def qr_drawing(text: str) -> str:
    """The same as a drawing for papers, black on white."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=3, border=4, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


async def check(request: Request) -> Response:
    """For anybody: what a receipt is held against is the record as it is today."""
    await visitor(request).limiter.check(RECEIPT_ADDRESS, address(request))
    keys = await request.app.state.journal.read(public_keys)
    return _page(request, keys, Form())


async def submit(request: Request) -> Response:
    await visitor(request).limiter.hit(RECEIPT_ADDRESS, address(request))
    form = await read_form(request)

    def read(connection: Connection) -> tuple[dict[str, bytes], bytes | None]:
        return public_keys(connection), _stands(connection, receipt)

    try:
        receipt = parse(form["receipt"])
    except NotACheckpoint as error:
        keys = await request.app.state.journal.read(public_keys)
        form.add_error(request, "receipt", visitor(request).language.gettext(NO_RECEIPT, because=str(error)))
        return _page(request, keys, form)
    keys, stands = await request.app.state.journal.read(read)
    if wrong_with(receipt, keys) is not None:
        answer = UNKNOWN_KEY
    else:
        answer = STANDS if differs(receipt, stands) is None else GONE
    return _page(request, keys, form, receipt, answer)


def _stands(connection: Connection, receipt: Checkpoint) -> bytes | None:
    found = connection.scalar(
        select(Entry.hash).where(Entry.meeting_id == receipt.meeting_id, Entry.number == receipt.number)
    )
    return None if found is None else bytes(found)


def _page(
    request: Request, keys: dict[str, bytes], form: Form, receipt: Checkpoint | None = None, answer: str = ""
) -> Response:
    context = {
        "keys": [(name, public.hex()) for name, public in keys.items()],
        "form": form,
        "receipt": receipt,
        "answer": answer,
        "most": MOST,
    }
    return render(request, "verify.html", context, status=422 if form.errors else 200)


async def keys_file(request: Request) -> Response:
    """The public keys, as `roundtable verify --key` reads them."""
    keys = await request.app.state.journal.read(public_keys)
    text = "".join(f"{name} {public.hex()}\n" for name, public in keys.items())
    return PlainTextResponse(text, headers={"Cache-Control": "no-cache"})


ROUTES = [
    Route("/m/{meeting_id}/receipt", show),
    Route("/m/{meeting_id}/receipt/{number:int}", download),
    Route("/verify", check),
    Route("/verify", submit, methods=["POST"]),
    Route("/verify/keys.txt", keys_file),
]
