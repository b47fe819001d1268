"""Staff set up a meeting: the student, when and where, and what the draft begins with."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from starlette.requests import Request
from starlette.responses import Response

from server.documents.tree import read_tree
from server.domain.arrangement import Arrangement
from server.domain.days import EARLIEST
from server.domain.roles import CLOSED, PHASES, ROLES, may
from server.meeting import create_meeting
from server.meeting.carried import read_carried
from server.meeting.create import own_items
from server.meeting.draft import draft_from_plan, draft_from_word
from server.meeting.once import named_by
from server.people.accounts import clean_line, clean_locale
from server.storage.tables import Document, Meeting, Participant, Person, Student, WordImport, now
from server.web import words
from server.web.access import staff
from server.web.arrangement_form import ZONES, read_arrangement, zones
from server.web.forms import Form, read_form, sent_once
from server.web.i18n import N_, language
from server.web.templates import redirect, render
from server.web.word_import import begin, load_import

TEMPLATE, PLAN, WORD = "template", "plan", "word"
DRAFTS = (TEMPLATE, PLAN, WORD)
NO_PLAN = N_(
    "There is no earlier meeting of this student whose whole draft you may read. "
    "Choose the student from the list first."
)
# field: (longest, required, what to say)
LINES = {
    "student_name": (120, True, N_("Enter the student’s name.")),
    "grade": (40, False, N_("Shorten the grade to at most 40 characters.")),
    "school": (120, False, N_("Shorten the school’s name to at most 120 characters.")),
    "district": (120, False, N_("Shorten the district’s name to at most 120 characters.")),
    "creator_title": (120, False, N_("Shorten your seat to at most 120 characters.")),
}
# What stands on the new agenda of what the last meeting left.
CARRIED_SECTIONS = N_("From the last meeting: sections that were not finished")
CARRIED_DECISION = N_("From the last meeting, to decide: %(question)s")
OF_STUDENT = ("student_name", "grade", "school", "district", "birth_date")


async def show(request: Request) -> Response:
    person = staff(request)
    form = Form({"locale": person.locale, "purpose": "annual_review", "time_zone": ZONES[0]})
    if student := request.query_params.get("student"):
        form.values["student"] = student
    if import_id := request.query_params.get("import"):
        form = Form({key: str(value) for key, value in (await load_import(request, import_id)).form.items()})
    return await _page(request, person, form)


async def _page(request: Request, person: Person, form: Form) -> Response:
    students, with_plan = await _students(request, person), await _with_plan(request, person)
    known = form["student"] in {one.id for one in students}
    # Who has a plan goes on with it, unless another way was chosen.
    if not form["draft"]:
        form.values["draft"] = PLAN if known and form["student"] in with_plan else TEMPLATE
    context = {"form": form, "zones": zones(form["time_zone"]), "students": students, "with_plan": with_plan}
    return render(request, "meetings_new.html", context, status=422 if form.errors else 200)


async def submit(request: Request) -> Response:
    person = staff(request)
    form = await read_form(request)
    if form["choose"]:  # without a script: what is known of the student decides what the page proposes
        form.values["draft"] = ""
        return await _page(request, person, form)
    if form["draft"] == WORD and await _check(request, person, form) is not None:
        return redirect(request, f"/meetings/new/word/{await begin(request, person, form)}")
    location = await set_up(request, person, form)
    return await _page(request, person, form) if location is None else redirect(request, location)


async def set_up(request: Request, person: Person, form: Form, *, word: WordImport | None = None) -> str | None:
    """Make the meeting. Returns where it goes on, or None when something typed does not fit."""
    arrangement = await _check(request, person, form)
    if arrangement is None:
        return None
    state, gettext = request.app.state, language(form["locale"]).gettext
    contents, source, carried = None, None, None
    if word is not None and word.result is not None:
        contents, source = draft_from_word(word.result, gettext), {"kind": "word", "file": word.file_name}
    elif form["draft"] == PLAN:
        earlier = await _latest(request, person, form["student"])
        if earlier is None:
            form.add_error(request, "draft", NO_PLAN)
            return None
        contents = draft_from_plan(await _trees(request, earlier), gettext)
        source = {
            "kind": "meeting",
            "meeting": earlier.id,
            "starts_at": earlier.starts_at.isoformat(),
            "time_zone": earlier.time_zone,
        }
        others = [item.title for item in own_items(form["purpose"], gettext)]
        carried = await state.journal.read(
            lambda connection: read_carried(
                connection,
                earlier.id,
                gettext,
                sections_title=CARRIED_SECTIONS,
                decision_title=CARRIED_DECISION,
                others=others,
            )
        )
    # What a form makes that is sent twice is the same: student and meeting have their ids from it.
    once = sent_once(request, form.values)
    asked = {key: value for key, value in form.values.items() if key != "csrf"}
    student_id, name, new_student = await _student(request, person, form, named_by(once, "s", person.id, asked))
    meeting_id = await create_meeting(
        state.journal,
        creator_id=person.id,
        student_id=student_id,
        title=f"{name}: {words.PURPOSES[form['purpose']]}",
        purpose=form["purpose"],
        place=arrangement.place,
        video_link=arrangement.video_link,
        starts_at=arrangement.starts_at,
        ends_at=arrangement.ends_at,
        time_zone=arrangement.time_zone,
        gettext=gettext,
        creator_title=clean_line(form["creator_title"], "creator_title", limit=120, required=False),
        contents=contents,
        source=source,
        carried=carried,
        new_student=new_student,
        meeting_id=named_by(once, "m", person.id, asked, word.id if word else None),
    )
    return f"/m/{meeting_id}/people"


async def _students(request: Request, person: Person) -> list[Any]:
    """Id and name of the students whose meetings this person is in."""
    async with request.app.state.database.session() as session:
        found = await session.execute(
            select(Student.id, Student.name, Student.birth_date)
            .distinct()
            .join(Meeting, Meeting.student_id == Student.id)
            .join(Participant, Participant.meeting_id == Meeting.id)
            .where(Participant.person_id == person.id, Participant.removed_at.is_(None))
            .order_by(Student.name, Student.id)
        )
        return list(found)


async def _with_plan(request: Request, person: Person) -> set[str]:
    """The students of whom a closed meeting that this person was in has a plan."""
    async with request.app.state.database.session() as session:
        found = await session.scalars(
            select(Meeting.student_id)
            .join(Participant, Participant.meeting_id == Meeting.id)
            .where(
                Participant.person_id == person.id,
                Participant.removed_at.is_(None),
                Meeting.phase == CLOSED,
                _reads_all(),
            )
        )
        return set(found)


async def _latest(request: Request, person: Person, student_id: str) -> Meeting | None:
    """The student's last closed meeting that this person is in, or the last of all where none is closed.

    Only one whose whole draft they may read: what is not shared with them must not come to them as a copy.
    """
    async with request.app.state.database.session() as session:
        found = await session.scalars(
            select(Meeting)
            .join(Participant, Participant.meeting_id == Meeting.id)
            .where(
                Meeting.student_id == student_id,
                Participant.person_id == person.id,
                Participant.removed_at.is_(None),
                _reads_all(),
            )
        )
        meetings = list(found)
    return max(meetings, key=lambda one: (one.phase == CLOSED, one.starts_at), default=None)


def _reads_all() -> ColumnElement[bool]:
    """Whether a seat may read its meeting's whole draft, shared or not."""
    readers = {phase: [role for role in ROLES if may(role, "read_unshared", phase)] for phase in PHASES}
    return or_(*((Meeting.phase == phase) & Participant.role.in_(roles) for phase, roles in readers.items()))


