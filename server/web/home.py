"""Home: my meetings, what is asked of me in them, and what is due for each student; every line leads straight there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from server.domain import roles
from server.domain.amendments import IN_EFFECT, OFFERED
from server.domain.year import LATER, NEARNESS, nearness
from server.meeting.asked import AMENDMENT, FOLLOW_UP, MESSAGE, NOTICE_APPROVAL, OPEN_DECISIONS, Asked, read_asked
from server.meeting.year import StudentYear, read_years
from server.storage.tables import Amendment, AmendmentAnswer, Meeting, Participant, Student
from server.storage.tables.base import now
from server.web import words_home
from server.web.access import signed_in
from server.web.i18n import Language
from server.web.templates import render
from server.web.visitor import visitor

CLOSED_SHOWN = 6  # of the meetings that are over, the newest


class Line(NamedTuple):
    """One thing, as it is read. `near`: how near its day is, `far` the same in words; `rule`: what sets the day."""

    student: str
    icon: str
    words: str
    url: str
    own: str = ""
    day: date | None = None
    near: str = ""
    far: str = ""
    rule: str = ""


async def show(request: Request) -> Response:
    person = signed_in(request)
    at, every = now(), request.query_params.get("closed") == "all"

    def read(session: Session) -> tuple[Any, ...]:
        connection = session.connection()
        closed = session.scalar(_mine(person.id, select(func.count())).where(Meeting.phase == roles.CLOSED))
        return (
            _meetings(session, person.id, closed=False),
            _meetings(session, person.id, closed=True, most=None if every else CLOSED_SHOWN),
            closed,
            read_asked(connection, person.id),
            read_years(connection, person.id, at),
            _places(session, person.id),
            _amendments(session, person.id),
        )

    current, closed, closed_count, asked, years, places, amended = await request.app.state.database.read(read)
    spoken = visitor(request).language
    due = [line for year in years for line in _due(year, spoken)]
    context = {
        "current": current,
        "closed": closed,
        "closed_count": closed_count,
        "family": roles.FAMILY,
        **amended,
        "team": roles.TEAM,
        "asked": asked_lines(asked, places, at, spoken),
        "due": [line for line in due if line.near != LATER],
        "later": [line for line in due if line.near == LATER],
        "nearness": words_home.NEARNESS,
    }
    return render(request, "home.html", context)


def _amendments(session: Session, person_id: str) -> dict[str, Any]:
    """By meeting, the newest: what waits for this person's answer, and what has changed a plan without a meeting."""
    mine = _mine(person_id, select(Meeting.id)).where(Meeting.phase == roles.CLOSED)
    found = list(
        session.scalars(
            select(Amendment)
            .where(Amendment.meeting_id.in_(mine), Amendment.state.in_((OFFERED, IN_EFFECT)))
            .order_by(Amendment.ordinal)
        )
    )
    answered = set(session.scalars(select(AmendmentAnswer.mark).where(AmendmentAnswer.person_id == person_id)))
    return {
        "offered": {one.meeting_id: one for one in found if one.state == OFFERED and one.mark not in answered},
        "amended": {one.meeting_id: one for one in found if one.state == IN_EFFECT},
        "have_say": roles.FAMILY | {roles.LEA_REPRESENTATIVE},
    }


def _mine(person_id: str, query: Any) -> Any:
    return (
        query.select_from(Meeting)
        .join(Student, Student.id == Meeting.student_id)
        .join(Participant, Participant.meeting_id == Meeting.id)
        .where(Participant.person_id == person_id, Participant.removed_at.is_(None))
    )


def _meetings(session: Session, person_id: str, *, closed: bool, most: int | None = None) -> list[Row[Any]]:
    query = _mine(person_id, select(Meeting, Student, Participant))
    if closed:
        query = query.where(Meeting.phase == roles.CLOSED).order_by(Meeting.starts_at.desc()).limit(most)
    else:
        query = query.where(Meeting.phase != roles.CLOSED).order_by(Meeting.starts_at)
    return list(session.execute(query))


def _places(session: Session, person_id: str) -> dict[str, tuple[str, str]]:
    """By meeting: whose it is, and where its days are counted."""
    rows = session.execute(_mine(person_id, select(Meeting.id, Student.name, Meeting.time_zone)))
    return {row.id: (row.name, row.time_zone) for row in rows}


def asked_lines(
    found: Iterable[Asked], places: dict[str, tuple[str, str]], at: datetime, spoken: Language
) -> list[Line]:
    """The nearest day first; what has no day keeps its order among the rest."""
    lines = []
    for one in found:
        student, zone = places[one.meeting_id]
        words, many, icon, path = words_home.ASKED[one.kind]
        today = at.astimezone(ZoneInfo(zone)).date()
        if one.kind == MESSAGE and one.since is not None:
            days = (today - one.since.astimezone(ZoneInfo(zone)).date()).days
            one = replace(one, count=days)  # noqa: PLW2901 - how long it has waited is counted where the meeting is
            words = words_home.TODAY if days == 0 else words
            many = many if days else ""
        values = {"num": one.count, "name": one.name}
        text = spoken.gettext(many if many and one.count > 1 else words, **values)
        near = nearness(one.day, today)
        lines.append(
            Line(
                student,
                icon,
                text,
                f"/m/{one.meeting_id}{path}{_place(one)}",
                one.words,
                one.day,
                near if one.day else "",
                words_home.how_far(spoken, one.day, today) if one.day else "",
            )
        )
    return sorted(lines, key=lambda line: (NEARNESS.index(line.near or "undated"), line.day or date.max))


def _place(one: Asked) -> str:
    """Where on the page it is."""
    if one.kind == FOLLOW_UP:
        return f"#follow-up-{one.about}"
    if one.kind in {AMENDMENT, NOTICE_APPROVAL, OPEN_DECISIONS}:
        return f"/{one.about}"
    if one.kind == MESSAGE:
        return f"#thread-{one.about}"
    return f"#excusal-{one.about}" if one.about else ""


def _due(year: StudentYear, spoken: Language) -> list[Line]:
    lines = []
    for one in year.due:
        words, path = words_home.DUE[one.kind]
        day, near = one.day, nearness(one.day, year.today)
        far = words_home.how_far(spoken, day, year.today) if day else spoken.gettext(words_home.UNDATED[one.kind])
        url = f"/m/{year.seat.meeting_id}{path}"
        lines.append(Line(year.name, "", spoken.gettext(words), url, "", day, near, far, one.rule))
    return lines
