"""The door of every meeting page: who may come in, and what they find there."""

from dataclasses import dataclass

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.domain import roles
from server.domain.sections import edit_action
from server.meeting.actor import Actor, load_actor
from server.storage.tables import Document, Meeting, Participant, Person, Student
from server.web.errors import OneMeetingOnly, SignInNeeded
from server.web.visitor import visitor


def signed_in(request: Request) -> Person:
    """The person who asks, with all that is theirs. Raises `SignInNeeded`, and `OneMeetingOnly` for a limited link."""
    session = visitor(request).signed_in
    if session is None:
        raise SignInNeeded
    if session.meeting_id is not None:
        raise OneMeetingOnly(session.meeting_id)
    return session.person


def administrator(request: Request) -> Person:
    person = signed_in(request)
    if not person.is_administrator:
        raise HTTPException(404)
    return person


def staff(request: Request) -> Person:
    person = signed_in(request)
    if not person.is_staff:
        raise HTTPException(404)
    return person


@dataclass(slots=True)
class MeetingPage:
    """A meeting as one of its participants finds it. `me` is that participant."""

    actor: Actor
    me: Participant
    meeting: Meeting
    student: Student
    documents: list[Document]

    @property
    def url(self) -> str:
        return f"/m/{self.meeting.id}"

    @property
    def is_family(self) -> bool:
        return self.actor.role in roles.FAMILY

    @property
    def is_staff(self) -> bool:
        return self.actor.role in roles.STAFF

    @property
    def all_final(self) -> bool:
        return all(document.state == "final" for document in self.documents)

    def may(self, action: str, document: Document | None = None) -> bool:
        return self.why_not(action, document) is None

    def why_not(self, action: str, document: Document | None = None) -> str | None:
        return roles.why_not(
            self.actor.role,
            action,
            self.meeting.phase,
            section_state=document.state if document else "draft",
            paused=self.meeting.editing_paused,
        )

    def edit_refusal(self, document: Document) -> str | None:
        return self.why_not(edit_action(document.section), document)

    def document(self, document_id: str) -> Document:
        for document in self.documents:
            if document.id == document_id:
                return document
        raise HTTPException(404)


async def enter_meeting(request: Request) -> MeetingPage:
    """The meeting in the address. Not signed in: `SignInNeeded`; not a participant: 404, as if it did not exist."""
    session_found = visitor(request).signed_in
    if session_found is None:
        raise SignInNeeded
    person = session_found.person
    database = request.app.state.database
    meeting_id = request.path_params["meeting_id"]
    if session_found.meeting_id not in {None, meeting_id}:
        raise OneMeetingOnly(session_found.meeting_id or "")
    actor = await load_actor(database, person.id, meeting_id)
    if actor is None:
        raise HTTPException(404)
    async with database.session() as session:
        row = (
            await session.execute(
                select(Meeting, Student, Participant)
                .join(Student, Student.id == Meeting.student_id)
                .join(Participant, Participant.meeting_id == Meeting.id)
                .where(Meeting.id == meeting_id, Participant.person_id == person.id, Participant.removed_at.is_(None))
            )
        ).one_or_none()
        documents = await session.scalars(
            select(Document)
            .where(Document.meeting_id == meeting_id, Document.kind == "section")
            .order_by(Document.position)
        )
        found = list(documents)
    if row is None:
        raise HTTPException(404)
    meeting, student, me = row
    return MeetingPage(actor=actor, me=me, meeting=meeting, student=student, documents=found)
