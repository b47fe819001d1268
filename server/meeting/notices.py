"""Prior written notices: composed from what was decided, edited, approved by the school, given to the parents.

All of it after the meeting and none before (34 CFR 300.503): a notice that goes ahead of the meeting would say that
everything was decided.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from server.domain import notices
from server.domain.decisions import NEEDS_NOTICE, SETTLED
from server.domain.errors import Refused
from server.domain.notices import APPROVED, DRAFT, MAIL, REMOVED, WAYS, Part, decisions_of
from server.domain.roles import FAMILY
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.letters import Letters
from server.storage.tables import Decision, Notice, NoticeTranslation, Participant, Person, new_id, now

LANGUAGES = ("en", "es")
MOST_TEXT = 8000
MOST_OPTION = 1000
MOST_PARTS, MOST_OPTIONS = 40, 30
MOST_NAME = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says, as typed. `takes_effect`: an ISO 8601 date or ""."""

    parts: Sequence[Part]
    safeguards: str
    contacts: str
    takes_effect: str = ""


async def compose_notice(
    journal: Journal, actor: Actor, decision_ids: Collection[str], *, safeguards: str, contacts: str, lang: str = "en"
) -> str:
    """A draft made of these settled decisions (none: of one empty proposal). Returns its id. Raises `Refused`.

    "invalid" (decisions) for one of which no notice is due, "conflict" (decisions) for one that stands in another
    notice already.
    """
    made = new_id("n")
    clean.choice(lang, "lang", LANGUAGES)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "write_notice")
        chosen = list(dict.fromkeys(decision_ids))
        told = noticed(transaction.connection, actor.meeting_id)
        parts = []
        for decision_id in chosen:
            decision = _decision(transaction, actor.meeting_id, decision_id)
            if decision_id in told:
                raise Refused("conflict", "decisions")
            parts.append(notices.part_of(decision._asdict()))
        told_now = Told(parts or [notices.empty_part()], safeguards, contacts)
        about = begun_notice(transaction.connection, actor.meeting_id, told_now, lang, made=made)
        transaction.append(actor.meeting_id, kinds.NOTICE_COMPOSED, author, facts(about))

    await journal.act(perform)
    return made


def begun_notice(
    connection: Connection, meeting_id: str, told: Told, lang: str, *, made: str | None = None
) -> dict[str, Any]:
    """The facts of a meeting's next notice, as `NOTICE_COMPOSED` has them. Raises `Refused` naming the field."""
    ordinal = connection.scalar(select(func.max(Notice.ordinal)).where(Notice.meeting_id == meeting_id))
    return {"notice": made or new_id("n"), "ordinal": (ordinal or 0) + 1, "lang": lang, **_texts(told)}


async def change_notice(journal: Journal, actor: Actor, notice_id: str, told: Told, *, revision: int) -> None:
    """Other words for a draft. Raises `Refused`; "conflict" (revision) when somebody changed it since."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "write_notice")
        notice = _draft(transaction, actor.meeting_id, notice_id, revision)
        kept = _texts(told)
        # Which decision a part tells of is not for a form to say.
        known = set(decisions_of(notice.parts))
        if set(decisions_of(kept["parts"])) - known:
            raise Refused("invalid", "parts")
        about = {"notice": notice_id, "revision": notice.revision + 1, **kept}
        transaction.append(actor.meeting_id, kinds.NOTICE_CHANGED, author, facts(about))

    await journal.act(perform)


async def remove_notice(journal: Journal, actor: Actor, notice_id: str, *, revision: int) -> None:
    """A draft that nobody needs; it stays in the journal. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "write_notice")
        _draft(transaction, actor.meeting_id, notice_id, revision)
        transaction.append(actor.meeting_id, kinds.NOTICE_REMOVED, author, facts({"notice": notice_id}))

    await journal.act(perform)


