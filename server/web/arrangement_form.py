"""The fields that say when and where a meeting is, in the form that sets one up and in the one that changes it."""

from zoneinfo import available_timezones

from starlette.requests import Request

from server.domain.arrangement import PLACE_LENGTH, Arrangement, fits
from server.domain.errors import Refused
from server.meeting.arrange import clean_video_link
from server.people.accounts import clean_line
from server.storage.tables import Meeting
from server.web.forms import Form, local_moment
from server.web.i18n import N_, time_zone

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
MISTAKES = {
    "date": N_("Enter the day of the meeting, with a year of four digits."),
    "starts": N_("Enter the time the meeting starts."),
    "ends": N_("Enter an end that is later than the start, or leave it empty."),
    "time_zone": N_("Choose a time zone."),
    "place": N_("Shorten the place to at most 200 characters."),
    "video_link": N_("Enter the whole web address, as in https://meet.example.org/room, or leave it empty."),
}


def read_arrangement(request: Request, form: Form) -> Arrangement | None:
    """What was typed, or None where something does not fit: then it is said at its field."""
    zone = form["time_zone"]
    if zone not in available_timezones():
        form.add_error(request, "time_zone", MISTAKES["time_zone"])
    if local_moment(form["date"], "12:00", "UTC") is None:
        form.add_error(request, "date", MISTAKES["date"])
    if local_moment("2000-01-01", form["starts"], "UTC") is None:
        form.add_error(request, "starts", MISTAKES["starts"])
    starts_at = local_moment(form["date"], form["starts"], zone)
    ends_at = local_moment(form["date"], form["ends"], zone) if form["ends"] else None
    if form["ends"] and starts_at is not None and (ends_at is None or not fits(starts_at, ends_at)):
        form.add_error(request, "ends", MISTAKES["ends"])
    place = form.checked(request, "place", _place, MISTAKES["place"])
    link = form.checked(request, "video_link", clean_video_link, MISTAKES["video_link"])
    if starts_at is None or any(name in form.errors for name in MISTAKES):
        return None
    return Arrangement(starts_at, ends_at, zone, place, link)


def _place(value: str, field: str) -> str:
    if len(value) > PLACE_LENGTH:
        raise Refused("invalid", field)
    return clean_line(value, field, limit=PLACE_LENGTH, required=False)


def as_form(meeting: Meeting) -> Form:
    """What stands now, as the fields have it."""
    zone = time_zone(meeting.time_zone)
    starts_at = meeting.starts_at.astimezone(zone)
    return Form(
        {
            "date": starts_at.date().isoformat(),
            "starts": starts_at.strftime("%H:%M"),
            "ends": "" if meeting.ends_at is None else meeting.ends_at.astimezone(zone).strftime("%H:%M"),
            "time_zone": meeting.time_zone,
            "place": meeting.place,
            "video_link": meeting.video_link,
        }
    )


def zones(current: str) -> tuple[str, ...]:
    """The zones to choose from, with the one that the meeting has."""
    return ZONES if current in ZONES or current not in available_timezones() else (current, *ZONES)
