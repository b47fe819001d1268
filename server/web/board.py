"""Everything parked or promised in a meeting, as pages show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request

from server.storage.tables import Decision, FollowUp, ParkedItem, Participant, Person, Thread
from server.web.access import MeetingPage
from server.web.i18n import N_, Language
from server.web.visitor import visitor

COVERED = N_("A comment on a section that is not shared yet")


@dataclass(frozen=True, slots=True)
class Board:
    """`names` by person id, `decisions` (number) by id."""

    parked: Sequence[ParkedItem]
    promised: Sequence[FollowUp]
    names: dict[str, str]
    decisions: dict[str, int]

    @property
    def waiting(self) -> list[ParkedItem]:
        return [item for item in self.parked if item.left_as is None]

    @property
    def left(self) -> list[ParkedItem]:
        return [item for item in self.parked if item.left_as is not None]

    @property
    def to_do(self) -> list[FollowUp]:
        """What is not done, the nearest day first."""
        return sorted((one for one in self.promised if one.done_at is None), key=lambda one: one.due or "9999")

    @property
    def done(self) -> list[FollowUp]:
        return [one for one in self.promised if one.done_at is not None]


async def load_board(request: Request, page: MeetingPage) -> Board:
    language = visitor(request).language
    board: Board = await request.app.state.database.read(lambda session: _read_board(session, page, language))
    return board


def covered(session: Session, page: MeetingPage, promised: Iterable[FollowUp], language: Language) -> list[FollowUp]:
    """The same promises; one that quotes a comment which the reader is not shown yet says only that there is one."""
    found = list(promised)
    parked = [one.thread_id for one in found if one.thread_id]
    if not parked:
        return found
    threads = session.execute(select(Thread.id, Thread.document_id, Thread.created_role).where(Thread.id.in_(parked)))
    hidden = {row.id for row in threads if not page.shows_thread(row.document_id, row.created_role)}
    columns = FollowUp.__table__.columns.keys()
    return [
        FollowUp(**{name: getattr(one, name) for name in columns} | {"what": language.gettext(COVERED)})
        if one.thread_id in hidden
        else one
        for one in found
    ]


def _read_board(session: Session, page: MeetingPage, language: Language) -> Board:
    meeting_id = page.meeting.id
    parked = session.scalars(
        select(ParkedItem).where(ParkedItem.meeting_id == meeting_id).order_by(ParkedItem.raised_at, ParkedItem.id)
    )
    promised = session.scalars(
        select(FollowUp)
        .where(FollowUp.meeting_id == meeting_id, FollowUp.removed_at.is_(None))
        .order_by(FollowUp.created_at, FollowUp.id)
    )
    # Also of those who have left the meeting: what they raised or promised stays theirs.
    people = session.execute(
        select(Person.id, Person.name)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.meeting_id == meeting_id)
        .order_by(Person.name)
    )
    decisions = session.execute(
        select(Decision.id, Decision.ordinal).where(Decision.meeting_id == meeting_id).order_by(Decision.ordinal)
    )
    return Board(
        list(parked),
        covered(session, page, promised, language),
        {row.id: row.name for row in people},
        {row.id: row.ordinal for row in decisions},
    )


async def count_parked(request: Request, page: MeetingPage) -> int:
    return len((await load_board(request, page)).waiting)
