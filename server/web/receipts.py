"""Receipts: a signed moment of the record to keep, and a page where anybody can have one checked, or a whole record.

A receipt tells the meeting's id, an entry's number and hash, and when it was signed: nothing of a student.
"""

import io
from typing import Any, NamedTuple

import segno
from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.journal.checkpoint import EXPORTED, MOST, Checkpoint, NotACheckpoint, parse, wrong_with
from server.journal.checkpoints import checkpoints, differs, imported_keys, public_keys
from server.people.limits import RECEIPT_ADDRESS
from server.storage.tables import Entry
from server.web.access import enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_, script_strings
from server.web.templates import manifest, render
from server.web.visitor import address, visitor

REASONS = {
    "finalized": N_("A section was made final."),
    "closed": N_("The meeting was closed."),
    "exported": N_("Somebody took the whole record."),
    "destroyed": N_("The record was destroyed."),
}
NO_RECEIPT = N_("This is no receipt: %(because)s. Copy it whole, from its first line to its signature.")
STANDS, GONE, UNKNOWN_KEY = "stands", "gone", "unknown"


class Keys(NamedTuple):
    """Public keys by id; of these, those that came with records of other installations."""

    known: dict[str, bytes]
    imported: frozenset[str]


def _read_keys(connection: Connection) -> Keys:
    return Keys(public_keys(connection), imported_keys(connection))


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
    keys = await request.app.state.journal.read(_read_keys)
    return _page(request, keys, Form())


async def submit(request: Request) -> Response:
    await visitor(request).limiter.hit(RECEIPT_ADDRESS, address(request))
    form = await read_form(request)

    def read(connection: Connection) -> tuple[Keys, bytes | None]:
        return _read_keys(connection), _stands(connection, receipt)

    try:
        receipt = parse(form["receipt"])
    except NotACheckpoint as error:
        keys = await request.app.state.journal.read(_read_keys)
        form.add_error(request, "receipt", visitor(request).language.gettext(NO_RECEIPT, because=str(error)))
        return _page(request, keys, form)
    keys, stands = await request.app.state.journal.read(read)
    if wrong_with(receipt, keys.known) is not None:
        answer = UNKNOWN_KEY
    else:
        answer = STANDS if differs(receipt, stands) is None else GONE
    return _page(request, keys, form, receipt, answer)


def _stands(connection: Connection, receipt: Checkpoint) -> bytes | None:
    found = connection.scalar(
        select(Entry.hash).where(Entry.meeting_id == receipt.meeting_id, Entry.number == receipt.number)
    )
    return None if found is None else bytes(found)


def _page(request: Request, keys: Keys, form: Form, receipt: Checkpoint | None = None, answer: str = "") -> Response:
    context = {
        "keys": list(keys.known),
        "imported": keys.imported,
        "form": form,
        "receipt": receipt,
        "answer": answer,
        "most": MOST,
        "check_data": _check_data(visitor(request).language.code, keys),
    }
    return render(request, "verify.html", context, status=422 if form.errors else 200)


def _check_data(language: str, keys: Keys) -> dict[str, Any]:
    """What the page needs to check a file by itself: from here on it asks nobody, so that it works offline."""
    strings = {key: text for key, text in script_strings(language).items() if key.startswith("check.")}
    return {"strings": strings, "worker": manifest.url("record-check.js"), "keys": _keys_text(keys)}


def _keys_text(keys: Keys) -> str:
    """A line each, as `roundtable verify --key` reads them; other installations' with a word for that."""
    words = dict.fromkeys(keys.imported, " imported")
    return "".join(f"{name} {public.hex()}{words.get(name, '')}\n" for name, public in keys.known.items())


async def keys_file(request: Request) -> Response:
    keys = await request.app.state.journal.read(_read_keys)
    return PlainTextResponse(_keys_text(keys), headers={"Cache-Control": "no-cache"})


ROUTES = [
    Route("/m/{meeting_id}/receipt", show),
    Route("/m/{meeting_id}/receipt/{number:int}", download),
    Route("/verify", check),
    Route("/verify", submit, methods=["POST"]),
    Route("/verify/keys.txt", keys_file),
]
