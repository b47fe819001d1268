"""Attendance: people arrive and leave by their own presence, and the case manager notes and corrects by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select

from server.domain.errors import Refused
from server.domain.roles import LIVE, PREWORK
from server.journal.entry import Author
from server.journal.kinds import ARRIVED, ATTENDANCE_CORRECTED, ATTENDANCE_NOTED, LEFT
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean, elsewhere
from server.meeting.actor import Actor
from server.meeting.present import Stay, list_stays
from server.storage.tables import Meeting, new_id, now

ONLINE = "online"  # at a page; whether in the room or far away nobody has said
WAYS = ("in_person", "video", "phone", ONLINE)
# Who is there in one of these ways stays when their page closes.
WITHOUT_A_PAGE = frozenset({"in_person", "phone"})
PRESENCE, HAND = "presence", "hand"


class Visit(NamedTuple):
    """Somebody whose socket came or went; `at` is when they were last seen, for one who went."""

    meeting_id: str
    person_id: str
    at: datetime | None = None


async def arrive(journal: Journal, visits: Iterable[Visit], node: str | None = None) -> None:
    """People's own pages came: a stay begins for each who has none and whose meeting is on. Nobody else's is touched.

    One transaction for all of them, so that a crowd at the door costs one commit. `node`: at which node they are, for
    the others to know.
    """
    due = sorted(dict.fromkeys(visits), key=lambda visit: visit.meeting_id)  # within a meeting in the order they came

    def perform(transaction: Transaction) -> None:
        for meeting_id, person_id, _ in due:
            author = _visitor(transaction, meeting_id, person_id)
            if author is not None and node is not None:
                elsewhere.come(transaction.connection, node, meeting_id, person_id)
            if author is not None and _open_stay(transaction, meeting_id, person_id) is None:
                about = {"stay": new_id("at"), "how": ONLINE}
                transaction.append(meeting_id, ARRIVED, author, facts(about))

    await journal.act(perform)


async def leave(journal: Journal, visits: Iterable[Visit], node: str | None = None) -> None:
    """People's pages went and did not come back: their stays end when they were last seen. Stays made by hand go on,
    and so do those of people whose page is open at another node than `node`, which they left."""
    due = sorted(visits, key=lambda visit: (visit.meeting_id, visit.person_id))

    def perform(transaction: Transaction) -> None:
        for meeting_id, person_id, at in due:
            author = _visitor(transaction, meeting_id, person_id)
            if node is not None and elsewhere.go(transaction.connection, node, meeting_id, person_id):
                continue
            stay = None if author is None else _open_stay(transaction, meeting_id, person_id)
            if author is not None and stay is not None and stay.source == PRESENCE:
                seen = max(stay.arrived_at, min(at or now(), now()))
                transaction.append(meeting_id, LEFT, author, facts({"stay": stay.id, "at": seen.isoformat()}))

    await journal.act(perform)


async def note_attendance(
    journal: Journal,
    actor: Actor,
    person_id: str,
    *,
    how: str,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
) -> str:
    """Somebody is there without a page of their own, since `arrived_at` (None: now). Returns the stay's id.

    Raises `Refused`: "phase" before the meeting, "not_found" (person), "invalid" (how, arrived_at, left_at),
    "conflict" (stay) when they are down as present at that time already.
    """
    clean.choice(how, "how", WAYS)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if transaction.rules(actor.meeting_id).phase == PREWORK:
            raise Refused("phase")
        try:
            transaction.role(actor.meeting_id, person_id)
        except Refused:
            raise Refused("not_found", "person") from None
        since = now() if arrived_at is None else arrived_at
        _check_times(transaction, actor.meeting_id, since, left_at)
        _check_apart(transaction, actor.meeting_id, person_id, since, left_at)
        stay_id = new_id("at")
        about = {"stay": stay_id, "person": person_id, "how": how, **_times(since, left_at)}
        transaction.append(actor.meeting_id, ATTENDANCE_NOTED, author, facts(about))
        return stay_id

    return await journal.act(perform)


async def correct_attendance(
    journal: Journal,
    actor: Actor,
    stay_id: str,
    *,
    how: str,
    arrived_at: datetime,
    left_at: datetime | None,
    seen: str | None = None,
) -> None:
    """Put a stay right. `seen` is the `mark` of the row that the correction was made on.

    Raises `Refused` as `note_attendance` does; "conflict" (seen) when the row was changed since.
    """
    clean.choice(how, "how", WAYS)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        stay = _stay(transaction, actor.meeting_id, stay_id)
        if seen is not None and seen != mark(stay):
            raise Refused("conflict", "seen")
        _check_times(transaction, actor.meeting_id, arrived_at, left_at)
        _check_apart(transaction, actor.meeting_id, stay.person_id, arrived_at, left_at, but=stay_id)
        reopened = stay.left_at is not None and left_at is None
        source = HAND if how in WITHOUT_A_PAGE or reopened else stay.source
        about = {"stay": stay_id, "person": stay.person_id, "how": how, "source": source, "removed": False}
        about |= _times(arrived_at, left_at)
        transaction.append(actor.meeting_id, ATTENDANCE_CORRECTED, author, facts(about))

    await journal.act(perform)


async def remove_attendance(journal: Journal, actor: Actor, stay_id: str) -> None:
    """A row that is wrong altogether. It stays in the journal. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        stay = _stay(transaction, actor.meeting_id, stay_id)
        about = {"stay": stay_id, "person": stay.person_id, "removed": True}
        transaction.append(actor.meeting_id, ATTENDANCE_CORRECTED, author, facts(about))

    await journal.act(perform)


