"""The family writes to the team at any time, and the team answers: each message one journal entry, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from server.domain.errors import Refused
from server.domain.messages import MOST_MESSAGES, MOST_TEXT
from server.domain.roles import FAMILY, LEADS, STAFF
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.letters import Letters
from server.meeting.own_words import LANGUAGES
from server.storage.tables import Message, Participant, Person, new_id


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `is_family`: of the family's side; `read_by`: the name of who first read it on the other side."""

    id: str
    number: int
    author_id: str
    name: str
    is_family: bool
    text: str
    lang: str
    written_at: datetime
    read_at: datetime | None
    read_by: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Of one of the family, oldest message first. `name`: theirs; `seated`: they are in the meeting now."""

    person_id: str
    name: str
    role: str
    seated: bool
    said: list[Said]

    @property
    def waits_since(self) -> datetime | None:
        """When the oldest message was written that the school has not answered."""
        since = None
        for one in self.said:
            since = (since or one.written_at) if one.is_family else None
        return since


async def write_message(
    journal: Journal, actor: Actor, text: str, *, to: str = "", lang: str = "en", letters: Letters | None = None
) -> str:
    """To the school; from the school to the one of the family named by `to` (a person's id). Returns its id.

    Raises `Refused`: "invalid" with the field (text, lang), "not_found" (field to) for somebody who is not of the
    family here, "too_big".
    """
    text = clean.text(text, "text", most=MOST_TEXT)
    clean.choice(lang, "lang", LANGUAGES)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "write_message")
        connection = transaction.connection
        if author.role in FAMILY:
            thread = author.person_id
        else:
            thread = to
            seated = select(Participant.id).where(
                Participant.meeting_id == actor.meeting_id,
                Participant.person_id == to,
                Participant.role.in_(sorted(FAMILY)),
                Participant.removed_at.is_(None),
            )
            if connection.scalar(seated) is None:
                raise Refused("not_found", "to")
        held = select(func.count()).select_from(Message).where(Message.meeting_id == actor.meeting_id)
        if (connection.scalar(held) or 0) >= MOST_MESSAGES:
            raise Refused("too_big", "messages")
        message = new_id("ms")
        about: dict[str, Any] = {"message": message, "thread": thread, "text": text, "lang": lang}
        about["mailings"] = letters.put(transaction, actor.meeting_id, author, about=message) if letters else []
        transaction.append(actor.meeting_id, kinds.MESSAGE_WRITTEN, author, facts(about))
        return message

    return await journal.act(perform)


async def note_read(journal: Journal, actor: Actor, upto: int) -> None:
    """The actor has had on their page what the other side wrote up to entry `upto`. Nothing new makes no entry.

    What only a member of the school's team read who does not answer is not read by the school. Raises `Refused`.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "read_messages")
        if author.role not in FAMILY | LEADS:
            return
        number = unread_by(transaction.connection, actor.meeting_id, author.person_id, author.role, upto)
        if number:
            transaction.append(actor.meeting_id, kinds.MESSAGE_READ, author, facts({"upto": number}))

    await journal.act(perform)


def unread_by(connection: Connection, meeting_id: str, person_id: str, role: str, upto: int | None = None) -> int:
    """The newest message that this side has not read, up to an entry; 0 where there is none."""
    query = select(func.max(Message.number)).where(Message.meeting_id == meeting_id, Message.read_at.is_(None))
    if role in FAMILY:
        query = query.where(Message.thread == person_id, Message.author_role.not_in(sorted(FAMILY)))
    else:
        query = query.where(Message.author_role.in_(sorted(FAMILY)))
    if upto is not None:
        query = query.where(Message.number <= upto)
    return connection.scalar(query) or 0


def threads(connection: Connection, meeting_id: str, person_id: str, role: str) -> list[Thread]:
    """As this reader finds them: one of the family their own, the school all, also of who has left the meeting."""
    if role not in FAMILY | STAFF:
        return []
    own = [Participant.person_id == person_id] if role in FAMILY else []
    people = connection.execute(
        select(Person.id, Person.name, Participant.role, Participant.removed_at)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.meeting_id == meeting_id, Participant.role.in_(sorted(FAMILY)), *own)
        .order_by(Participant.role, Person.name, Person.id)
    ).all()
    names: dict[str, str] = dict(
        connection.execute(
            select(Person.id, Person.name)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.meeting_id == meeting_id)
        ).all()
    )
    said: dict[str, list[Said]] = {}
    for row in _rows(connection, meeting_id):
        said.setdefault(row.thread, []).append(
            Said(
                row.id,
                row.number,
                row.author_id,
                names.get(row.author_id, ""),
                row.author_role in FAMILY,
                row.text,
                row.lang,
                row.written_at,
                row.read_at,
                names.get(row.read_by or "", ""),
            )
        )
    found = [Thread(row.id, row.name, row.role, row.removed_at is None, said.get(row.id, [])) for row in people]
    return [one for one in found if one.seated or one.said]


def _rows(connection: Connection, meeting_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(Message.__table__).where(Message.meeting_id == meeting_id).order_by(Message.number)
    ).all()
