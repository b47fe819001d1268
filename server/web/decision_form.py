"""The form of a decision: to propose one, to change one that is open, to propose one in another's place."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.agreement import LINKABLE, Link, links
from server.domain.errors import Refused
from server.journal.snapshot import Damaged
from server.meeting.agreement import document_blocks
from server.meeting.decision_reader import DecisionView, read_decision, read_members
from server.meeting.decision_words import MOST_OPTION, Words
from server.meeting.decisions import change_decision, propose_decision, read_back_decision
from server.storage.tables import Comment, Thread
from server.web import decision_rows, words_decisions
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form, sent_once
from server.web.templates import redirect, render

# Sections whose rows hold numbers to decide on.
WITH_ROWS = ("goals", "services")
TEXTS = ("question", "action", "reasons", "other_factors")


async def show_new(request: Request) -> Response:
    """An empty form; `?thread=` begins with a comment's words, `?supersedes=` with the words of that decision."""
    page = await enter_meeting(request)
    if (reason := page.why_not("propose_decision")) is not None:
        raise Refused(reason)
    asked = request.query_params
    form = Form({"raised_by": page.actor.person_id})
    if "supersedes" in asked:
        old = await _decision(request, page, asked["supersedes"])
        form = Form({**_filled(old), "outcome": "", "supersedes": old.row.id})
    elif "thread" in asked:
        form = Form(await request.app.state.database.read(lambda session: _from_thread(session, page, asked["thread"])))
        return await _form(request, page, form, unquoted="question" not in form.values)
    return await _form(request, page, form)


