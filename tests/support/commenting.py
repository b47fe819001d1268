"""Comments in tests: passages to comment on, and threads as they stand in the tables."""

from typing import Any

from sqlalchemy import select

from server.documents.anchors import Reading
from server.journal.snapshot import load
from server.meeting import Target, Words, open_thread
from server.storage.tables import Comment, Thread
from tests.support.desk import Desk


def state_of(desk: Desk, section: str = "notes") -> bytes:
    with desk.database.sync.connect() as connection:
        return load(connection, desk.documents[section]).state()


def passage(desk: Desk, quote: str, section: str = "notes") -> Target:
    """The words where they stand in the section now, as a browser would name them."""
    return Target("passage", desk.documents[section], Reading(state_of(desk, section)).anchor(quote).facts())


async def put(desk: Desk, words: str, section: str = "notes", role: str = "case_manager") -> None:
    """Type words into a section, in a paragraph of their own."""
    writer = desk.writer(section, role)
    writer.write(words)
    await desk.journal.settle()
    assert writer.done[-1].refusal is None


async def a_thread(desk: Desk, quote: str = "", *, role: str = "parent", section: str = "notes", **more: Any) -> str:
    """A thread on a passage of the section, or without a quote on the whole section."""
    target = passage(desk, quote, section) if quote else Target("section", desk.documents[section])
    words = Words(more.pop("text", "What about this?"), more.pop("lang", "en"), more.pop("mentions", ()))
    return await open_thread(desk.journal, desk.actor(role), target, words, **more)


def thread(desk: Desk, thread_id: str) -> Any:
    return desk.rows(select(Thread.__table__).where(Thread.id == thread_id))[0]


def said(desk: Desk, thread_id: str) -> list[Any]:
    query = select(Comment.__table__).where(Comment.thread_id == thread_id)
    return desk.rows(query.order_by(Comment.number))
