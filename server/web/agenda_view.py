"""The agenda as a page shows it: items with their clocks, and how far the meeting is behind its plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from server.domain.agenda import CURRENT, DONE, FROM_DECISION, FROM_FOLLOW_UP, FROM_GOAL, MEETING, PROPOSED
from server.domain.roles import CLOSED, LIVE
from server.storage.tables import AgendaItem, FollowUp, Meeting, Participant
from server.web.access import MeetingPage
from server.web.clocks import ItemClock, clock_of

TALKED_ABOUT = "talked_about"

PLACES = {
    FROM_DECISION: "/m/{meeting}/decisions/{id}",
    FROM_GOAL: "/m/{meeting}/progress#reports",
    FROM_FOLLOW_UP: "/m/{meeting}/to-do#follow-up-{id}",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as it is shown. `number`: its place among those on the agenda; 0 while it is only proposed."""

    item: AgendaItem
    number: int
    clock: ItemClock
    needs_more_time: bool
    came: "Came | None" = None
    ended: bool = False  # with the meeting, which was at it when it closed

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def state(self) -> str:
        """As its row has it; of one that ended with the meeting, that it was talked about: nobody called it done."""
        return TALKED_ABOUT if self.ended else self.item.state

    @property
    def is_over(self) -> bool:
        return self.state in {DONE, TALKED_ABOUT}


class Came(NamedTuple):
    """Where an item comes back from: the day of that meeting, and its page of it for who was on that team, or ""."""

    kind: str
    day: datetime
    zone: str
    url: str


@dataclass(frozen=True, slots=True)
class AgendaView:
    """`spent` and `planned` are seconds of all items; `drift` is how many more were taken than planned so far."""

    items: Sequence[ItemView]
    current: ItemView | None
    next: ItemView | None
    spent: int
    planned: int
    drift: int
    running: bool
    now: datetime

    @property
    def count(self) -> int:
        """How many items are on the agenda: one that is only proposed is not."""
        return sum(view.state != PROPOSED for view in self.items)

    @property
    def drift_minutes(self) -> int:
        """Whole minutes behind plan; negative: ahead of it."""
        return -(-self.drift // 60) if self.drift < 0 else self.drift // 60


def view_agenda(
    items: Sequence[AgendaItem],
    current_id: str | None,
    now: datetime,
    more_time: frozenset[str] = frozenset(),
    came: Mapping[str, Came] | None = None,
    *,
    closed: bool = False,
) -> AgendaView:
    numbers = {item.id: number for number, item in enumerate((one for one in items if one.state != PROPOSED), start=1)}
    views = [
        ItemView(
            item,
            numbers.get(item.id, 0),
            clock_of(item, now),
            item.id in more_time,
            (came or {}).get(item.id),
            ended=closed and item.state == CURRENT,
        )
        for item in items
    ]
    accepted = [view for view in views if view.state != PROPOSED]
    current = next((view for view in views if view.id == current_id), None)
    open_items = [view for view in accepted if view.state != CURRENT and not view.is_over]
    after = [view for view in open_items if current is None or view.number > current.number]
    return AgendaView(
        items=views,
        current=current,
        next=next(iter(after or open_items), None),
        spent=sum(view.clock.seconds for view in accepted),
        planned=sum(view.item.minutes * 60 for view in accepted),
        drift=sum(drift_of(view) for view in accepted),
        running=current is not None and current.clock.since is not None,
        now=now,
    )


def drift_of(view: ItemView) -> int:
    """How many seconds more than planned an item took: less only once it is over."""
    difference = view.clock.seconds - view.item.minutes * 60
    return difference if view.is_over else max(difference, 0)


async def load_agenda(request: Request, page: MeetingPage) -> AgendaView:
    asked = select(FollowUp.item_id).where(
        FollowUp.meeting_id == page.meeting.id,
        FollowUp.kind == MEETING,
        FollowUp.item_id.is_not(None),
        FollowUp.removed_at.is_(None),
        FollowUp.done_at.is_(None),
    )

    def read(session: Session) -> tuple[frozenset[str], dict[str, Came]]:
        return frozenset(session.scalars(asked)), _came(session, page)

    more_time, came = await request.app.state.database.read(read)
    closed = page.meeting.phase == CLOSED
    return view_agenda(page.items, page.current_item_id, datetime.now(UTC), more_time, came, closed=closed)


def _came(session: Session, page: MeetingPage) -> dict[str, Came]:
    """Of the items that come back from an earlier meeting."""
    sources = {item.came_meeting_id for item in page.items if item.came_meeting_id}
    if not sources:
        return {}
    seated = exists().where(
        Participant.meeting_id == Meeting.id,
        Participant.person_id == page.actor.person_id,
        Participant.removed_at.is_(None),
    )
    rows = session.execute(
        select(Meeting.id, Meeting.starts_at, Meeting.time_zone, seated.label("seated")).where(Meeting.id.in_(sources))
    )
    known = {row.id: row for row in rows}
    found = {}
    for item in page.items:
        if (row := known.get(item.came_meeting_id or "")) is not None:
            place = PLACES[item.came_as or ""].format(meeting=row.id, id=item.came_from) if row.seated else ""
            found[item.id] = Came(item.came_as or "", row.starts_at, row.time_zone, place)
    return found


def agenda_parts(page: MeetingPage, agenda: AgendaView) -> dict[str, object]:
    """What `_agenda.html` and its parts read."""
    leads = page.may("manage_meeting") and page.meeting.phase != CLOSED
    return {
        "agenda": agenda,
        "agenda_can": {
            "manage": leads,
            "lead": leads and page.meeting.phase == LIVE,
            "propose": page.may("propose_item"),
            "more_time": page.may("manage_follow_ups"),
        },
    }
