"""What each person of a meeting attended, and when: their stays, held against the times of the agenda's items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from server.journal.kinds import AGENDA_POINTED, PHASE
from server.journal.payload import read_facts
from server.meeting.present import Stay, list_stays
from server.storage.tables import NO_EDIT, AgendaItem, Entry, Participant, Person


@dataclass(frozen=True, slots=True)
class Attended:
    """Somebody's stays; titles of the items that they missed, and of those of which they were there for a part."""

    person_id: str
    name: str
    title: str
    role: str
    stays: tuple[Stay, ...]
    missed: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()

    @property
    def is_away(self) -> bool:
        """Whether nobody has them down as having been there."""
        return not self.stays


@dataclass(frozen=True, slots=True)
class Stint:
    """The meeting was at an item from then to then; `end` is None while it is."""

    item_id: str
    start: datetime
    end: datetime | None


def who_attended(connection: Connection, meeting_id: str) -> list[Attended]:
    """Everybody of the meeting: who came first stands first, who did not come last."""
    stays: dict[str, list[Stay]] = {}
    for stay in list_stays(connection, meeting_id):
        stays.setdefault(stay.person_id, []).append(stay)
    order = list(stays)
    run = stints(connection, meeting_id)
    titles = dict(
        connection.execute(select(AgendaItem.id, AgendaItem.title).where(AgendaItem.meeting_id == meeting_id)).all()
    )
    rows = connection.execute(
        select(Person.id, Person.name, Participant.title, Participant.role, Participant.removed_at)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.meeting_id == meeting_id)
        .order_by(Person.name)
    )
    found = []
    for row in rows:
        if row.removed_at is not None and row.id not in stays:
            continue
        own = tuple(stays.get(row.id, ()))
        missed, in_part = against(own, run) if own else ([], [])
        found.append(
            Attended(
                row.id,
                row.name,
                row.title,
                row.role,
                own,
                tuple(titles[item] for item in missed),
                tuple(titles[item] for item in in_part),
            )
        )
    return sorted(found, key=lambda one: order.index(one.person_id) if one.stays else len(order))


def stints(connection: Connection, meeting_id: str) -> list[Stint]:
    """How the meeting went through its agenda, from the journal."""
    rows = connection.execute(
        select(Entry.time, Entry.payload)
        .where(Entry.meeting_id == meeting_id, NO_EDIT, Entry.kind.in_((AGENDA_POINTED, PHASE)))
        .order_by(Entry.number)
    )
    found: list[Stint] = []
    current: tuple[str, datetime] | None = None
    for time, payload in rows:
        moment = datetime.fromtimestamp(time / 1_000_000, UTC)
        if current is not None:
            found.append(Stint(current[0], current[1], moment))
            current = None
        item = read_facts(payload).get("item")
        if item is not None:
            current = item, moment
    if current is not None:
        found.append(Stint(*current, None))
    return found


def against(stays: Sequence[Stay], run: Sequence[Stint]) -> tuple[list[str], list[str]]:
    """The items that these stays miss altogether, and those that they cover in part, in the order of the agenda."""
    whole, some = dict[str, bool](), dict[str, bool]()
    for stint in run:
        if stint.end == stint.start:
            continue  # passed over
        there = [stay for stay in stays if _meets(stay, stint)]
        some[stint.item_id] = some.get(stint.item_id, False) or bool(there)
        whole[stint.item_id] = whole.get(stint.item_id, True) and any(_covers(stay, stint) for stay in there)
    missed = [item for item, any_of_it in some.items() if not any_of_it]
    return missed, [item for item, all_of_it in whole.items() if some[item] and not all_of_it]


def _meets(stay: Stay, stint: Stint) -> bool:
    begins_before = stint.end is None or stay.arrived_at < stint.end
    return begins_before and (stay.left_at is None or stay.left_at > stint.start)


def _covers(stay: Stay, stint: Stint) -> bool:
    if stay.arrived_at > stint.start:
        return False
    return stay.left_at is None or (stint.end is not None and stay.left_at >= stint.end)
