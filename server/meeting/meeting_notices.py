"""Telling people of the meeting: the notice, changes, cancelling, reminders; that it was opened; what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from server.domain.errors import Refused
from server.domain.meeting_notice import ANSWERS, CANCELLATION, KINDS, NOTICE, REMINDER, WORDS_LENGTH, Attendee, Content
from server.domain.roles import CLOSED, OBSERVER
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.mail import Letter, Post, withdraw
from server.mail.letter import BadAddress
from server.mail.post import BY_MAIL, by_hand
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.people import open_link
from server.meeting.reminders import planned_day
from server.storage.tables import Mailing, Meeting, MeetingNotice, Participant, new_id

SHORTEST, LONGEST = timedelta(days=7), timedelta(days=60)  # that the link of a notice works


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter to one participant, with the token of the link in it; `letter` None: it is handed over."""

    person_id: str
    language: str
    token: str
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class Answer:
    """As typed. `answer`: one of `ANSWERS`; `interpreter`: the language one is needed for, or ""."""

    answer: str
    other_time: str = ""
    interpreter: str = ""
    bringing: str = ""
    note: str = ""

    def facts(self) -> dict[str, Any]:
        """Raises `Refused("invalid", field)`."""
        about = {"answer": clean.choice(self.answer, "answer", ANSWERS)}
        for name in ("other_time", "bringing", "note"):
            about[name] = clean.text(getattr(self, name), name, most=WORDS_LENGTH, required=False)
        about["interpreter"] = clean.line(self.interpreter, "interpreter", most=80, required=False)
        return about


def current_content(
    connection: Connection, meeting_id: str, *, transition: bool = False, agencies: Sequence[str] = ()
) -> Content:
    """What a notice would say now. Raises `Refused("not_found")`."""
    row = connection.execute(select(Meeting.__table__).where(Meeting.id == meeting_id)).mappings().first()
    if row is None:
        raise Refused("not_found")
    seats = connection.execute(
        select(Participant.id, Participant.role, Participant.title)
        .where(Participant.meeting_id == meeting_id, Participant.removed_at.is_(None), Participant.role != OBSERVER)
        .order_by(Participant.id)
    )
    attendees = tuple(Attendee(seat.id, seat.role, seat.title) for seat in seats)
    return Content(
        purpose=row["purpose"],
        starts_at=_told(row["starts_at"]) or "",
        ends_at=_told(row["ends_at"]),
        time_zone=row["time_zone"],
        place=row["place"],
        video_link=row["video_link"],
        attendees=attendees,
        transition=transition,
        agencies=tuple(agencies) if transition else (),
    )


def newest_notice(connection: Connection, meeting_id: str) -> Any:
    """The row of the newest notice or cancellation, or None."""
    found = select(MeetingNotice.__table__).where(MeetingNotice.meeting_id == meeting_id)
    return connection.execute(found.order_by(MeetingNotice.sequence.desc()).limit(1)).first()


def next_sequence(connection: Connection, meeting_id: str, kind: str, digest: str) -> tuple[int, str | None]:
    """The sequence under which this would be told, and the id of the notice that says it already."""
    newest = newest_notice(connection, meeting_id)
    if newest is None:
        return 0, None
    if kind == REMINDER or (newest.kind == kind and newest.digest == digest):
        return newest.sequence, newest.id
    return newest.sequence + 1, None


def link_lifetime(starts_at: datetime) -> timedelta:
    """How long the link of a notice works: until two days after the meeting has begun, within bounds."""
    return min(max(starts_at - datetime.now(UTC) + timedelta(days=2), SHORTEST), LONGEST)


