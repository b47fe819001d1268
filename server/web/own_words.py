"""In their own words: one question a page for the family, kept as typed, and what the team reads of it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.own_words import MOST_TEXT, QUESTIONS
from server.domain.roles import FAMILY, STUDENT
from server.domain.sections import PARENT_INPUT
from server.journal.store import StorageUnavailable
from server.meeting import Target, Words, open_thread
from server.meeting.comment_reader import ThreadView, threads
from server.meeting.own_words import Answer, Given, answers_of, give_words, given_at, given_words, wordings, write_words
from server.storage.tables import Document
from server.web import words, words_door
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import PAGES, REFUSED_STATUS, wants_json
from server.web.i18n import N_
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor
from server.web.words_comments import REFUSALS as COMMENT_REFUSALS

MESSAGES = {
    "text": N_("Shorten this to 10,000 characters. Nothing you typed is gone."),
    "seen": N_(
        "You changed this answer in another window. Below is what is saved. Save again to keep what you see here."
    ),
}


async def mine(request: Request) -> Response:
    """Where the writer left off: the first question without an answer, or the end."""
    page = await enter_meeting(request)
    _only_family(page)
    answers = await _mine(request, page)
    empty = next((number for number, answer in enumerate(answers, 1) if not answer.text), None)
    return redirect(request, f"{page.url}/words/{empty or 'check'}")


async def question(request: Request) -> Response:
    page = await enter_meeting(request)
    _only_family(page)
    return await _question(request, page, _at(request))


async def _question(
    request: Request, page: MeetingPage, at: int, *, typed: str | None = None, error: str = "", status: int = 200
) -> Response:
    answer = (await _mine(request, page))[at - 1]
    context = {
        **_common(page),
        "at": at,
        "total": len(QUESTIONS),
        "question": _questions(page)[answer.question],
        "hint": words_door.QUESTION_HINTS[answer.question],
        "answer": answer,
        "text": answer.text if typed is None else typed,
        "most": MOST_TEXT,
        "error": error,
        "other": answer.text if typed is not None and typed != answer.text else "",
        "refusal": _refusal(page),
        "given_at": await _given_at(request, page),
    }
    return render(request, "own_words_question.html", context, status=status)


async def keep(request: Request) -> Response:
    """Keep an answer and go on; a script keeps what is typed in between and reads the number. No word is ever lost."""
    page = await enter_meeting(request)
    _only_family(page)
    at, data = _at(request), await request.form()
    text, go, seen = (value if isinstance(value := data.get(name, ""), str) else "" for name in ("text", "go", "seen"))
    language = visitor(request).language
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else 0
    try:
        number = await write_words(
            request.app.state.journal, page.actor, QUESTIONS[at - 1], text, lang=language.code, seen=known
        )
    except Refused as refusal:
        message = language.gettext(MESSAGES.get(refusal.field or "") or words.REFUSALS[refusal.code])
        status = REFUSED_STATUS.get(refusal.code, 403)
        if wants_json(request):
            return JSONResponse({"message": message}, status)
        return await _question(request, page, at, typed=text, error=message, status=status)
    except StorageUnavailable:
        if wants_json(request):
            raise
        return await _question(request, page, at, typed=text, error=language.gettext(PAGES[503][1]), status=503)
    if wants_json(request):
        return JSONResponse({"number": number})
    where = {"back": at - 1, "next": at + 1}.get(go, at)
    if go == "stay":
        return redirect(request, f"{page.url}/words/{at}?kept=1")
    return redirect(request, f"{page.url}/words/{where}" if 1 <= where <= len(QUESTIONS) else f"{page.url}/words/check")


async def check(request: Request) -> Response:
    """All answers once more, and the button that gives them to the team."""
    page = await enter_meeting(request)
    _only_family(page)
    return render(request, "own_words_check.html", await _check_context(request, page))


async def give(request: Request) -> Response:
    page = await enter_meeting(request)
    try:
        await give_words(request.app.state.journal, page.actor)
    except Refused as refusal:
        if refusal.field != "words":
            raise
        context = {**await _check_context(request, page), "nothing": True}
        return render(request, "own_words_check.html", context, status=422)
    return redirect(request, f"{page.url}/words/check")


async def _check_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    return {
        **_common(page),
        "answers": await _mine(request, page),
        "questions": _questions(page),
        "given_at": await _given_at(request, page),
        "refusal": _refusal(page),
        "nothing": False,
    }


async def show(request: Request) -> Response:
    """What the team reads: everybody's words as they wrote them, and what was answered."""
    page = await enter_meeting(request)
    return await _show(request, page)