async def submit_new(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    if form["add"]:
        return await _form(request, page, _longer(form))
    journal = request.app.state.journal
    try:
        made = await propose_decision(
            journal,
            page.actor,
            _words(page, form),
            thread_id=form["thread"] or None,
            supersedes=form["supersedes"] or None,
            once=sent_once(request, form.values),
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return await _saved(request, page, form, made, 1)


async def show_edit(request: Request) -> Response:
    page = await enter_meeting(request)
    if (reason := page.why_not("propose_decision")) is not None:
        raise Refused(reason)
    decision = await _decision(request, page)
    if not decision.is_open:
        return redirect(request, f"{page.url}/decisions/{decision.row.id}")
    return await _form(request, page, Form(_filled(decision)), decision=decision)


async def submit_edit(request: Request) -> Response:
    page = await enter_meeting(request)
    decision = await _decision(request, page)
    form = await read_form(request)
    if form["add"]:
        return await _form(request, page, _longer(form), decision=decision)
    revision = int(form["revision"]) if form["revision"].isdecimal() and len(form["revision"]) < 10 else 0
    told = _words(page, form, decision)
    try:
        await change_decision(request.app.state.journal, page.actor, decision.row.id, told, revision=revision)
    except Refused as refusal:
        return await _again(request, page, form, refusal, await _decision(request, page))
    return await _saved(request, page, form, decision.row.id, revision + 1)


async def _saved(request: Request, page: MeetingPage, form: Form, decision_id: str, revision: int) -> Response:
    url = f"{page.url}/decisions/{decision_id}"
    # A form sent twice finds it read back already.
    if form["then"] == "read_back" and (await _decision(request, page, decision_id)).row.read_back_revision != revision:
        try:
            await read_back_decision(request.app.state.journal, page.actor, decision_id, revision=revision)
        except Refused as refusal:
            # It is saved; only what it still lacks is asked for.
            form.values["revision"] = str(revision)
            return await _again(request, page, form, refusal, await _decision(request, page, decision_id))
    return redirect(request, url)


async def _decision(request: Request, page: MeetingPage, decision_id: str = "") -> DecisionView:
    wanted = decision_id or request.path_params["decision_id"]
    found: DecisionView | None = await request.app.state.database.read(
        lambda session: read_decision(session, page.meeting.id, wanted)
    )
    if found is None:
        raise HTTPException(404)
    return found


async def _again(
    request: Request, page: MeetingPage, form: Form, refusal: Refused, decision: DecisionView | None = None
) -> Response:
    """The form as it was typed, with what is wrong; after somebody else's change beside their words."""
    if refusal.code in {"role", "not_found"} and not refusal.field:
        raise refusal
    field = refusal.field or ""
    row = decision_rows.row_of(form.values, field)
    if row is not None:
        form.add_error(request, row[0], words_decisions.ROW_REFUSALS[row[1]])
    elif field in words_decisions.REFUSALS:
        form.add_error(request, FIELD_OF.get(field, field), words_decisions.REFUSALS[field])
    else:
        form.add_refusal(request, refusal)
    changed = refusal.field == "revision" and decision is not None
    if changed and decision is not None:
        form.values["revision"] = str(decision.row.revision)
    status = REFUSED_STATUS.get(refusal.code, 403)
    return await _form(request, page, form, decision=decision, theirs=changed, status=status)


# Refusals that belong to no single field stand at the top.
FIELD_OF = dict.fromkeys(
    ("revision", "state", "supersedes", "thread", "sections", "options", "basis", "numbers", "person", "absent"), ""
)


async def _form(
    request: Request,
    page: MeetingPage,
    form: Form,
    *,
    decision: DecisionView | None = None,
    theirs: bool = False,
    unquoted: bool = False,
    status: int = 200,
) -> Response:
    spoken_of = form.values.pop("sections", "").split()
    for document in page.documents:
        if document.id in spoken_of:
            form.values[f"section-{document.section}"] = "yes"
    found = await request.app.state.journal.read(lambda connection: _links(page, connection))
    decision_rows.offer(form.values, found)

    def read(session: Session) -> dict[str, Any]:
        replaced = read_decision(session, page.meeting.id, form["supersedes"]) if form["supersedes"] else None
        return {"members": read_members(session, page.meeting.id), "replaces": replaced}

    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "form": form,
        "decision": decision,
        **await request.app.state.database.read(read),
        "theirs": theirs,
        "unquoted": unquoted,
        "can_settle": page.may("settle_decision"),
        "counts": {kind: decision_rows.count(form.values, kind) for kind in decision_rows.MOST_ROWS},
        "most": decision_rows.MOST_ROWS,
        "linked": _by_section(page, form),
    }
    return render(request, "decision_form.html", context, status=status)


def _links(page: MeetingPage, connection: Any) -> list[Link]:
    found: list[Link] = []
    for document in page.shown:
        if document.section in WITH_ROWS:
            try:
                found += links(document.id, document_blocks(connection, document.id))
            except Damaged:
                continue  # what cannot be read cannot be linked; the draft's page says so
    return found


def _by_section(page: MeetingPage, form: Form) -> list[tuple[str, list[int]]]:
    """The numbers that may be linked: section, and the numbers of its rows on the form."""
    sections: dict[str, list[int]] = {document.section: [] for document in page.documents}
    section_of = {document.id: document.section for document in page.documents}
    for index in range(decision_rows.count(form.values, "number")):
        row = f"number-{index}"
        section = section_of.get(form[f"{row}-document"])
        block, field = form[f"{row}-block"], form[f"{row}-field"]
        if section is not None and field in LINKABLE.get(block, ()):
            sections[section].append(index)
    return [(section, rows) for section, rows in sections.items() if rows]


def _longer(form: Form) -> Form:
    """One more row of the kind that the pressed button names."""
    kind = form["add"]
    if kind in decision_rows.MOST_ROWS:
        index = decision_rows.count(form.values, kind)
        if index < decision_rows.MOST_ROWS[kind]:
            form.values[f"{kind}-{index}-text"] = ""
    return form


def _words(page: MeetingPage, form: Form, decision: DecisionView | None = None) -> Words:
    if page.may("settle_decision"):
        outcome: str | None = form["outcome"] or None
        deferred_to, deferred_until = form["deferred_to"] or None, form["deferred_until"] or None
    else:
        # Who may not say what comes of it leaves that as it is.
        row = decision.row if decision else None
        outcome = row.outcome if row else None
        deferred_to = row.deferred_to if row else None
        deferred_until = row.deferred_until if row else None
    return Words(
        **{name: form[name] for name in TEXTS},
        raised_by=form["raised_by"] or None,
        options=decision_rows.options(form.values),
        basis=decision_rows.basis(form.values),
        numbers=decision_rows.numbers(form.values),
        sections=[document.id for document in page.documents if form[f"section-{document.section}"]],
        outcome=outcome,
        deferred_to=deferred_to,
        deferred_until=deferred_until,
    )


def _filled(decision: DecisionView) -> dict[str, str]:
    """The form of a decision as it stands."""
    row = decision.row
    values = {name: getattr(row, name) for name in TEXTS}
    values |= {
        "revision": str(row.revision),
        "raised_by": row.raised_by or "",
        "outcome": row.outcome or "",
        "deferred_to": row.deferred_to or "",
        "deferred_until": row.deferred_until or "",
        "sections": " ".join(row.sections),
    }
    return values | decision_rows.filled(row.options, row.basis, row.numbers)


def _from_thread(session: Session, page: MeetingPage, thread_id: str) -> dict[str, str]:
    """A comment's words as the question, its author as who raised it, its proposal as the first option.

    Everybody reads a decision: of a thread that not everybody may read, no words are copied into it.
    """
    thread = session.scalar(select(Thread).where(Thread.id == thread_id, Thread.meeting_id == page.meeting.id))
    if thread is None or not page.shows_thread(thread.document_id, thread.created_role):
        raise HTTPException(404)
    values = {"thread": thread.id, "raised_by": thread.created_by}
    if thread.document_id:
        values["sections"] = thread.document_id
    if not page.told_to_all(thread.document_id, thread.created_role):
        return values
    first = session.scalar(select(Comment.text).where(Comment.thread_id == thread_id).order_by(Comment.number).limit(1))
    values["question"] = (first or "")[:500]
    if thread.proposal:
        values |= {"option-0-text": thread.proposal[:MOST_OPTION], "option-0-by": thread.created_by}
    return values


LOG = "/m/{meeting_id}/decisions"

ROUTES = [
    Route(LOG + "/new", show_new),
    Route(LOG + "/new", submit_new, methods=["POST"]),
    Route(LOG + "/{decision_id}/edit", show_edit),
    Route(LOG + "/{decision_id}/edit", submit_edit, methods=["POST"]),
]
