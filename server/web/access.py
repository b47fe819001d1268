"""The door of every meeting page: who may come in, and what they find there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.domain import roles
from server.domain.errors import Refused
from server.domain.sections import edit_action, owner_of
from server.domain.sharing import is_shared, why_not_read
from server.meeting.actor import Actor, read_actor
from server.meeting.destruction import read_end
from server.storage.engine import Database
from server.storage.tables import AgendaItem, Document, Meeting, Participant, Person, Student
from server.web import words
from server.web.errors import LinkTooNarrow, OneMeetingOnly, RecordGone, SignInNeeded
from server.web.i18n import N_
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
    """Who may set up a meeting. Raises `LinkTooNarrow` for who came in by somebody else's link.

    Its issuer could not see such a meeting; so the session could not open it either.
    """
    person = signed_in(request)
    if not person.is_staff:
        raise HTTPException(404)
    session = visitor(request).signed_in
    if session is not None and not session.sets_up_meetings:
        raise LinkTooNarrow
    return person


@dataclass(slots=True)
class MeetingPage:
    """A meeting as one of its participants finds it. `me` is that participant.

    `documents` are the draft's sections, `items` the agenda in its order, `notes` the items' documents (also those of
    items that were removed).
    """

    actor: Actor
    me: Participant
    meeting: Meeting
    student: Student
    documents: list[Document]
    items: list[AgendaItem]
    notes: list[Document]
    followed: str | None = None  # the meeting it follows, where the reader was in that one too

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
    def is_member(self) -> bool:
        """Of the team, not a guest of it."""
        return self.actor.role in roles.TEAM

    @property
    def all_final(self) -> bool:
        return all(document.state == "final" for document in self.documents)

    @property
    def current_item_id(self) -> str | None:
        """Where the meeting is in its agenda. The row keeps where it was when it closed, to go on there if reopened."""
        return None if self.meeting.phase == roles.CLOSED else self.meeting.current_item_id

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
        if owner_of(document.section) not in {None, self.actor.person_id}:
            return "role"
        return self.why_not(edit_action(document.section), document)

    def shows(self, document: Document) -> bool:
        """Whether the reader is shown this document's text; all of it, as it stands now."""
        shared = is_shared(document.shared_number, document.held)
        person_id = self.actor.person_id
        return why_not_read(self.actor.role, self.meeting.phase, document.section, person_id, shared=shared) is None

    def in_part(self, document: Document) -> bool:
        """Whether the reader is shown it with some fields blank, for it went out so."""
        return document.shared_number is not None and not self.shows(document)

    def readable_from(self, document: Document) -> int:
        """The entry since which the reader may read it; older versions are not for them. 0: all of them."""
        role, phase, person_id = self.actor.role, self.meeting.phase, self.actor.person_id
        if why_not_read(role, phase, document.section, person_id, shared=False) is None:
            return 0
        return document.shared_number or 0

    @property
    def shown(self) -> list[Document]:
        """The sections whose text the reader is shown. A page never works anything out from the others."""
        return [document for document in self.documents if self.shows(document)]

    def document(self, document_id: str) -> Document:
        """A section of the draft, to read. Raises `Refused("not_shared")`."""
        return self._readable(_one(self.documents, document_id))

    def any_text(self, document_id: str) -> Document:
        """A section, or an item's notes, to read. Raises `Refused("not_shared")`."""
        return self._readable(_one([*self.documents, *self.notes], document_id))

    def text_in_part(self, document_id: str) -> Document:
        """As `any_text`; also one that went out with fields blank (`in_part`), which the caller must leave blank."""
        document = _one([*self.documents, *self.notes], document_id)
        return document if self.in_part(document) else self._readable(document)

    def shows_thread(self, document_id: str | None, created_role: str) -> bool:
        """Whether a thread on this document (None: on something else) quotes nothing that is not shared yet."""
        if created_role in roles.FAMILY or created_role == roles.ADVOCATE:
            return True
        return document_id is None or any(document.id == document_id for document in [*self.shown, *self.notes])

    def told_to_all(self, document_id: str | None, created_role: str) -> bool:
        """Whether everybody in the meeting may read such a thread: its words may go where all of them read."""
        if created_role in roles.FAMILY or created_role == roles.ADVOCATE or document_id is None:
            return True
        return all(self._told_to_family(document) for document in self.documents if document.id == document_id)

    def _told_to_family(self, document: Document) -> bool:
        shared = is_shared(document.shared_number, document.held)
        return why_not_read(roles.PARENT, self.meeting.phase, document.section, "", shared=shared) is None

    def _readable(self, document: Document) -> Document:
        if not self.shows(document):
            raise Refused("not_shared")
        return document

    def item(self, item_id: str) -> AgendaItem:
        for item in self.items:
            if item.id == item_id:
                return item
        raise HTTPException(404)

    def label(self, document: Document, gettext: Callable[[str], str]) -> str:
        """What a document is called on pages."""
        if document.kind == "section":
            return gettext(words.SECTIONS[document.section])
        titles = [item.title for item in self.items if item.id == document.section]
        return titles[0] if titles else gettext(REMOVED_ITEM)


