"""An agenda on a desk, and what its tables say."""

from typing import Any

from sqlalchemy import select

from server.meeting import ItemPlan, add_item
from server.storage.tables import AgendaItem
from tests.support.desk import Desk


async def three_items(desk: Desk) -> list[str]:
    """Ids of "One", "Two" and "Three", ten minutes each."""
    return [
        await add_item(desk.journal, desk.actor(), ItemPlan(title, 10, sections=("goals",)))
        for title in ("One", "Two", "Three")
    ]


def item(desk: Desk, item_id: str) -> Any:
    return desk.rows(select(AgendaItem.__table__).where(AgendaItem.id == item_id))[0]


def titles(desk: Desk) -> list[str]:
    """In their order, without those removed."""
    query = select(AgendaItem.title).where(AgendaItem.meeting_id == desk.meeting, AgendaItem.removed_at.is_(None))
    return [row.title for row in desk.rows(query.order_by(AgendaItem.position))]