async def approve_notice(journal: Journal, actor: Actor, notice_id: str, *, revision: int) -> None:
    """The school stands by it: from now on nothing of it changes. Raises `Refused`.

    "conflict" (elements) while one of the seven elements is missing, (superseded) when one of its decisions is no
    longer in force, (takes_effect) when it is to be carried out on a day that has come already.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "approve_notice")
        notice = _draft(transaction, actor.meeting_id, notice_id, revision)
        if notices.missing(notice.parts, notice.safeguards, notice.contacts):
            raise Refused("conflict", "elements")
        for decision_id in decisions_of(notice.parts):
            state = transaction.connection.scalar(select(Decision.state).where(Decision.id == decision_id))
            if state != SETTLED:
                raise Refused("conflict", "superseded")
        if notice.takes_effect is not None and date.fromisoformat(notice.takes_effect) <= now().date():
            raise Refused("conflict", "takes_effect")
        about = {"notice": notice_id, "revision": notice.revision}
        transaction.append(actor.meeting_id, kinds.NOTICE_APPROVED, author, facts(about))

    await journal.act(perform)


async def translate_notice(
    journal: Journal,
    actor: Actor,
    notice_id: str,
    lang: str,
    told: Told,
    *,
    revision: int,
    machine: bool,
    translator: str,
) -> None:
    """The notice in another language, made from its `revision`; unreviewed. Raises `Refused`."""
    clean.choice(lang, "lang", LANGUAGES)
    name = clean.line(translator, "translator", most=MOST_NAME)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "translate_notice")
        notice = own_notice(transaction.connection, actor.meeting_id, notice_id)
        if lang == notice.lang:
            raise Refused("invalid", "lang")
        if notice.revision != revision:
            raise Refused("conflict", "revision")
        kept = _texts(told)
        if [part["decision"] for part in kept["parts"]] != [part["decision"] for part in notice.parts]:
            raise Refused("invalid", "parts")
        del kept["takes_effect"]
        about = {
            "notice": notice_id,
            "lang": lang,
            "source_revision": revision,
            "machine": machine,
            "translator": name,
            **kept,
        }
        transaction.append(actor.meeting_id, kinds.NOTICE_TRANSLATED, author, facts(about))

    await journal.act(perform)


async def review_translation(journal: Journal, actor: Actor, notice_id: str, lang: str, *, compared: bool) -> None:
    """Somebody who reads both has compared them and stands by the translation. Raises `Refused`.

    "conflict" (stale) when the notice was changed since it was made, (empty) while a text of it is missing; "invalid"
    (compared) unless the actor says that they have.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "translate_notice")
        notice = own_notice(transaction.connection, actor.meeting_id, notice_id)
        row = transaction.connection.execute(
            select(NoticeTranslation.__table__).where(
                NoticeTranslation.notice_id == notice_id, NoticeTranslation.lang == lang
            )
        ).first()
        if row is None:
            raise Refused("not_found")
        if row.source_revision != notice.revision:
            raise Refused("conflict", "stale")
        if notices.missing(row.parts, row.safeguards, row.contacts):
            raise Refused("conflict", "empty")
        if not compared:
            raise Refused("invalid", "compared")
        about = {"notice": notice_id, "lang": lang, "source_revision": row.source_revision}
        transaction.append(actor.meeting_id, kinds.NOTICE_TRANSLATION_REVIEWED, author, facts(about))

    await journal.act(perform)


async def note_given(
    journal: Journal,
    actor: Actor,
    notice_id: str,
    person_ids: Collection[str],
    how: str,
    *,
    langs: dict[str, str],
    letters: Letters | None = None,
) -> None:
    """An approved notice was handed over on paper or read aloud, or (`letters`) goes out by mail with this act.

    `langs`: in which language, by person. Raises `Refused`; "invalid" (person) for who is no parent or student of this
    meeting.
    """
    clean.choice(how, "how", WAYS if letters is None else (MAIL,))

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "write_notice")
        notice = own_notice(transaction.connection, actor.meeting_id, notice_id)
        if notice.state != APPROVED:
            raise Refused("conflict", "state")
        family = {row.id for row in family_of(transaction.connection, actor.meeting_id)}
        chosen = list(dict.fromkeys(person_ids))
        if not chosen or not family.issuperset(chosen):
            raise Refused("invalid", "person")
        about = {
            "notice": notice_id,
            "how": how,
            "to": [{"delivery": new_id("nd"), "person": one, "lang": langs.get(one, notice.lang)} for one in chosen],
            "mailings": letters.put(transaction, actor.meeting_id, author, about=notice_id) if letters else [],
        }
        transaction.append(actor.meeting_id, kinds.NOTICE_GIVEN, author, facts(about))

    await journal.act(perform)


