"""Whose page of a live meeting is open at which node: no part of the record, but what keeps it right.

A row stands until its node says that the person has left for good, or until the node is not heard of any more.
"""

from sqlalchemy import Connection, delete, insert, select

from server.storage.clock import SECOND, clock
from server.storage.tables import Attending, Node

DEAD_AFTER = 30 * SECOND  # microseconds without a sign of life


def come(connection: Connection, node: str, meeting_id: str, person_id: str) -> None:
    """Under the meeting's lock."""
    row = {"meeting_id": meeting_id, "person_id": person_id, "node_id": node}
    if connection.execute(select(Attending.node_id).filter_by(**row)).first() is None:
        connection.execute(insert(Attending).values(row))


def go(connection: Connection, node: str, meeting_id: str, person_id: str) -> bool:
    """They left this node. Whether they are at another one that lives."""
    theirs = (Attending.meeting_id == meeting_id) & (Attending.person_id == person_id)
    connection.execute(delete(Attending).where(theirs, Attending.node_id == node))
    lives = select(Node.id).where(Node.seen_at > clock() - DEAD_AFTER)
    return connection.execute(select(Attending.node_id).where(theirs, Attending.node_id.in_(lives))).first() is not None
