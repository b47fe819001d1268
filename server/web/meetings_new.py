"""Staff set up a meeting: the student, when and where. The draft's sections are made with it."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response

from server.meeting import create_meeting
from server.people.accounts import clean_line, clean_locale
from server.storage.tables import Student, new_id, now
from server.web import words
from server.web.access import staff
from server.web.forms import Form, local_moment, read_form
from server.web.i18n import N_, language
from server.web.templates import redirect, render

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
LONGEST = timedelta(hours=12)
# field: (longest, required, what to say)
LINES = {
    "student_name": (120, True, N_("Enter the student’s name.")),
    "grade": (40, False, N_("Shorten the grade to at most 40 characters.")),
    "school": (120, False, N_("Shorten the school’s name to at most 120 characters.")),
    "district": (120, False, N_("Shorten the district’s name to at most 120 characters.")),
    "place": (200, False, N_("Shorten the place to at most 200 characters.")),
    "creator_title": (120, False, N_("Shorten your seat to at most 120 characters.")),
}


async def show(request: Request) -> Response:
    person = staff(request)
    form = Form({"locale": person.locale, "purpose": "annual_review", "time_zone": ZONES[0]})
    return render(request, "meetings_new.html", {"form": form, "zones": ZONES})


async def submit(request: Request) -> Response:
    person = staff(request)
    form = await read_form(request)
    _check(request, form)
    if form.errors:
        return render(request, "meetings_new.html", {"form": form, "zones": ZONES}, status=422)
    starts_at = local_moment(form["date"], form["starts"], form["time_zone"])
    ends_at = local_moment(form["date"], form["ends"], form["time_zone"])
    assert starts_at is not None  # noqa: S101 - `_check` saw to it
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
        place=clean_line(form["place"], "place", limit=200, required=False),
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=form["time_zone"],
        gettext=language(form["locale"]).gettext,
        creator_title=clean_line(form["creator_title"], "creator_title", limit=120, required=False),
    )
    return redirect(request, f"/m/{meeting_id}/people")


def _check(request: Request, form: Form) -> None:
    for name, (limit, required, message) in LINES.items():
        form.checked(request, name, _line(limit, required), message)
    if form["birth_date"] and not _is_past(form["birth_date"]):
        form.add_error(request, "birth_date", N_("Enter the date of birth as a day in the past."))
    if form["purpose"] not in words.PURPOSES:
        form.add_error(request, "purpose", N_("Choose what the meeting is for."))
    if form["time_zone"] not in available_timezones():
        form.add_error(request, "time_zone", N_("Choose a time zone."))
    form.checked(request, "locale", lambda value, _field: clean_locale(value), N_("Choose a language."))
    if local_moment(form["date"], "12:00", "UTC") is None:
        form.add_error(request, "date", N_("Enter the day of the meeting."))
    if local_moment("2000-01-01", form["starts"], "UTC") is None:
        form.add_error(request, "starts", N_("Enter the time the meeting starts."))
    starts_at = local_moment(form["date"], form["starts"], form["time_zone"])
    if form["ends"] and starts_at is not None:
        ends_at = local_moment(form["date"], form["ends"], form["time_zone"])
        if ends_at is None or not timedelta(0) < ends_at - starts_at <= LONGEST:
            form.add_error(request, "ends", N_("Enter an end that is later than the start, or leave it empty."))


def _line(limit: int, required: bool) -> Callable[[str, str], str]:
    return lambda value, field: clean_line(value, field, limit=limit, required=required)


def _is_past(day: str) -> bool:
    try:
        return date(1990, 1, 1) <= date.fromisoformat(day) < now().date()
    except ValueError:
        return False