def mark(stay: Stay) -> str:
    """What a stay says, in a line, to see later whether it still says so."""
    left = "" if stay.left_at is None else stay.left_at.isoformat()
    return f"{stay.how} {stay.arrived_at.isoformat()} {left}"


def _visitor(transaction: Transaction, meeting_id: str, person_id: str) -> Author | None:
    """Whose presence counts: a participant's, while the meeting is on."""
    try:
        if transaction.rules(meeting_id).phase != LIVE:
            return None
        return transaction.permit(meeting_id, person_id, "read")
    except Refused:
        return None


def _open_stay(transaction: Transaction, meeting_id: str, person_id: str) -> Stay | None:
    stays = list_stays(transaction.connection, meeting_id, person_id)
    return next((stay for stay in stays if stay.left_at is None), None)


def _stay(transaction: Transaction, meeting_id: str, stay_id: str) -> Stay:
    for stay in list_stays(transaction.connection, meeting_id):
        if stay.id == stay_id:
            return stay
    raise Refused("not_found", "stay")


def _check_times(transaction: Transaction, meeting_id: str, arrived_at: datetime, left_at: datetime | None) -> None:
    """Within the meeting, and in their order; open only while the meeting is."""
    meeting = transaction.connection.execute(
        select(Meeting.started_at, Meeting.closed_at).where(Meeting.id == meeting_id)
    ).one()
    if meeting.started_at is None:
        raise Refused("phase")
    end = meeting.closed_at or now()
    if not meeting.started_at <= arrived_at <= end:
        raise Refused("invalid", "arrived_at")
    if left_at is None:
        if meeting.closed_at is not None:
            raise Refused("invalid", "left_at")
    elif not arrived_at < left_at <= end:
        raise Refused("invalid", "left_at")


def _check_apart(
    transaction: Transaction,
    meeting_id: str,
    person_id: str,
    arrived_at: datetime,
    left_at: datetime | None,
    *,
    but: str = "",
) -> None:
    """Nobody is there twice at once."""
    for other in list_stays(transaction.connection, meeting_id, person_id):
        if other.id == but:
            continue
        begins_before_its_end = other.left_at is None or arrived_at < other.left_at
        ends_after_its_begin = left_at is None or left_at > other.arrived_at
        if begins_before_its_end and ends_after_its_begin:
            raise Refused("conflict", "stay")


def _times(arrived_at: datetime, left_at: datetime | None) -> dict[str, str | None]:
    return {
        "arrived_at": _utc(arrived_at),
        "left_at": None if left_at is None else _utc(left_at),
    }


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()
