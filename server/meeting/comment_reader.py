"""Reading threads: what is open, what waits for an answer, what somebody has not read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.roles import ADVOCATE, FAMILY
from server.storage.engine import Database
from server.storage.tables import Comment, Decision, ReadMark, Thread

FAMILY_SIDE = FAMILY | {ADVOCATE}


class Said(NamedTuple):
    """One contribution to a thread."""

    id: str
    author_id: str
    author_role: str
    text: str
    lang: str
    mentions: tuple[str, ...]
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread with what was said in it, oldest first. `decision`: the settled decision that answers it."""

    id: str
    target: str
    document_id: str | None
    item_id: str | None
    decision_id: str | None
    anchor: Mapping[str, Any] | None
    proposal: str | None
    words_of: str | None
    words_question: str | None
    is_open: bool
    resolved_by: str | None
    disposition: str | None
    reason: str
    owner_id: str | None
    due: str | None
    answered_by_decision: str | None
    adopted_number: int | None
    disposed_by: str | None
    disposed_at: datetime | None
    created_by: str
    created_role: str
    created_at: datetime
    said: list[Said] = field(default_factory=list)
    read_at: datetime | None = None

    @property
    def is_family(self) -> bool:
        return self.created_role in FAMILY_SIDE

    @property
    def has_outcome(self) -> bool:
        """Something came of it: a disposition, or a decision that was settled."""
        return self.disposition is not None or self.answered_by_decision is not None

    @property
    def newest_at(self) -> datetime:
        return max((one.created_at for one in self.said), default=self.created_at)

    def is_unread_by(self, person_id: str) -> bool:
        return any(
            one.author_id != person_id and (self.read_at is None or one.created_at > self.read_at) for one in self.said
        )

    def names(self, person_id: str) -> bool:
        return any(person_id in one.mentions for one in self.said)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A thread that has to be looked at before a section is final."""

    thread_id: str
    target: str
    document_id: str | None
    quote: str
    words: str
    lang: str
    author_id: str
    author_role: str
    created_at: datetime
    is_open: bool
    waits_for_outcome: bool  # of the family's side, and nothing is said yet of what came of it


def threads(
    connection: Connection, meeting_id: str, *, reader: str | None = None, only: str | None = None
) -> list[ThreadView]:
    """All threads of a meeting, oldest first; with `reader`'s marks of what they have read. `only`: this one alone."""
    about = {"meeting": meeting_id, "reader": reader, "only": only}
    settled: dict[str, str] = {row.thread_id: row.id for row in connection.execute(_SETTLED, about)}
    marks: dict[str, datetime] = {}
    if reader is not None:
        marks = {row.thread_id: row.read_at for row in connection.execute(_MARKS, about)}
    one, said_in_one = (_THREADS, _SAID) if only is None else (_THREADS.where(_ONLY), _SAID.where(_SAID_ONLY))
    found = {
        row.id: ThreadView(
            id=row.id,
            target=row.target,
            document_id=row.document_id,
            item_id=row.item_id,
            decision_id=row.decision_id,
            words_of=row.words_of,
            words_question=row.words_question,
            anchor=row.anchor,
            proposal=row.proposal,
            is_open=row.state == "open",
            resolved_by=row.resolved_by,
            disposition=row.disposition,
            reason=row.reason,
            owner_id=row.owner_id,
            due=row.due,
            answered_by_decision=row.answered_by_decision or settled.get(row.id),
            adopted_number=row.adopted_number,
            disposed_by=row.disposed_by,
            disposed_at=row.disposed_at,
            created_by=row.created_by,
            created_role=row.created_role,
            created_at=row.created_at,
            read_at=marks.get(row.id),
        )
        for row in connection.execute(one, about)
    }
    for thread_id, comment_id, author_id, role, text, lang, mentions, created_at, edited_at in connection.execute(
        said_in_one, about
    ):
        if thread_id in found:
            found[thread_id].said.append(
                Said(comment_id, author_id, role, text, lang, tuple(mentions), created_at, edited_at)
            )
    return list(found.values())


# Made once: a meeting's threads are read after each act of anybody.
_MEETING: BindParameter[str] = bindparam("meeting")
_THREADS = select(Thread.__table__).where(Thread.meeting_id == _MEETING).order_by(Thread.created_at, Thread.id)
_ONLY, _SAID_ONLY = Thread.id == bindparam("only"), Comment.thread_id == bindparam("only")
_SAID = (
    select(
        Comment.thread_id,
        Comment.id,
        Comment.author_id,
        Comment.author_role,
        Comment.text,
        Comment.lang,
        Comment.mentions,
        Comment.created_at,
        Comment.edited_at,
    )
    .where(Comment.meeting_id == _MEETING)
    .order_by(Comment.number)
)
_SETTLED = (
    select(Decision.thread_id, Decision.id)
    .where(Decision.meeting_id == _MEETING, Decision.thread_id.is_not(None), Decision.state == "settled")
    .order_by(Decision.ordinal)
)
_MARKS = (
    select(ReadMark.thread_id, ReadMark.read_at)
    .join(Thread, Thread.id == ReadMark.thread_id)
    .where(Thread.meeting_id == _MEETING, ReadMark.person_id == bindparam("reader"))
)


def open_points(connection: Connection, meeting_id: str, document_id: str | None = None) -> list[OpenPoint]:
    """Threads that are open, and those of the family's side without an outcome, resolved or not; oldest first.

    With `document_id` only those on that document and its passages.
    """
    return [
        OpenPoint(
            thread.id,
            thread.target,
            thread.document_id,
            (thread.anchor or {}).get("quote", ""),
            thread.said[0].text if thread.said else "",
            thread.said[0].lang if thread.said else "en",
            thread.created_by,
            thread.created_role,
            thread.created_at,
            thread.is_open,
            thread.is_family and not thread.has_outcome,
        )
        for thread in threads(connection, meeting_id)
        if (document_id is None or thread.document_id == document_id)
        and (thread.is_open or (thread.is_family and not thread.has_outcome))
    ]


def counts(connection: Connection, meeting_id: str) -> dict[str, int]:
    """How many threads there are on each section, agenda item and decision, by its id."""
    found: dict[str, int] = {}
    for column in (Thread.document_id, Thread.item_id, Thread.decision_id):
        rows = connection.execute(
            select(column, func.count()).where(Thread.meeting_id == meeting_id, column.is_not(None)).group_by(column)
        )
        found.update((str(about), count) for about, count in rows)
    return found


async def mark_read(database: Database, person_id: str, meeting_id: str, thread_ids: Iterable[str]) -> None:
    """The person has read these threads as they are now. Theirs alone, so no entry of the journal."""
    wanted = list(thread_ids)
    async with database.transaction() as session:
        rows = await session.execute(
            select(Comment.thread_id, func.max(Comment.created_at))
            .where(Comment.meeting_id == meeting_id, Comment.thread_id.in_(wanted))
            .group_by(Comment.thread_id)
        )
        for thread_id, newest in rows.all():
            values = {"thread_id": thread_id, "person_id": person_id, "read_at": newest}
            known = await session.execute(
                update(ReadMark)
                .where(ReadMark.thread_id == thread_id, ReadMark.person_id == person_id)
                .values(read_at=newest)
            )
            if not known.rowcount:  # type: ignore[attr-defined]
                # Two tabs of one person may say so at once.
                dialect = session.get_bind().dialect.name
                insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
                await session.execute(insert(ReadMark).values(values).on_conflict_do_nothing())
