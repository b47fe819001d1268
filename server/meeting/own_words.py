"""What the family writes for the meeting in their own words: kept as they type, given to the team when they say so.

Each keeping is one journal entry, so every earlier wording stays in the record. An answer belongs to its writer: the
writer is the actor, always, and no act takes the name of somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from server.domain.errors import Refused
from server.domain.own_words import MOST_TEXT, QUESTIONS
from server.domain.roles import PARENT
from server.domain.sections import DRAFT, PARENT_INPUT
from server.journal.entry import Author
from server.journal.kinds import WORDS_GIVEN, WORDS_WRITTEN
from server.journal.payload import facts, read_facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.storage.tables import NO_EDIT, Document, Entry, OwnWords, Participant, Person

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Answer:
    """`number`: the journal entry that wrote it; 0 with text "" where nothing was written yet."""

    question: str
    text: str = ""
    lang: str = "en"
    number: int = 0
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's words as the team reads them. `answers` has only those that say something."""

    person_id: str
    name: str
    title: str
    role: str
    given_at: datetime
    answers: Sequence[Answer] = field(default_factory=list)


async def write_words(journal: Journal, actor: Actor, question: str, text: str, *, lang: str, seen: int) -> int:
    """Keep the actor's answer as it is now; "" takes it away. Returns the number of the entry that holds it.

    `seen`: the number of the answer that the actor's page started from; "conflict" (field seen) where it was changed
    since, in another window. The same again makes no entry. Raises `Refused`.
    """
    clean.choice(question, "question", QUESTIONS)
    lang = clean.choice(lang, "lang", LANGUAGES)
    text = clean.text(text, "text", most=MOST_TEXT, required=False)

    def perform(transaction: Transaction) -> int:
        author = _permit(transaction, actor)
        now = transaction.connection.execute(
            select(OwnWords.text, OwnWords.lang, OwnWords.number).where(
                OwnWords.meeting_id == actor.meeting_id,
                OwnWords.person_id == actor.person_id,
                OwnWords.question == question,
            )
        ).first()
        number: int = now.number if now is not None else 0
        if text == (now.text if now is not None else ""):
            return number
        if seen != number:
            raise Refused("conflict", "seen")
        about = {"question": question, "text": text, "lang": lang}
        return transaction.append(actor.meeting_id, WORDS_WRITTEN, author, facts(about)).number

    return await journal.act(perform)


async def give_words(journal: Journal, actor: Actor) -> None:
    """From now on the team reads the actor's words. Given once, later changes are read at once as well.

    Raises `Refused`; "invalid" (field words) where nothing was written yet.
    """

    def perform(transaction: Transaction) -> None:
        author = _permit(transaction, actor)
        mine = answers_of(transaction.connection, actor.meeting_id, actor.person_id)
        if not any(answer.text for answer in mine):
            raise Refused("invalid", "words")
        if given_at(transaction.connection, actor.meeting_id, actor.person_id) is None:
            transaction.append(actor.meeting_id, WORDS_GIVEN, author, facts({}))

    await journal.act(perform)


def _permit(transaction: Transaction, actor: Actor) -> Author:
    """Words for the section of the parents' input: where that is final, nobody adds to it."""
    transaction.rules(actor.meeting_id)
    state = transaction.connection.scalar(
        select(Document.state).where(Document.meeting_id == actor.meeting_id, Document.section == PARENT_INPUT)
    )
    return transaction.permit(actor.meeting_id, actor.person_id, "edit_parent_input", section_state=state or DRAFT)


def answers_of(connection: Connection, meeting_id: str, person_id: str) -> list[Answer]:
    """One for each question, in their order."""
    rows = connection.execute(
        select(OwnWords.question, OwnWords.text, OwnWords.lang, OwnWords.number, OwnWords.written_at).where(
            OwnWords.meeting_id == meeting_id, OwnWords.person_id == person_id
        )
    )
    known = {row.question: Answer(*row) for row in rows}
    return [known.get(question, Answer(question)) for question in QUESTIONS]


def given_at(connection: Connection, meeting_id: str, person_id: str) -> datetime | None:
    found: datetime | None = connection.scalar(
        select(OwnWords.given_at)
        .where(OwnWords.meeting_id == meeting_id, OwnWords.person_id == person_id, OwnWords.given_at.is_not(None))
        .limit(1)
    )
    return found


def given_words(connection: Connection, meeting_id: str) -> list[Given]:
    """Whose words the team reads, in the order in which people came to the meeting's list.

    Words stay where their writer has left the meeting: they were said to the team.
    """
    rows = connection.execute(
        select(OwnWords.person_id, OwnWords.given_at, Person.name, Participant.title, Participant.role)
        .join(Person, Person.id == OwnWords.person_id)
        .join(
            Participant,
            (Participant.person_id == OwnWords.person_id) & (Participant.meeting_id == OwnWords.meeting_id),
        )
        .where(OwnWords.meeting_id == meeting_id, OwnWords.given_at.is_not(None))
        .order_by(Participant.created_at, Participant.id)
    ).all()
    found: dict[str, Given] = {}
    for row in rows:
        if row.person_id not in found:
            said = [one for one in answers_of(connection, meeting_id, row.person_id) if one.text]
            found[row.person_id] = Given(row.person_id, row.name, row.title, row.role, row.given_at, said)
    return [given for given in found.values() if given.answers]


def parents_wrote(connection: Connection, meeting_id: str) -> bool:
    """Whether the team has a word of a parent."""
    return any(given.role == PARENT for given in given_words(connection, meeting_id))


def wordings(connection: Connection, meeting_id: str, person_id: str, question: str) -> list[Answer]:
    """What the team could read of this answer so far, newest first: from the moment it was given."""
    rows = connection.execute(
        select(Entry.number, Entry.kind, Entry.time, Entry.payload)
        .where(
            Entry.meeting_id == meeting_id,
            NO_EDIT,
            Entry.author_id == person_id,
            Entry.kind.in_((WORDS_WRITTEN, WORDS_GIVEN)),
        )
        .order_by(Entry.number)
    )
    last: Answer | None = None
    found: list[Answer] = []
    given = False
    for number, kind, time, payload in rows:
        if kind == WORDS_GIVEN:
            given = True
        elif (about := read_facts(bytes(payload)))["question"] == question:
            moment = datetime.fromtimestamp(time / 1_000_000, UTC)
            last = Answer(question, about["text"], about["lang"], number, moment)
        else:
            continue
        if given and last is not None and last not in found:
            found.append(last)
    return found[::-1]
