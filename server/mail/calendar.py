"""A meeting as an iCalendar object that mail programs take into their calendar (RFC 5545, 5546, 6047).

What lands in a calendar is seen on lock screens and by whoever shares it: its title names neither student nor IEP.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from server.mail.letter import address

REQUEST, CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True, slots=True)
class Appointment:
    """`uid` stays the same for a meeting's life, `sequence` grows with each change. Times are aware."""

    uid: str
    sequence: int
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    place: str
    organizer: str  # "Name <who@example.org>"
    attendee: str  # a mail address
    attendee_name: str


def calendar_object(appointment: Appointment, method: str, at: datetime) -> str:
    """REQUEST invites or updates, CANCEL takes away. `at`: when it was made. Raises `BadAddress`."""
    zone = ZoneInfo(appointment.time_zone)
    start = appointment.starts_at.astimezone(zone)
    end = (appointment.ends_at or appointment.starts_at + timedelta(hours=1)).astimezone(zone)
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", appointment.title)
    event.add("description", appointment.description)
    if appointment.place:
        event.add("location", appointment.place)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _who(appointment.organizer, address(appointment.organizer).display_name))
    attendee = _who(appointment.attendee, appointment.attendee_name)
    if method == REQUEST:
        attendee.params["PARTSTAT"], attendee.params["RSVP"] = "NEEDS-ACTION", "FALSE"
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Roundtable//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical()).decode()


def _who(text: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address(text).addr_spec}")
    plain = " ".join("".join(char for char in name if char.isprintable() and char != '"').split())
    if plain:
        found.params["CN"] = plain
    return found
