"""What a meeting's sockets know of it: phase, people, sections. A view of the tables, read again after each act."""

from dataclasses import dataclass, field
from sys import intern

from sqlalchemy import Connection, bindparam, select

from server.domain.roles import may, why_not
from server.domain.sections import edit_action, owner_of
from server.domain.sharing import is_shared, why_not_read
from server.storage.tables import Document, Meeting, Participant, Person
from server.sync.stream import Stream


@dataclass(frozen=True, slots=True)
class Member:
    """A participant as others see them; `color` is 1 to 8."""

    person_id: str
    role: str
    name: str
    title: str
    color: int


@dataclass(slots=True)
class MeetingView:
    id: str
    phase: str
    paused: bool
    number: int
    members: dict[str, Member] = field(default_factory=dict)
    sections: dict[str, tuple[str, str]] = field(default_factory=dict)  # document id -> (section, state)
    shared: frozenset[str] = frozenset()  # documents whose whole text went out to the family before the meeting
    head_hash: bytes = b""  # of entry `number`
    stream: Stream = field(default_factory=Stream)  # what this node has taken in of the journal

    def why_read_only(self, person_id: str, document_id: str) -> str | None:
        """The reason code that keeps this person from changing this document now, or None when they may."""
        member = self.members.get(person_id)
        if member is None:
            return "role"
        section, state = self.sections[document_id]
        if owner_of(section) not in {None, person_id}:
            return "role"
        return why_not(member.role, edit_action(section), self.phase, section_state=state, paused=self.paused)

    def may_read(self, person_id: str, document_id: str) -> bool:
        """Whether this person is shown the document's text now."""
        member, found = self.members.get(person_id), self.sections.get(document_id)
        if member is None or found is None or not may(member.role, "read", self.phase):
            return False
        shared = document_id in self.shared
        return why_not_read(member.role, self.phase, found[0], person_id, shared=shared) is None


_MEETING = select(Meeting.phase, Meeting.editing_paused, Meeting.head_number, Meeting.head_hash).where(
    Meeting.id == bindparam("meeting_id")
)
_MEMBERS = (
    select(Person.id, Participant.role, Person.name, Participant.title, Participant.color)
    .join(Person, Person.id == Participant.person_id)
    .where(
        Participant.meeting_id == bindparam("meeting_id"),
        Participant.removed_at.is_(None),
        Person.disabled_at.is_(None),
    )
)
_DOCUMENTS = select(Document.id, Document.section, Document.state, Document.shared_number, Document.held).where(
    Document.meeting_id == bindparam("meeting_id")
)


def load_view(connection: Connection, meeting_id: str) -> MeetingView | None:
    """The meeting as it is committed now, or None. The words that all meetings share are the same objects in all."""
    about = {"meeting_id": meeting_id}
    row = connection.execute(_MEETING, about).first()
    if row is None:
        return None
    view = MeetingView(meeting_id, row.phase, row.editing_paused, row.head_number, head_hash=row.head_hash)
    view.members = {
        person_id: Member(person_id, intern(role), name, title, color)
        for person_id, role, name, title, color in connection.execute(_MEMBERS, about)
    }
    documents = connection.execute(_DOCUMENTS, about).all()
    view.sections = {row.id: (intern(row.section), intern(row.state)) for row in documents}
    view.shared = frozenset(row.id for row in documents if is_shared(row.shared_number, row.held))
    return view


def changes(
    before: tuple[str, bool, dict[str, tuple[str, str]], object], fresh: MeetingView
) -> "list[dict[str, object]]":
    """The events that tell pages what is different; `before` is phase, pause, sections and members as they were."""
    phase, paused, sections, members = before
    events: list[dict[str, object]] = []
    if fresh.phase != phase:
        events.append({"event": "phase", "phase": fresh.phase, "number": fresh.number})
    if fresh.paused != paused:
        events.append({"event": "paused", "paused": fresh.paused, "number": fresh.number})
    for document_id, (section, state) in fresh.sections.items():
        if document_id in sections and sections[document_id] != (section, state):
            event = {"event": "section", "document": document_id, "section": section, "state": state}
            events.append({**event, "number": fresh.number})
    if fresh.members != members:
        events.append({"event": "people", "number": fresh.number})
    return events
