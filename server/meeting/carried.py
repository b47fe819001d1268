"""What a closed meeting left for the next one: sections that were not final, open decisions, items, things put off.

Read when the next meeting is made from its plan; each becomes an item of the new agenda that leads back to where it
comes from, so that nothing that was put off is lost between two meetings.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.domain.agenda import DONE, MEETING, MOST_ITEMS, NEXT_MEETING, TITLE_LENGTH
from server.domain.roles import CLOSED
from server.domain.sections import PARENT_INPUT
from server.meeting.agenda import ItemPlan
from server.meeting.closing import left_over
from server.storage.tables import AgendaItem, Decision, FollowUp
from server.storage.tables import Meeting as MeetingRow

# Their texts do not come over: the family writes anew, and a meeting's notes stay with it.
STAYS = frozenset({PARENT_INPUT, "notes"})
MINUTES = 5  # for what had no time box of its own
MOST_MINUTES = 60  # for all sections together

SECTIONS, ITEM, DECISION, FOLLOW_UP = "sections", "item", "decision", "follow_up"


@dataclass(frozen=True, slots=True)
class Carried:
    """`meeting`: the closed one. `sections`: by name, its document that was not final. `items`: for the new agenda."""

    meeting: str
    sections: Mapping[str, str]
    items: tuple[ItemPlan, ...]


def read_carried(
    connection: Connection,
    meeting_id: str,
    gettext: Callable[[str], str],
    *,
    sections_title: str,
    decision_title: str,
    others: Collection[str],
) -> Carried | None:
    """What a meeting carries over; None for one that is not closed.

    `sections_title`, `decision_title` (with `%(question)s`): titles of new items, which `gettext` translates. `others`:
    titles that the new agenda has anyway; such an item stands only once, among what was carried over.
    """
    phase = connection.scalar(select(MeetingRow.phase).where(MeetingRow.id == meeting_id))
    if phase != CLOSED:
        return None
    left = left_over(connection, meeting_id)
    sections = {one["section"]: one["document"] for one in left.carried if one["section"] not in STAYS}
    items = []
    if sections:
        minutes = min(MINUTES * len(sections), MOST_MINUTES)
        about = _from(meeting_id, SECTIONS, [[name, document] for name, document in sections.items()])
        items.append(ItemPlan(gettext(sections_title), minutes, sections=tuple(sections), carried=about))
    items += _decisions(connection, meeting_id, left.open, gettext(decision_title))
    items += _items(connection, meeting_id)
    items += _put_off(connection, meeting_id)
    return Carried(meeting_id, sections, tuple(items[: MOST_ITEMS - len(others)]))


def with_carried(carried: Carried | None, plans: Collection[ItemPlan]) -> list[ItemPlan]:
    """The agenda of the new meeting: first what was carried over, then the rest of its own."""
    first = list(carried.items) if carried else []
    titles = {item.title for item in first}
    return [*first, *(plan for plan in plans if plan.title not in titles)]


def _from(meeting_id: str, kind: str, targets: list[Any]) -> dict[str, Any]:
    return {"meeting": meeting_id, "kind": kind, "targets": targets}


def _decisions(connection: Connection, meeting_id: str, ids: Collection[str], title: str) -> Iterator[ItemPlan]:
    rows = connection.execute(
        select(Decision.id, Decision.ordinal, Decision.question, Decision.sections)
        .where(Decision.meeting_id == meeting_id, Decision.id.in_(ids))
        .order_by(Decision.ordinal)
    )
    for row in rows:
        about = _from(meeting_id, DECISION, [[row.id, row.ordinal]])
        yield ItemPlan(_line(title % {"question": row.question}), MINUTES, carried=about)


def _items(connection: Connection, meeting_id: str) -> Iterator[ItemPlan]:
    """Items that needed more time, and those that were not reached where the agenda was followed."""
    rows = connection.execute(
        select(AgendaItem.__table__)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position)
    ).all()
    more = set(connection.scalars(_open_follow_ups(meeting_id, MEETING).with_only_columns(FollowUp.item_id)))
    followed = any(row.state == DONE for row in rows)
    for row in rows:
        if row.id in more or (followed and row.state != DONE):
            about = _from(meeting_id, ITEM, [row.id])
            yield ItemPlan(row.title, row.minutes, row.presenter, row.outcome, tuple(row.sections), carried=about)


def _put_off(connection: Connection, meeting_id: str) -> Iterator[ItemPlan]:
    """What was promised for the agenda of the next meeting."""
    for row in connection.execute(_open_follow_ups(meeting_id, NEXT_MEETING)):
        yield ItemPlan(_line(row.what), MINUTES, carried=_from(meeting_id, FOLLOW_UP, [row.id]))


def _open_follow_ups(meeting_id: str, kind: str) -> Any:
    return (
        select(FollowUp.id, FollowUp.what)
        .where(
            FollowUp.meeting_id == meeting_id,
            FollowUp.kind == kind,
            FollowUp.removed_at.is_(None),
            FollowUp.done_at.is_(None),
        )
        .order_by(FollowUp.created_at, FollowUp.id)
    )


def _line(text: str) -> str:
    """One line that fits an item's title."""
    joined = " ".join(text.split())
    return joined if len(joined) <= TITLE_LENGTH else joined[: TITLE_LENGTH - 1] + "…"
