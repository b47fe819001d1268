"""A draft from a Word file: the file is sent, read in another process, shown as it would become, and then set up."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.render import render_html
from server.documents.tree import content_update
from server.domain.sections import SECTIONS
from server.storage.engine import Database
from server.storage.tables import Person, WordImport, new_id, now
from server.web import words_word
from server.web.access import staff
from server.web.forms import Form
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor
from server.web.words import SECTIONS as SECTION_NAMES
from server.word.data import nodes_from
from server.word.errors import MOST_BYTES, Unreadable
from server.word.process import convert_apart

log = structlog.get_logger()

ONE = "/meetings/new/word/{import_id}"
KEPT = timedelta(days=1)
LONGEST = timedelta(minutes=5)  # a reading that started longer ago ended with its node
MOST_FILES = 6  # being read or waiting here, up to 21 MB each: the last one's turn comes well within `LONGEST`
_reading: dict[str, asyncio.Task[None] | None] = {}  # by person; None while the file is still being taken in


async def begin(request: Request, person: Person, form: Form) -> str:
    """Keep what was typed until the file is there. Returns the import's id."""
    made = WordImport(id=new_id("w"), person_id=person.id, form=form.values)
    async with request.app.state.database.transaction() as session:
        await session.execute(
            delete(WordImport).where((WordImport.created_at < now() - KEPT) | (WordImport.person_id == person.id))
        )
        session.add(made)
    return made.id


async def load_import(request: Request, import_id: str) -> WordImport:
    """The person's own. Raises 404."""
    person = staff(request)
    async with request.app.state.database.session() as session:
        found: WordImport | None = await session.scalar(
            select(WordImport).where(WordImport.id == import_id, WordImport.person_id == person.id)
        )
    if found is None:
        raise HTTPException(404)
    if found.state == "reading" and found.started_at is not None and found.started_at < now() - LONGEST:
        found.state, found.code = "refused", "slow"
    return found


async def show(request: Request) -> Response:
    found = await load_import(request, request.path_params["import_id"])
    return _page(request, found)


def _page(request: Request, found: WordImport, *, problem: str = "", status: int = 200) -> Response:
    form = Form()
    if found.state == "refused":
        form.add_error(request, "file", words_word.REFUSED[found.code])
    context: dict[str, Any] = {
        "found": found,
        "url": f"/meetings/new/word/{found.id}",
        "form": form,
        "problem": problem,
        "shown": _shown(request, found.result) if found.state == "read" and found.result else [],
        "told": _told(request, found.result) if found.state == "read" and found.result else [],
        "most": MOST_BYTES // (1024 * 1024),
    }
    name = "_word_reading.html" if is_fragment(request) and found.state == "reading" else "word_import.html"
    response = render(request, name, context, status=status)
    if is_fragment(request) and found.state != "reading":
        response.headers["HX-Refresh"] = "true"
    return response


def _shown(request: Request, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Section (or "" for what found no place) and how it will read, in the order of the draft."""
    gettext = visitor(request).language.gettext
    parts = [(section, result["sections"][section]) for section in SECTIONS if result["sections"].get(section)]
    if result["unplaced"]:
        parts.append(("", result["unplaced"]))
    return [(section, render_html(content_update(nodes_from(nodes)), gettext=gettext)) for section, nodes in parts]


def _told(request: Request, result: Mapping[str, Any]) -> list[str]:
    said = visitor(request).language
    counted = [
        said.ngettext(one, many, result["told"][name])
        for name, (one, many) in words_word.TOLD.items()
        if result["told"].get(name)
    ]
    # A file that was read by an earlier version tells nothing of these.
    several = [
        said.gettext(
            words_word.SEVERAL,
            heading=heading,
            section=said.gettext(SECTION_NAMES[first]),
            others=", ".join(said.gettext(SECTION_NAMES[other]) for other in others),
        )
        for heading, first, *others in result.get("several", ())
    ]
    return [*counted, *several]


async def submit_file(request: Request) -> Response:
    found = await load_import(request, request.path_params["import_id"])
    if request.state.too_large:
        found.state, found.code = "refused", "too_big"
        return _page(request, found, status=413)
    form = await request.form()
    if found.state == "reading" or found.person_id in _reading:
        return _page(request, found, problem=words_word.ONE_AT_A_TIME, status=409)
    if len(_reading) >= MOST_FILES:
        return _page(request, found, problem=words_word.MANY_FILES, status=503)
    _reading[found.person_id] = None
    try:
        file = form.get("file")
        data = await file.read() if isinstance(file, UploadFile) else b""
        name = (file.filename or "")[-200:] if isinstance(file, UploadFile) else ""
        begun = await _begun(request.app.state.database, found.id, name)
        if begun:
            _begin_reading(request.app.state.database, found, data)
    finally:
        if _reading[found.person_id] is None:
            del _reading[found.person_id]
    if not begun:  # on another node
        found = await load_import(request, found.id)
        return _page(request, found, problem=words_word.ONE_AT_A_TIME, status=409)
    return redirect(request, f"/meetings/new/word/{found.id}")


async def _begun(database: Database, import_id: str, name: str) -> bool:
    """Note that the file is being read now. False when another one of this import is."""
    free = (WordImport.state != "reading") | (WordImport.started_at < now() - LONGEST)
    async with database.transaction() as session:
        done = await session.execute(
            update(WordImport)
            .where(WordImport.id == import_id, free)
            .values(state="reading", code="", result=None, file_name=name, started_at=now())
            .returning(WordImport.id)
        )
        return done.first() is not None


def _begin_reading(database: Database, found: WordImport, data: bytes) -> None:
    task = _reading[found.person_id] = asyncio.create_task(_read(database, found.id, data))
    task.add_done_callback(lambda _: _reading.pop(found.person_id, None))


async def _read(database: Database, import_id: str, data: bytes) -> None:
    values: dict[str, Any]
    try:
        values = {"state": "read", "result": await convert_apart(data)}
    except Unreadable as refused:
        values = {"state": "refused", "code": refused.code}
    except Exception:
        log.exception("reading a Word file failed")
        values = {"state": "refused", "code": "damaged"}
    async with database.transaction() as session:
        await session.execute(update(WordImport).where(WordImport.id == import_id).values(**values))


async def create(request: Request) -> Response:
    from server.web.meetings_new import set_up  # noqa: PLC0415 - the two pages send to each other

    person = staff(request)
    found = await load_import(request, request.path_params["import_id"])
    if found.state != "read" or not found.result:
        return _page(request, found, status=409)
    form = Form({key: str(value) for key, value in found.form.items()})
    location = await set_up(request, person, form, word=found)
    if location is None:
        return redirect(request, f"/meetings/new?import={found.id}")
    async with request.app.state.database.transaction() as session:
        await session.execute(delete(WordImport).where(WordImport.id == found.id))
    return redirect(request, location)


ROUTES = [
    Route(ONE, show),
    Route(ONE + "/file", submit_file, methods=["POST"]),
    Route(ONE + "/create", create, methods=["POST"]),
]
