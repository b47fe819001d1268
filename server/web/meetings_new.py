"""Staff set up a meeting: the student, when and where. The draft's sections are made with it."""

from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from server.domain.arrangement import Arrangement
from server.meeting import create_meeting
from server.people.accounts import clean_line, clean_locale
from server.storage.tables import Student, new_id, now
from server.web import words
from server.web.access import staff
from server.web.arrangement_form import ZONES, read_arrangement, zones
from server.web.forms import Form, read_form
from server.web.i18n import N_, language
from server.web.templates import redirect, render

# field: (longest, required, what to say)
LINES = {
    "student_name": (120, True, N_("Enter the student’s name.")),
    "grade": (40, False, N_("Shorten the grade to at most 40 characters.")),
    "school": (120, False, N_("Shorten the school’s name to at most 120 characters.")),
    "district": (120, False, N_("Shorten the district’s name to at most 120 characters.")),
    "creator_title": (120, False, N_("Shorten your seat to at most 120 characters.")),
}


async def show(request: Request) -> Response:
    person = staff(request)
    form = Form({"locale": person.locale, "purpose": "annual_review", "time_zone": ZONES[0]})
    return render(request, "meetings_new.html", {"form": form, "zones": ZONES})


async def submit(request: Request) -> Response:
    person = staff(request)
    form = await read_form(request)
    arrangement = _check(request, form)
    if form.errors or arrangement is None:
        return render(request, "meetings_new.html", {"form": form, "zones": zones(form["time_zone"])}, status=422)
    state = request.app.state
    student = Student(
        id=new_id("s"),
        name=clean_line(form["student_name"], "student_name", limit=120),
        birth_date=form["birth_date"] or None,
        grade=clean_line(form["grade"], "grade", limit=40, required=False),
        school=clean_line(form["school"], "school", limit=120, required=False),
        district=clean_line(form["district"], "district", limit=120, required=False),
    )
    async with state.database.transaction() as session:
        session.add(student)
    meeting_id = await create_meeting(
        state.journal,
        creator_id=person.id,
        student_id=student.id,
        title=f"{student.name}: {words.PURPOSES[form['purpose']]}",
        purpose=form["purpose"],
        place=arrangement.place,
        video_link=arrangement.video_link,
        starts_at=arrangement.starts_at,
        ends_at=arrangement.ends_at,
        time_zone=arrangement.time_zone,
        gettext=language(form["locale"]).gettext,
        creator_title=clean_line(form["creator_title"], "creator_title", limit=120, required=False),
    )
    return redirect(request, f"/m/{meeting_id}/people")


def _check(request: Request, form: Form) -> Arrangement | None:
    for name, (limit, required, message) in LINES.items():
        form.checked(request, name, _line(limit, required), message)
    if form["birth_date"] and not _is_past(form["birth_date"]):
        form.add_error(request, "birth_date", N_("Enter the date of birth as a day in the past."))
    if form["purpose"] not in words.PURPOSES:
        form.add_error(request, "purpose", N_("Choose what the meeting is for."))
    form.checked(request, "locale", lambda value, _field: clean_locale(value), N_("Choose a language."))
    return read_arrangement(request, form)


def _line(limit: int, required: bool) -> Callable[[str, str], str]:
    return lambda value, field: clean_line(value, field, limit=limit, required=required)


def _is_past(day: str) -> bool:
    try:
        return date(1990, 1, 1) <= date.fromisoformat(day) < now().date()
    except ValueError:
        return False
