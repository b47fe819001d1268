"""A new meeting and the documents of its draft, made once, on the server, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from server.documents.template import template
from server.documents.update import read_update
from server.domain.agenda import OPEN
from server.domain.agenda_templates import agenda_template
from server.domain.roles import CASE_MANAGER
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.agenda import ItemPlan, append_item
from server.meeting.carried import Carried, with_carried
from server.meeting.people import insert_participant
from server.storage.tables import Meeting, Student, new_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a meeting when it is made. Times are aware; `time_zone` is an IANA name."""

    student_id: str
    title: str
    purpose: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    profile: str = "federal"
    video_link: str = ""
    source: Mapping[str, str] | None = None  # what its draft was taken from: kind (meeting, word), and what tells which
    carried: Mapping[str, str] | None = None  # by section, the document of the meeting before that was not final


async def create_meeting(
    journal: Journal,
    *,
    creator_id: str,
    student_id: str,
    title: str,
    purpose: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime | None,
    time_zone: str,
    gettext: Callable[[str], str],
    creator_title: str = "",
    video_link: str = "",
    contents: Mapping[str, bytes] | None = None,
    source: Mapping[str, str] | None = None,
    carried: Carried | None = None,
    new_student: Mapping[str, Any] | None = None,
    meeting_id: str = "",
) -> str:
    """A meeting whose case manager is its creator; `gettext` gives the language of its sections and agenda.

    `contents`: what each section begins with (None: the template), `source`: what that was taken from. `carried`: what
    stands first on its agenda. `new_student`: the row of a student who is not known yet, made with the meeting or not.
    `meeting_id`: one of `named_by`; where that meeting is there already, nothing is made.
    """
    plan = Plan(
        student_id,
        title,
        purpose,
        place,
        starts_at,
        ends_at,
        time_zone,
        video_link=video_link,
        source=source,
        carried=carried.sections if carried else None,
    )
    contents = contents or {section: template(section, gettext) for section in SECTIONS}
    items = with_carried(carried, own_items(purpose, gettext))

    def perform(transaction: Transaction) -> str:
        if new_student is not None:
            # The same form on another node may have made it just now.
            dialect = sqlite if transaction.connection.dialect.name == "sqlite" else postgresql
            transaction.connection.execute(dialect.insert(Student).values(**new_student).on_conflict_do_nothing())
        if meeting_id:
            # Another node that answers the same form waits here; what it then asks shows what was made.
            transaction.connection.execute(select(Student.id).where(Student.id == student_id).with_for_update())
            if transaction.connection.scalar(select(Meeting.id).where(Meeting.id == meeting_id)):
                return meeting_id
        return write_meeting(transaction, plan, contents, creator_id, creator_title, items=items, meeting_id=meeting_id)

    return await journal.act(perform)


def own_items(purpose: str, gettext: Callable[[str], str]) -> list[ItemPlan]:
    """The agenda that a meeting of this purpose begins with."""
    return [
        ItemPlan(gettext(item.title), item.minutes, "", gettext(item.outcome), item.sections)
        for item in agenda_template(purpose)
    ]


def write_meeting(
    transaction: Transaction,
    plan: Plan,
    contents: Mapping[str, bytes],
    creator_id: str,
    creator_title: str,
    creator_seats: Sequence[str] = (),
    items: Sequence[ItemPlan] = (),
    meeting_id: str = "",
) -> str:
    """Make the meeting, seat its case manager, write each section's document and each item of the agenda.

    One entry each. Returns the meeting's id.
    """
    meeting_id = meeting_id or new_id("m")
    author = Author(creator_id, CASE_MANAGER)
    documents = {section: new_id("d") for section in SECTIONS}
    about = {
        "meeting": meeting_id,
        "student": plan.student_id,
        "title": plan.title,
        "purpose": plan.purpose,
        "place": plan.place,
        "video_link": plan.video_link,
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": None if plan.ends_at is None else plan.ends_at.isoformat(),
        "time_zone": plan.time_zone,
        "profile": plan.profile,
        "source": None if plan.source is None else dict(plan.source),
        **({"carried": dict(plan.carried)} if plan.carried else {}),
        "sections": [[section, document_id] for section, document_id in documents.items()],
    }
    transaction.begin(meeting_id)
    transaction.append(meeting_id, kinds.CREATED, author, facts(about))
    insert_participant(transaction, author, meeting_id, creator_id, CASE_MANAGER, creator_title, creator_seats)
    for section, document_id in documents.items():
        content = contents[section]
        transaction.append(
            meeting_id,
            kinds.DOCUMENT,
            author,
            content,
            document_id=document_id,
            inserted=read_update(content).inserted,
        )
    for item in items:
        append_item(transaction, meeting_id, author, item.cleaned(), state=OPEN)
    return meeting_id