REMOVED_ITEM = N_("An agenda item that was removed")


def _one(documents: Iterable[Document], document_id: str) -> Document:
    for document in documents:
        if document.id == document_id:
            return document
    raise HTTPException(404)


async def enter_meeting(request: Request) -> MeetingPage:
    """The meeting in the address. Not signed in: `SignInNeeded`; not a participant: 404, as if it did not exist.

    `RecordGone` for one whose record was destroyed: nobody is a participant of it any more.
    """
    session_found = visitor(request).signed_in
    database = request.app.state.database
    meeting_id = request.path_params["meeting_id"]
    if session_found is None:
        # Whoever had an account for this meeting alone has none any more, and may come by an old letter's link.
        await _check_stands(database, meeting_id)
        raise SignInNeeded
    person = session_found.person
    if not session_found.opens(meeting_id):
        raise OneMeetingOnly(session_found.meeting_id or "")
    found: MeetingPage | None = await database.read(lambda session: _read_meeting(session, person.id, meeting_id))
    if found is None:
        await _check_stands(database, meeting_id)
        raise HTTPException(404)
    found.actor = replace(found.actor, scope=session_found.scope)
    request.app.state.accesses.opened(found.actor)
    return found


async def _check_stands(database: Database, meeting_id: str) -> None:
    end = await database.read(lambda session: read_end(session.connection(), meeting_id))
    if end is not None:
        raise RecordGone(end)


async def other_meetings(request: Request, page: MeetingPage) -> list[Meeting]:
    """The same student's other meetings that the reader is in, newest first; none for a link to one meeting."""
    signed = visitor(request).signed_in
    if signed is None or signed.meeting_id is not None:
        return []
    query = (
        select(Meeting)
        .join(Participant, Participant.meeting_id == Meeting.id)
        .where(
            Meeting.student_id == page.student.id,
            Meeting.id != page.meeting.id,
            Participant.person_id == page.actor.person_id,
            Participant.removed_at.is_(None),
        )
        .order_by(Meeting.starts_at.desc())
    )
    found: list[Meeting] = await request.app.state.database.read(lambda session: list(session.scalars(query)))
    return found


async def enter_other(request: Request, page: MeetingPage, meeting_id: str) -> MeetingPage:
    """One of `other_meetings`. Raises `HTTPException(404)`, as if any other did not exist."""
    if meeting_id not in {one.id for one in await other_meetings(request, page)}:
        raise HTTPException(404)
    person_id = page.actor.person_id
    found: MeetingPage | None = await request.app.state.database.read(
        lambda session: _read_meeting(session, person_id, meeting_id)
    )
    if found is None:
        raise HTTPException(404)
    request.app.state.accesses.opened(found.actor)
    return found


_SEAT = (
    select(Meeting, Student, Participant)
    .join(Student, Student.id == Meeting.student_id)
    .join(Participant, Participant.meeting_id == Meeting.id)
    .join(Person, Person.id == Participant.person_id)
    .where(
        Meeting.id == bindparam("meeting"),
        Participant.person_id == bindparam("person"),
        Participant.removed_at.is_(None),
        Person.disabled_at.is_(None),
    )
)
_DOCUMENTS = select(Document).where(Document.meeting_id == bindparam("meeting")).order_by(Document.position)
_ITEMS = (
    select(AgendaItem)
    .where(AgendaItem.meeting_id == bindparam("meeting"), AgendaItem.removed_at.is_(None))
    .order_by(AgendaItem.position)
)


def _read_meeting(session: Session, person_id: str, meeting_id: str) -> MeetingPage | None:
    about = {"meeting": meeting_id}
    row = session.execute(_SEAT, about | {"person": person_id}).one_or_none()
    if row is None:
        return None
    documents = session.scalars(_DOCUMENTS, about).all()
    meeting, student, me = row
    follows = meeting.follows
    was_there = follows is not None and read_actor(session, person_id, follows) is not None
    return MeetingPage(
        actor=Actor(person_id, meeting_id, me.role),
        me=me,
        meeting=meeting,
        student=student,
        documents=[document for document in documents if document.kind == "section"],
        items=list(session.scalars(_ITEMS, about)),
        notes=[document for document in documents if document.kind == "notes"],
        followed=follows if was_there else None,
    )
