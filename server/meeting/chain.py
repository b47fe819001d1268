"""One linked chain: comment, what came of it, decision, words in the document, notice, review. Readable both ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.meeting.comment_reader import FAMILY_SIDE, ThreadView, threads
from server.meeting.notice_reader import NoticeView, Reviewed, read_notices, read_reviews
from server.storage.tables import Decision, Document, Entry, FollowUp


@dataclass(frozen=True, slots=True)
class Words:
    """A version of a section: the text just after entry `number`."""

    document_id: str
    section: str
    number: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What came of one comment. Empty where the chain ends: no decision, no notice yet, no review yet."""

    thread: ThreadView
    decision: Decision | None
    words: Sequence[Words]
    notice: NoticeView | None
    reviews: Sequence[Reviewed]
    due: Sequence[FollowUp]


def chains(connection: Connection, meeting_id: str) -> list[Chain]:
    """Of every comment that the family's side made, oldest first."""
    decisions = {
        row.id: Decision(**row._mapping)
        for row in connection.execute(select(Decision.__table__).where(Decision.meeting_id == meeting_id))
    }
    notices = {one: view for view in read_notices(connection, meeting_id) for one in view.decisions}
    reviews = read_reviews(connection, meeting_id)
    due: dict[str, list[FollowUp]] = {}
    for row in connection.execute(
        select(FollowUp.__table__).where(
            FollowUp.meeting_id == meeting_id, FollowUp.decision_id.is_not(None), FollowUp.removed_at.is_(None)
        )
    ):
        due.setdefault(row.decision_id, []).append(FollowUp(**row._mapping))
    every = threads(connection, meeting_id)
    edits = _edits(connection, meeting_id, [one.adopted_number for one in every if one.adopted_number])
    found = []
    for thread in every:
        if thread.created_role not in FAMILY_SIDE:
            continue
        decision = decisions.get(thread.answered_by_decision or "")
        words = [edits[thread.adopted_number]] if thread.adopted_number in edits else []
        if decision is not None:
            words += [Words(pin["document"], pin["section"], pin["number"]) for pin in decision.pins]
        key = decision.id if decision else ""
        found.append(
            Chain(
                thread,
                decision,
                list(dict.fromkeys(words)),
                notices.get(key),
                reviews.get(key, []),
                due.get(key, []),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class LedTo:
    """What led to a version of a section: decisions that were settled on it, comments that were adopted with it."""

    decisions: Sequence[tuple[str, int, str]]  # id, ordinal, action
    threads: Sequence[tuple[str, str, str]]  # id, first words, their language


def what_led_to(
    connection: Connection, meeting_id: str, document_id: str, number: int, shows: Callable[[str | None, str], bool]
) -> LedTo:
    """`shows`: whether the reader is shown a thread on this document that somebody of this role began."""
    rows = connection.execute(
        select(Decision.id, Decision.ordinal, Decision.action, Decision.pins)
        .where(Decision.meeting_id == meeting_id)
        .order_by(Decision.ordinal)
    )
    settled = [
        (row.id, row.ordinal, row.action)
        for row in rows
        if any(pin["document"] == document_id and pin["number"] == number for pin in row.pins)
    ]
    ids = {one[0] for one in settled}
    answered = [
        (thread.id, thread.said[0].text, thread.said[0].lang)
        for thread in threads(connection, meeting_id)
        if thread.said
        and (thread.adopted_number == number or thread.answered_by_decision in ids)
        and shows(thread.document_id, thread.created_role)
    ]
    return LedTo(settled, answered)


def _edits(connection: Connection, meeting_id: str, numbers: Sequence[int]) -> dict[int | None, Words]:
    """Which versions these entries made, by number."""
    rows = connection.execute(
        select(Entry.number, Document.id, Document.section)
        .join(Document, Document.id == Entry.document_id)
        .where(Entry.meeting_id == meeting_id, Entry.number.in_(numbers))
    )
    return {row.number: Words(row.id, row.section, row.number) for row in rows}
