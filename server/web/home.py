"""My meetings, the nearest first; what is over comes last."""

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from server.domain import roles
from server.domain.amendments import IN_EFFECT, OFFERED
from server.storage.tables import Amendment, AmendmentAnswer, Meeting, Participant, Student
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
        ids = [row[0].id for row in found if row[0].phase == roles.CLOSED]
        amended = list(
            await session.scalars(
                select(Amendment)
                .where(Amendment.meeting_id.in_(ids), Amendment.state.in_((OFFERED, IN_EFFECT)))
                .order_by(Amendment.ordinal)
            )
        )
        answered = set(
            await session.scalars(select(AmendmentAnswer.mark).where(AmendmentAnswer.person_id == person.id))
        )
    context = {
        "current": [row for row in found if row[0].phase != roles.CLOSED],
        "closed": [row for row in reversed(found) if row[0].phase == roles.CLOSED],
        "family": roles.FAMILY,
        # By meeting, the newest: what waits for this person's answer, and what has changed a plan without a meeting.
        "offered": {one.meeting_id: one for one in amended if one.state == OFFERED and one.mark not in answered},
        "amended": {one.meeting_id: one for one in amended if one.state == IN_EFFECT},
        "have_say": roles.FAMILY | {roles.LEA_REPRESENTATIVE},
    }
    return render(request, "home.html", context)