async def review_decision(
    journal: Journal, actor: Actor, decision_id: str, state: str, words: str, on: str, *, lang: str = "en"
) -> None:
    """How a settled decision goes. Raises `Refused` with the field: state, words, on."""
    clean.choice(state, "state", notices.REVIEW_STATES)
    clean.choice(lang, "lang", LANGUAGES)
    said = clean.text(words, "words", most=MOST_OPTION, required=False)
    day = clean.day(on, "on", required=True)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "review_decision")
        known = transaction.connection.scalar(
            select(Decision.state).where(Decision.id == decision_id, Decision.meeting_id == actor.meeting_id)
        )
        if known is None:
            raise Refused("not_found")
        if known != SETTLED:
            raise Refused("conflict", "state")
        about = {
            "review": new_id("dr"),
            "decision": decision_id,
            "state": state,
            "words": said,
            "lang": lang,
            "on": day,
        }
        transaction.append(actor.meeting_id, kinds.DECISION_REVIEWED, author, facts(about))

    await journal.act(perform)


def noticed(connection: Connection, meeting_id: str) -> dict[str, str]:
    """The notice that each decision stands in, by decision."""
    rows = connection.execute(
        select(Notice.id, Notice.parts).where(Notice.meeting_id == meeting_id, Notice.state != REMOVED)
    )
    return {decision_id: row.id for row in rows for decision_id in decisions_of(row.parts)}


def family_of(connection: Connection, meeting_id: str) -> list[Row[Any]]:
    """The parents and the student of a meeting: id, name, locale, email, role."""
    return list(
        connection.execute(
            select(Person.id, Person.name, Person.locale, Person.email, Participant.role)
            .join(Participant, Participant.person_id == Person.id)
            .where(
                Participant.meeting_id == meeting_id,
                Participant.role.in_(sorted(FAMILY)),
                Participant.removed_at.is_(None),
            )
            .order_by(Participant.role, Person.name)
        )
    )


def own_notice(connection: Connection, meeting_id: str, notice_id: str) -> Row[Any]:
    """Raises `Refused("not_found")`."""
    row = connection.execute(
        select(Notice.__table__).where(Notice.id == notice_id, Notice.meeting_id == meeting_id, Notice.state != REMOVED)
    ).first()
    if row is None:
        raise Refused("not_found")
    return row


def _draft(transaction: Transaction, meeting_id: str, notice_id: str, revision: int) -> Row[Any]:
    notice = own_notice(transaction.connection, meeting_id, notice_id)
    if notice.state != DRAFT:
        raise Refused("conflict", "state")
    if notice.revision != revision:
        raise Refused("conflict", "revision")
    return notice


def _decision(transaction: Transaction, meeting_id: str, decision_id: str) -> Row[Any]:
    row = transaction.connection.execute(
        select(Decision.__table__).where(Decision.id == decision_id, Decision.meeting_id == meeting_id)
    ).first()
    if row is None:
        raise Refused("not_found", "decisions")
    if row.state != SETTLED or row.outcome not in NEEDS_NOTICE:
        raise Refused("invalid", "decisions")
    return row


def _texts(told: Told) -> dict[str, Any]:
    """A notice's words as they are kept. Raises `Refused` naming the field: "part-0-action"."""
    if len(told.parts) > MOST_PARTS:
        raise Refused("too_big", "parts")
    return {
        "parts": [_part(part, f"part-{index}") for index, part in enumerate(told.parts)],
        "safeguards": clean.text(told.safeguards, "safeguards", most=MOST_TEXT, required=False),
        "contacts": clean.text(told.contacts, "contacts", most=MOST_TEXT, required=False),
        "takes_effect": clean.day(told.takes_effect, "takes_effect"),
    }


def _part(part: Part, where: str) -> Part:
    if len(part["options"]) > MOST_OPTIONS:
        raise Refused("too_big", f"{where}-options")
    kept = {
        name: clean.text(part[name], f"{where}-{name}", most=MOST_TEXT, required=False)
        for name in ("action", "reasons", "basis", "factors")
    }
    options = [
        {
            "text": clean.text(option["text"], f"{where}-options", most=MOST_OPTION),
            "why": clean.text(option["why"], f"{where}-options", most=MOST_OPTION, required=False),
        }
        for option in part["options"]
    ]
    kind = clean.choice(part["kind"], where, notices.PART_KINDS)
    return {"decision": part["decision"], "kind": kind, "options": options, **kept}
