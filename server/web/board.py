"""Everything parked or promised in a meeting, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request

from server.storage.tables import Decision, FollowUp, ParkedItem, Participant, Person
from server.web.access import MeetingPage


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
    board: Board = await request.app.state.database.read(lambda session: read_board(session, page.meeting.id))
    return board


def read_board(session: Session, meeting_id: str) -> Board:
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
        list(promised),
        {row.id: row.name for row in people},
        {row.id: row.ordinal for row in decisions},
    )


async def count_parked(request: Request, page: MeetingPage) -> int:
    return len((await load_board(request, page)).waiting)
