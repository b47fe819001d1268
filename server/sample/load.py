"""Put the sample meeting, or synthetic ones, into a database: through the journal, like everything else."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import insert, select

from server.documents.schema import SCHEMA_VERSION
from server.domain.roles import CASE_MANAGER, LIVE, PREWORK, TEAM_STAFF
from server.domain.sections import SECTIONS
from server.domain.sharing import SHAREABLE
from server.journal.entry import Author
from server.journal.kinds import PHASE
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.meeting.create import Plan, write_meeting
from server.meeting.people import append_invited, insert_participant, open_link
from server.meeting.sharing import append_shared
from server.sample import content, iep, people
from server.sample.agenda import AGENDA
from server.sample.comments import add_comments
from server.sample.notice import add_notice
from server.storage.engine import Database
from server.storage.tables import Document, Person, Session, Student, new_id, now
from server.sync.tickets import issue

T = TypeVar("T")
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)


class Tickets(NamedTuple):
    """How tickets for the printed people are signed: whoever has one is on the live socket without signing in."""

    secret_key: str


def load_sample(database: Database, base_url: str, tickets: Tickets | None, *, brief: bool = False) -> dict[str, Any]:
    """The worked example: Jonah's annual review, its whole team and the draft as shared. All are invented.

    `brief`: the same team with the short draft and agenda of load tests, and nothing said about it yet, for what is not
    about the words.

    Returns what `roundtable demo --json` prints of a meeting; without `tickets` nobody has a token (nor a session).
    """
    return _in_transaction(database, lambda transaction: _sample(transaction, base_url, tickets, brief=brief))


def load_synthetic(
    database: Database, base_url: str, tickets: Tickets | None, meetings: int, members: int
) -> list[dict[str, Any]]:
    """Live meetings for load tests: one case manager and otherwise staff, so that everybody may edit every section."""
    plain = {section: content.synthetic(section) for section in SECTIONS}
    described = []
    for first in range(0, meetings, 50):
        numbers = range(first, min(first + 50, meetings))

        def some(transaction: Transaction, numbers: range = numbers) -> list[dict[str, Any]]:
            return [_synthetic(transaction, base_url, tickets, number, members, plain) for number in numbers]

        described += _in_transaction(database, some)
    return described


def _in_transaction(database: Database, function: Callable[[Transaction], T]) -> T:
    with database.sync.execution_options(writes=True).begin() as connection:
        transaction = Transaction(connection)
        result = function(transaction)
        transaction.finish()
    return result


def _sample(transaction: Transaction, base_url: str, tickets: Tickets | None, *, brief: bool) -> dict[str, Any]:
    transaction.no_later_than(iep.SHARED_AT)
    student_id = _add_student(transaction, people.STUDENT.name, **people.STUDENT.facts())
    by_role = sorted(people.PEOPLE, key=lambda person: person.role != CASE_MANAGER)
    ids = [_add_person(transaction, person.name, person.locale, staff=person.is_staff) for person in by_role]
    plan = Plan(
        student_id,
        iep.TITLE,
        iep.PURPOSE,
        iep.PLACE,
        iep.STARTS_AT,
        iep.ENDS_AT,
        iep.TIME_ZONE,
        iep.PROFILE,
    )
    written = iep.sections()
    contents = {name: content.synthetic(name) if brief else content.content_update(written[name]) for name in SECTIONS}
    items = AGENDA[:2] if brief else AGENDA
    meeting_id = write_meeting(
        transaction, plan, contents, ids[0], by_role[0].title, creator_seats=by_role[0].seats, items=items
    )
    author = Author(ids[0], CASE_MANAGER)
    for person, person_id in list(zip(by_role, ids, strict=True))[1:]:
        insert_participant(transaction, author, meeting_id, person_id, person.role, person.title, person.seats)
    documents = _documents(transaction, meeting_id)
    shared = [document_id for section, document_id in documents.items() if section in SHAREABLE]
    append_shared(transaction, author, meeting_id, shared, "en")
    authors = {person.name: Author(person_id, person.role) for person, person_id in zip(by_role, ids, strict=True)}
    add_notice(transaction, author, meeting_id, authors)
    if not brief:
        add_comments(transaction, meeting_id, documents, contents, authors)
    seats = [
        (person_id, person.name, person.role, person.title) for person, person_id in zip(by_role, ids, strict=True)
    ]
    return _describe(transaction, base_url, tickets, meeting_id, author, seats, iep.FIRST_SECTION)


def _synthetic(
    transaction: Transaction,
    base_url: str,
    tickets: Tickets | None,
    number: int,
    members: int,
    plain: dict[str, bytes],
) -> dict[str, Any]:
    student_id = _add_student(transaction, f"Load Test Student {number + 1}")
    moment = now()
    names = [f"Member {number + 1}-{index + 1}" for index in range(max(members, 1))]
    ids = [_add_person(transaction, name, "en", staff=True) for name in names]
    plan = Plan(student_id, f"Load test {number + 1}", "annual_review", "", moment, None, "UTC")
    meeting_id = write_meeting(transaction, plan, plain, ids[0], "")
    author = Author(ids[0], CASE_MANAGER)
    for person_id in ids[1:]:
        insert_participant(transaction, author, meeting_id, person_id, TEAM_STAFF, "")
    transaction.append(meeting_id, PHASE, author, facts({"phase": LIVE, "before": PREWORK, "reason": ""}))
    roles = [CASE_MANAGER] + [TEAM_STAFF] * (len(ids) - 1)
    seats = [(person_id, name, role, "") for person_id, name, role in zip(ids, names, roles, strict=True)]
    return _describe(transaction, base_url, tickets, meeting_id, author, seats, "present_levels")


def _describe(
    transaction: Transaction,
    base_url: str,
    tickets: Tickets | None,
    meeting_id: str,
    author: Author,
    seats: list[tuple[str, str, str, str]],
    first_section: str,
) -> dict[str, Any]:
    """The meeting as `roundtable demo --json` prints it, with a fresh link and, if asked, a day's ticket for each."""
    rows = transaction.connection.execute(
        select(Document.id, Document.section)
        .where(Document.meeting_id == meeting_id, Document.kind == "section")
        .order_by(Document.position)
    )
    documents = [row.id for row in sorted(rows, key=lambda row: row.section != first_section)]
    described = []
    for person_id, name, role, title in seats:
        link = secrets.token_urlsafe(32)
        until = open_link(transaction, author, meeting_id, person_id, link, A_WEEK)
        append_invited(transaction, author, meeting_id, person_id, until)
        about = {"name": name, "role": role, "title": title, "sign_in_url": f"{base_url}/invite/{link}"}
        if tickets is not None:
            about["token"] = issue(
                tickets.secret_key,
                session_id=_add_session(transaction, person_id),
                person_id=person_id,
                meeting_id=meeting_id,
                schema_version=SCHEMA_VERSION,
                seconds=int(A_DAY.total_seconds()),
            )
        described.append(about)
    scheme, _, rest = base_url.partition("://")
    return {
        "id": meeting_id,
        "url": f"{base_url}/m/{meeting_id}",
        "websocket": f"{'wss' if scheme == 'https' else 'ws'}://{rest}/sync",
        "documents": documents,
        "people": described,
    }


def _documents(transaction: Transaction, meeting_id: str) -> dict[str, str]:
    """Ids of the draft's documents by section."""
    rows = transaction.connection.execute(
        select(Document.section, Document.id).where(Document.meeting_id == meeting_id, Document.kind == "section")
    )
    return {row.section: row.id for row in rows}


def _add_student(transaction: Transaction, name: str, **about: Any) -> str:
    student_id = new_id("s")
    transaction.connection.execute(insert(Student).values(id=student_id, name=name, **about))
    return student_id


def _add_person(transaction: Transaction, name: str, locale: str, *, staff: bool) -> str:
    person_id = new_id("p")
    transaction.connection.execute(insert(Person).values(id=person_id, name=name, locale=locale, is_staff=staff))
    return person_id


def _add_session(transaction: Transaction, person_id: str) -> str:
    """A day's session that no cookie opens: it lets the printed ticket be revoked like any other."""
    session_id = secrets.token_hex(32)
    transaction.connection.execute(
        insert(Session).values(id=session_id, person_id=person_id, expires_at=now() + A_DAY, user_agent="demo")
    )
    return session_id