async def _trees(request: Request, meeting: Meeting) -> dict[str, Any]:
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Document.section, Document.id).where(Document.meeting_id == meeting.id, Document.kind == "section")
        )
        documents = [(row.section, row.id) for row in rows]
    journal = request.app.state.journal
    return {section: read_tree(await journal.load_state(document_id)) for section, document_id in documents}


async def _student(request: Request, person: Person, form: Form, new: str) -> tuple[str, str, dict[str, Any] | None]:
    """Id and name: one who is known, or a new one with the id `new`; of that one also the row that is to be made."""
    for known in await _students(request, person):
        if known.id == form["student"]:
            return known.id, known.name, None
    made: dict[str, Any] = {
        "id": new,
        "name": clean_line(form["student_name"], "student_name", limit=120),
        "birth_date": form["birth_date"] or None,
        "grade": clean_line(form["grade"], "grade", limit=40, required=False),
        "school": clean_line(form["school"], "school", limit=120, required=False),
        "district": clean_line(form["district"], "district", limit=120, required=False),
    }
    return new, made["name"], made


async def _check(request: Request, person: Person, form: Form) -> Arrangement | None:
    """What was typed fits, or None and it is said at its field."""
    known = bool(form["student"]) and form["student"] in {one.id for one in await _students(request, person)}
    if form["student"] and not known:
        form.add_error(request, "student", N_("Choose a student from the list, or enter a new one."))
    for name, (limit, required, message) in LINES.items():
        if not (known and name in OF_STUDENT):
            form.checked(request, name, _line(limit, required), message)
    if form["birth_date"] and not known and not _is_past(form["birth_date"]):
        form.add_error(request, "birth_date", N_("Enter the date of birth as a day in the past."))
    if form["purpose"] not in words.PURPOSES:
        form.add_error(request, "purpose", N_("Choose what the meeting is for."))
    if (form["draft"] or TEMPLATE) not in DRAFTS:
        form.add_error(request, "draft", N_("Choose what the draft begins with."))
    if form["draft"] == PLAN and not known:
        form.add_error(request, "draft", NO_PLAN)
    form.checked(request, "locale", lambda value, _field: clean_locale(value), N_("Choose a language."))
    arrangement = read_arrangement(request, form)
    return None if form.errors else arrangement


def _line(limit: int, required: bool) -> Callable[[str, str], str]:
    return lambda value, field: clean_line(value, field, limit=limit, required=required)


def _is_past(day: str) -> bool:
    try:
        return EARLIEST <= date.fromisoformat(day) < now().date()
    except ValueError:
        return False