async def send_notice(
    journal: Journal,
    actor: Actor,
    post: Post,
    kind: str,
    content: Content,
    sequence: int,
    letters: Sequence[Addressed],
    *,
    planned: str = "",
) -> list[str]:
    """Tell people: all of it or nothing, one entry. Returns the ids of the mailings.

    `planned`: the day for which this reminder was planned, which is over with it, also where nobody is to be reminded.

    `content` and `sequence` are what the letters were made from; should the meeting be another by now nothing is sent.
    Raises `Refused`: "conflict" (field notice) for that, "closed", "not_found" (field notice) for a reminder or a
    cancellation of what nobody was told; "invalid" (field people) for nobody, (field email) for a bad address.
    """
    clean.choice(kind, "kind", KINDS)

    def perform(transaction: Transaction) -> list[str]:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if transaction.rules(actor.meeting_id).phase == CLOSED:
            raise Refused("closed")
        if not letters and not planned:
            raise Refused("invalid", "people")
        if planned and planned != planned_day(transaction.connection, actor.meeting_id):
            raise Refused("conflict", "notice")
        connection = transaction.connection
        now = current_content(connection, actor.meeting_id, transition=content.transition, agencies=content.agencies)
        newest = newest_notice(connection, actor.meeting_id)
        if kind != NOTICE and (newest is None or (kind == REMINDER and newest.kind == CANCELLATION)):
            raise Refused("not_found", "notice")
        expected, same = next_sequence(connection, actor.meeting_id, kind, now.digest())
        if now != content or expected != sequence:
            raise Refused("conflict", "notice")
        _replace_waiting(transaction, actor.meeting_id, [one.person_id for one in letters])
        notice_id = same or new_id("nt")
        lifetime = link_lifetime(datetime.fromisoformat(now.starts_at))
        mailings, links = [], []
        for one in letters:
            transaction.role(actor.meeting_id, one.person_id)
            if kind != CANCELLATION:
                expires_at = open_link(
                    transaction, author, actor.meeting_id, one.person_id, one.token, lifetime, scope=actor.scope
                )
                links.append({"person": one.person_id, "expires_at": expires_at.isoformat(timespec="seconds")})
            mailings.append(_mailing(transaction, post, actor, author, one, kind, notice_id))
        about = {
            "notice": notice_id,
            "kind": kind,
            "sequence": sequence,
            "new": same is None,
            "content": now.facts(),
            "digest": now.digest(),
            "mailings": mailings,
            "links": links,
            **({"planned": planned} if planned else {}),
        }
        transaction.append(actor.meeting_id, kinds.MEETING_NOTICE_SENT, author, facts(about))
        return [str(mailing["mailing"]) for mailing in mailings]

    return await journal.act(perform)


def _mailing(
    transaction: Transaction, post: Post, actor: Actor, author: Any, one: Addressed, kind: str, notice_id: str
) -> dict[str, Any]:
    if one.letter is None:
        return by_hand(person_id=one.person_id, purpose=kind, language=one.language, about=notice_id)
    try:
        return post.put_mailing(
            transaction.connection,
            one.letter,
            meeting_id=actor.meeting_id,
            author=author,
            person_id=one.person_id,
            purpose=kind,
            about=notice_id,
        )
    except BadAddress:
        raise Refused("invalid", "email") from None


def _replace_waiting(transaction: Transaction, meeting_id: str, people: Sequence[str]) -> None:
    """What still waits for these people is no longer so, and its link void."""
    waiting = select(Mailing.id).where(
        Mailing.meeting_id == meeting_id,
        Mailing.person_id.in_(people),
        Mailing.purpose.in_(KINDS),
        Mailing.way == BY_MAIL,
        Mailing.accepted_at.is_(None),
        Mailing.refused_at.is_(None),
    )
    withdraw(transaction.connection, list(transaction.connection.scalars(waiting)))


async def note_opened(journal: Journal, actor: Actor) -> bool:
    """They look at the notice. Whether that was not known before; it is noted once for each letter."""

    def perform(transaction: Transaction) -> bool:
        author = transaction.permit(actor.meeting_id, actor.person_id, "read")
        unopened = select(Mailing.id).where(
            Mailing.meeting_id == actor.meeting_id,
            Mailing.person_id == actor.person_id,
            Mailing.purpose.in_(KINDS),
            Mailing.opened_at.is_(None),
        )
        ids = sorted(transaction.connection.scalars(unopened))
        if ids:
            transaction.append(actor.meeting_id, kinds.MEETING_NOTICE_OPENED, author, facts({"mailings": ids}))
        return bool(ids)

    return await journal.act(perform)


async def answer_notice(journal: Journal, actor: Actor, typed: Answer) -> None:
    """What they answer; they may answer anew until the meeting begins. Raises `Refused`.

    "not_found" (field notice) where no notice was given, or it was cancelled.
    """
    about = typed.facts()

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "answer_notice")
        newest = newest_notice(transaction.connection, actor.meeting_id)
        if newest is None or newest.kind == CANCELLATION:
            raise Refused("not_found", "notice")
        told = {"id": new_id("an"), "notice": newest.id, **about}
        transaction.append(actor.meeting_id, kinds.MEETING_NOTICE_ANSWERED, author, facts(told))

    await journal.act(perform)


def _told(moment: Any) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
