"""My meetings, the nearest first; what is over comes last."""

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from server.domain import roles
from server.storage.tables import Meeting, Participant, Student
from server.web.access import signed_in
from server.web.templates import render


async def show(request: Request) -> Response:
    person = signed_in(request)
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Meeting, Student, Participant)
            .join(Student, Student.id == Meeting.student_id)
            .join(Participant, Participant.meeting_id == Meeting.id)
            .where(Participant.person_id == person.id, Participant.removed_at.is_(None))
            .order_by(Meeting.starts_at)
        )
        found = list(rows)
    context = {
        "current": [row for row in found if row[0].phase != roles.CLOSED],
        "closed": [row for row in reversed(found) if row[0].phase == roles.CLOSED],
        "family": roles.FAMILY,
    }
    return render(request, "home.html", context)