async def _show(
    request: Request, page: MeetingPage, *, typed: tuple[str, str, str] | None = None, error: str = ""
) -> Response:
    context = {**await own_words_context(request, page), "typed": typed, "error": error}
    name = "_own_words.html" if is_fragment(request) else "own_words.html"
    return render(request, name, context, status=422 if error else 200)


async def own_words_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    """For `_own_words.html`."""

    def read(connection: Any) -> tuple[list[Given], dict[tuple[str, str], list[Answer]], list[ThreadView]]:
        given = given_words(connection, page.meeting.id)
        earlier = {
            (one.person_id, answer.question): wordings(connection, page.meeting.id, one.person_id, answer.question)[1:]
            for one in given
            for answer in one.answers
        }
        return given, earlier, [one for one in threads(connection, page.meeting.id) if one.words_of] if given else []

    given, earlier, answered = await request.app.state.journal.read(read)
    by_words: dict[tuple[str, str], list[ThreadView]] = {}
    for thread in answered:
        by_words.setdefault((thread.words_of or "", thread.words_question or ""), []).append(thread)
    return {
        **_common(page),
        "given": given,
        "earlier": earlier,
        "answered": by_words,
        "may_comment": page.may("comment"),
        "writes": page.actor.role in FAMILY,
        "typed": None,
        "error": "",
    }


async def answer(request: Request) -> Response:
    """A thread to somebody's words; they are told by name. What was typed is never lost."""
    page = await enter_meeting(request)
    person_id, name = request.path_params["writer_id"], request.path_params["question"]
    value = (await request.form()).get("text", "")
    text, language = value if isinstance(value, str) else "", visitor(request).language
    mentions = () if person_id == page.actor.person_id else (person_id,)
    try:
        await open_thread(
            request.app.state.journal,
            page.actor,
            Target("section", _parent_input(page).id, own_words=(person_id, name)),
            Words(text, language.code, mentions),
        )
    except Refused as refusal:
        if REFUSED_STATUS.get(refusal.code) != 422 or refusal.field != "text":
            raise
        message = language.gettext(COMMENT_REFUSALS.get("text") or words.REFUSALS[refusal.code])
        return await _show(request, page, typed=(person_id, name, text), error=message)
    return redirect(request, f"{page.url}/words#words-{person_id}-{name}")


def _common(page: MeetingPage) -> dict[str, Any]:
    return {"page": page, "meeting": page.meeting, "student": page.student}


def _questions(page: MeetingPage) -> Any:
    return words_door.STUDENT_QUESTIONS if page.actor.role == STUDENT else words_door.QUESTIONS


def _parent_input(page: MeetingPage) -> Document:
    return next(document for document in page.documents if document.section == PARENT_INPUT)


def _refusal(page: MeetingPage) -> str | None:
    return page.why_not("edit_parent_input", _parent_input(page))


def _only_family(page: MeetingPage) -> None:
    """The pages where one writes are the family's. Raises `Refused("role")`."""
    if page.actor.role not in FAMILY:
        raise Refused("role")


def _at(request: Request) -> int:
    at: int = request.path_params["at"]
    if not 1 <= at <= len(QUESTIONS):
        raise Refused("not_found")
    return at


async def _mine(request: Request, page: MeetingPage) -> list[Answer]:
    found: list[Answer] = await request.app.state.journal.read(
        lambda connection: answers_of(connection, page.meeting.id, page.actor.person_id)
    )
    return found


async def _given_at(request: Request, page: MeetingPage) -> Any:
    return await request.app.state.journal.read(
        lambda connection: given_at(connection, page.meeting.id, page.actor.person_id)
    )


WORDS = "/m/{meeting_id}/words"
ROUTES = [
    Route(WORDS, show),
    Route(WORDS + "/mine", mine),
    Route(WORDS + "/check", check),
    Route(WORDS + "/give", give, methods=["POST"]),
    Route(WORDS + "/{at:int}", question),
    Route(WORDS + "/{at:int}", keep, methods=["POST"]),
    Route(WORDS + "/{writer_id}/{question}/answer", answer, methods=["POST"]),
]
