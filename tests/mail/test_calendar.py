"""iCalendar objects: read back by the library as any calendar would (RFC 5545, 5546)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from server.mail.calendar import CANCEL, REQUEST, Appointment, calendar_object

AT = datetime(2027, 2, 3, 15, tzinfo=UTC)
MEETING = Appointment(
    uid="m_1@roundtable",
    sequence=0,
    title="School meeting",
    description="More in the letter.",
    starts_at=datetime(2027, 2, 25, 19, 30, tzinfo=UTC),
    ends_at=datetime(2027, 2, 25, 21, tzinfo=UTC),
    time_zone="America/New_York",
    place="Room 12",
    organizer="Wren Valley Schools <iep@schools.example>",
    attendee="rosa@example.org",
    attendee_name="Rosa Lind",
)


def event(text: str):
    calendar = Calendar.from_ical(text)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


def test_an_invitation() -> None:
    text = calendar_object(MEETING, REQUEST, AT)
    calendar, found = event(text)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert found["DTSTART"].dt == MEETING.starts_at
    assert found["DTSTART"].params["TZID"] == "America/New_York"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/New_York"]
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(minutes=90)
    assert found["ORGANIZER"] == "mailto:iep@schools.example"
    assert found["ATTENDEE"] == "mailto:rosa@example.org"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_change_and_a_cancellation_are_about_the_same_meeting() -> None:
    _, first = event(calendar_object(MEETING, REQUEST, AT))
    _, second = event(calendar_object(replace(MEETING, sequence=1, place="Room 5"), REQUEST, AT))
    calendar, gone = event(calendar_object(replace(MEETING, sequence=2), CANCEL, AT))
    assert first["UID"] == second["UID"] == gone["UID"]
    assert [int(one["SEQUENCE"]) for one in (first, second, gone)] == [0, 1, 2]
    assert (calendar["METHOD"], gone["STATUS"]) == ("CANCEL", "CANCELLED")


@settings(max_examples=25, deadline=None)
@given(place=st.text(max_size=60), name=st.text(max_size=30))
def test_what_people_typed_stays_in_its_field(place: str, name: str) -> None:
    text = calendar_object(replace(MEETING, place=place, attendee_name=name), REQUEST, AT)
    _, found = event(text)
    assert set(found) <= {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "CLASS",
        "ORGANIZER", "ATTENDEE",
    }  # fmt: skip
    assert (found["UID"], found["SUMMARY"]) == ("m_1@roundtable", "School meeting")
