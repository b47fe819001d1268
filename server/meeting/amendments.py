"""Amending a final plan without a meeting: proposed, offered, answered, put into effect (34 CFR 300.324(a)(4), (6)).

The words are proposed in copies of the final sections; these stay as they are until the school's representative and a
parent have agreed in writing to the exact words. See `docs/decisions/amendments.md`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from server.documents.schema import check_structure
from server.documents.tree import apply, load, read_doc
from server.documents.update import read_update
from server.domain import amendments
from server.domain.amendments import DRAFT, OFFERED, OPEN, Answer
from server.domain.errors import Refused
from server.domain.readiness import Readiness, evaluate
from server.domain.roles import CLOSED, LEA_REPRESENTATIVE
from server.domain.sections import FINAL, proposed
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts, facts_and_text
from server.journal.snapshot import load as load_document
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.agreement import Contradiction, agreement, as_amended, change_of
from server.meeting.finalize import newest_text
from server.meeting.letters import Letters
from server.meeting.notices import Told, begun_notice
from server.meeting.readiness import Proposal, gather
from server.meeting.rights import speaks_for_family
from server.storage.tables import Amendment, AmendmentAnswer, Document, Meeting, Participant, new_id

LANGUAGES = ("en", "es")


async def propose_amendment(
    journal: Journal, actor: Actor, document_ids: Collection[str], *, reason: str, lang: str = "en"
) -> str:
    """Copy final sections, to propose other words for them. Returns the amendment's id. Raises `Refused`.

    "invalid" (sections) for none or for one that is not final, (reason) without one; "conflict" (open) while another
    proposal is being written, (newer) when a later meeting has made a plan already.
    """
    said = clean.text(reason, "reason", most=amendments.MOST_REASON)
    clean.choice(lang, "lang", LANGUAGES)
    made = new_id("am")

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        connection = transaction.connection
        _no_draft(connection, actor.meeting_id)
        _is_newest_plan(connection, actor.meeting_id)
        wanted = set(document_ids)
        rows = connection.execute(
            select(Document.id, Document.section, Document.position, Document.sealed_number, Document.sealed_hash)
            .where(
                Document.meeting_id == actor.meeting_id,
                Document.id.in_(wanted),
                Document.kind == "section",
                Document.state == FINAL,
                Document.sealed_number.is_not(None),
            )
            .order_by(Document.position)
        ).all()
        if not wanted or len(rows) != len(wanted):
            raise Refused("invalid", "sections")
        newest = connection.scalar(select(func.max(Amendment.ordinal)).where(Amendment.meeting_id == actor.meeting_id))
        ordinal = (newest or 0) + 1
        for row in rows:
            text = load_document(connection, row.id, row.sealed_number).state()
            about = {
                "amendment": made,
                "ordinal": ordinal,
                "name": proposed(ordinal, row.section),
                "section": row.section,
                "position": row.position,
                "document": row.id,
                "base": row.sealed_number,
                "base_hash": row.sealed_hash,
                "reason": said,
                "lang": lang,
            }
            transaction.append(
                actor.meeting_id,
                kinds.AMENDMENT_PROPOSED,
                author,
                facts_and_text(about, text),
                document_id=new_id("d"),
                inserted=read_update(text).inserted,
            )

    await journal.act(perform)
    return made


async def offer_amendment(
    journal: Journal,
    actor: Actor,
    amendment_id: str,
    *,
    reason: str,
    override: str = "",
    changes_decisions: bool = False,
    seen: str | None = None,
    lang: str = "en",
    letters: Letters | None = None,
) -> None:
    """Put the words before the parents and the school's representative. Another offer of this meeting ends with it.

    `changes_decisions`: the actor says that it changes what decisions set; `seen` is the mark (`offer_mark`) of what
    they had before them. Raises `Refused`: "conflict" (same) where a section reads as before, (seen) when the words
    were changed since, (decisions) when a decision's number is changed and this is not said, (readiness) for a check
    that nobody passes, (base), (newer); "invalid" (override) while checks stand against it and no reason is given.
    """
    said = clean.text(reason, "reason", most=amendments.MOST_REASON)
    why = clean.text(override, "override", most=amendments.MOST_REASON, required=False)
    clean.choice(lang, "lang", LANGUAGES)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        connection = transaction.connection
        row = _own(connection, actor, amendment_id, DRAFT)
        _is_newest_plan(connection, actor.meeting_id)
        parts = []
        for part in row.parts:
            _unchanged_base(connection, part)
            number, digest = newest_text(transaction, part["copy"])
            if _reads_alike(connection, part):
                raise Refused("conflict", "same")
            parts.append(part | {"number": number, "hash": digest})
        mark = amendments.offer_mark(said, parts)
        if seen is not None and seen != amendments.offer_mark("", parts):
            raise Refused("conflict", "seen")
        changed = decided_otherwise(connection, actor.meeting_id, row.parts)
        if changed and not changes_decisions:
            raise Refused("conflict", "decisions")
        readiness = check(connection, row.parts, changed)
        if any(one.final_blocks for one in readiness.values()):
            raise Refused("conflict", "readiness")
        if any(one.findings for one in readiness.values()) and not why:
            raise Refused("invalid", "override")
        others = connection.scalars(
            select(Amendment.id).where(Amendment.meeting_id == actor.meeting_id, Amendment.state == OFFERED)
        )
        about = {
            "amendment": amendment_id,
            "reason": said,
            "lang": lang,
            "parts": parts,
            "mark": mark,
            "changes": [change_of(one) for one in changed],
            "override": why,
            "supersedes": sorted(others),
            "mailings": letters.put(transaction, actor.meeting_id, author, about=amendment_id) if letters else [],
        }
        transaction.append(actor.meeting_id, kinds.AMENDMENT_OFFERED, author, facts(about))

    await journal.act(perform)


async def take_back_amendment(journal: Journal, actor: Actor, amendment_id: str) -> None:
    """An offer is worded otherwise; answers to it say nothing to what comes. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        _own(transaction.connection, actor, amendment_id, OFFERED)
        _no_draft(transaction.connection, actor.meeting_id)
        transaction.append(actor.meeting_id, kinds.AMENDMENT_TAKEN_BACK, author, facts({"amendment": amendment_id}))

    await journal.act(perform)


async def withdraw_amendment(journal: Journal, actor: Actor, amendment_id: str, *, reason: str = "") -> None:
    """A proposal that nobody follows up; what was proposed and answered stays in the record. Raises `Refused`."""
    said = clean.text(reason, "reason", most=amendments.MOST_REASON, required=False)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        _own(transaction.connection, actor, amendment_id, *OPEN)
        about = {"amendment": amendment_id, "reason": said}
        transaction.append(actor.meeting_id, kinds.AMENDMENT_WITHDRAWN, author, facts(about))

    await journal.act(perform)


async def answer_amendment(
    journal: Journal,
    actor: Actor,
    amendment_id: str,
    answer: str,
    *,
    understood: bool,
    statement: str,
    seen: str,
    words: str = "",
    lang: str = "en",
) -> None:
    """Agree in writing, decline, or ask for a meeting instead; for oneself alone. Raises `Refused`.

    `statement` is the sentence that stood before the person, `understood` that they confirmed it: "invalid"
    (understood) otherwise. `seen` is the mark of the offer they read: "conflict" (seen) when another is made by now.
    "role" for a student whose rights have not passed to them.
    """
    clean.choice(answer, "answer", amendments.ANSWERS)
    clean.choice(lang, "lang", LANGUAGES)
    said = clean.text(words, "words", most=amendments.MOST_WORDS, required=False)
    sentence = clean.text(statement, "statement", most=amendments.MOST_SENTENCE)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "answer_amendment")
        if not has_say(transaction.connection, actor.meeting_id, author.role):
            raise Refused("role")
        row = _own(transaction.connection, actor, amendment_id, OFFERED)
        if row.mark != seen:
            raise Refused("conflict", "seen")
        if not understood:
            raise Refused("invalid", "understood")
        about = {
            "given": new_id("aa"),
            "amendment": amendment_id,
            "answer": answer,
            "words": said,
            "lang": lang,
            "statement": sentence,
            "mark": row.mark,
        }
        transaction.append(actor.meeting_id, kinds.AMENDMENT_ANSWERED, author, facts(about))

    await journal.act(perform)


async def put_into_effect(
    journal: Journal,
    actor: Actor,
    amendment_id: str,
    *,
    seen: str,
    notice: Told | None = None,
    lang: str = "en",
    letters: Letters | None = None,
) -> None:
    """The agreed words become the sections' final words: one entry a section, each the section's new seal.

    `notice`: what the draft of a prior written notice begins with (300.503); `letters` tell the team, as
    300.324(a)(4)(ii) asks.
    The meeting's day stays, and with it the day of the annual review. Raises `Refused`: "conflict" (agreement) while
    the school or a parent has not agreed to these very words or somebody is against them, (seen), (base), (newer),
    (readiness).
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        connection = transaction.connection
        row = _own(connection, actor, amendment_id, OFFERED)
        if row.mark != seen:
            raise Refused("conflict", "seen")
        if amendments.missing(answers_in_force(connection, row).values()):
            raise Refused("conflict", "agreement")
        _is_newest_plan(connection, actor.meeting_id)
        for part in row.parts:
            _unchanged_base(connection, part)
            if newest_text(transaction, part["copy"]) != (part["number"], part["hash"]):
                raise Refused("conflict", "seen")
        declared = [_key(change) for change in row.changes]
        changed = decided_otherwise(connection, actor.meeting_id, row.parts)
        if any(as_amended(one.decision_id, one.difference) not in declared for one in changed):
            raise Refused("conflict", "readiness")
        readiness = check(connection, row.parts, changed)
        if any(one.final_blocks or (one.findings and not row.override) for one in readiness.values()):
            raise Refused("conflict", "readiness")
        begun = begun_notice(connection, actor.meeting_id, notice, lang) if notice else None
        mailings = letters.put(transaction, actor.meeting_id, author, about=amendment_id) if letters else []
        for part in row.parts:
            last = part is row.parts[-1]
            about = _sealing(row, readiness[part["document"]])
            about |= {"last": last, "notice": begun if last else None, "mailings": mailings if last else []}
            _merge(transaction, actor.meeting_id, author, part, about)

    await journal.act(perform)


def _sealing(row: Row[Any], readiness: Readiness) -> dict[str, Any]:
    counts = Counter((finding.rule, finding.code, finding.level) for finding in readiness.findings)
    return {
        "amendment": row.id,
        "reason": row.override,
        "overrides": [
            {"rule": rule, "code": code, "level": level, "count": count, "reason": row.override}
            for (rule, code, level), count in counts.items()
        ],
        "unchecked": [{"rule": one.rule, "code": one.code} for one in readiness.unchecked],
    }


def _merge(
    transaction: Transaction, meeting_id: str, author: Author, part: Mapping[str, Any], about: dict[str, Any]
) -> None:
    """What was written in the copy, written into the section: the copy began as its very text."""
    state = load_document(transaction.connection, part["document"]).state()
    doc = load(state)
    before = doc.get_state()
    apply(doc, load_document(transaction.connection, part["copy"], part["number"]).state())
    data = doc.get_update(before)
    reason = check_structure(state, data)
    if reason is not None:
        raise Refused(reason, "sections")
    read = read_update(data)
    transaction.append(
        meeting_id,
        kinds.AMENDED,
        author,
        facts_and_text(about, data),
        document_id=part["document"],
        inserted=read.inserted,
        deleted=max(0, read.deleted - read_update(state).deleted),
    )


def decided_otherwise(
    connection: Connection, meeting_id: str, parts: Sequence[Mapping[str, Any]]
) -> list[Contradiction]:
    """The numbers of settled decisions that the proposed words do not say."""
    copies = {part["document"]: part["copy"] for part in parts}
    return [one for part in parts for one in agreement(connection, meeting_id, part["document"], instead=copies)]


def check(
    connection: Connection, parts: Sequence[Mapping[str, Any]], changed: Sequence[Contradiction]
) -> dict[str, Readiness]:
    """What the rules of finalizing find in the proposed words, by the document they are proposed for.

    `changed`: the numbers of decisions that the proposal says it changes.
    """
    copies = {part["document"]: part["copy"] for part in parts}
    declared = frozenset(as_amended(one.decision_id, one.difference) for one in changed)
    proposal = Proposal(copies, declared)
    return {document: evaluate(gather(connection, document, proposal)) for document in copies}


def has_say(connection: Connection, meeting_id: str, role: str) -> bool:
    """Whether who is here in this role is one of the two sides: the school's representative, or the family's voice."""
    return role == LEA_REPRESENTATIVE or speaks_for_family(connection, meeting_id, role)


def answers_in_force(connection: Connection, row: Any) -> dict[str, Answer]:
    """Of an amendment's row: each person's newest answer to what is offered now."""
    found = connection.execute(
        select(
            AmendmentAnswer.person_id,
            AmendmentAnswer.role,
            AmendmentAnswer.answer,
            AmendmentAnswer.mark,
            AmendmentAnswer.number,
        ).where(AmendmentAnswer.amendment_id == row.id)
    )
    here = connection.execute(
        select(Participant.person_id, Participant.role).where(
            Participant.meeting_id == row.meeting_id, Participant.removed_at.is_(None)
        )
    ).all()
    roles = {one.person_id: one.role for one in here}
    # Who has another part in the meeting by now speaks for that no longer.
    answers = [Answer(*one) for one in found if roles.get(one.person_id) == one.role]
    return amendments.in_force(answers, row.mark or "", roles)


def _own(connection: Connection, actor: Actor, amendment_id: str, *states: str) -> Row[Any]:
    row = connection.execute(
        select(Amendment.__table__).where(Amendment.id == amendment_id, Amendment.meeting_id == actor.meeting_id)
    ).first()
    if row is None:
        raise Refused("not_found")
    if row.state not in states:
        raise Refused("conflict", "state")
    return row


def _no_draft(connection: Connection, meeting_id: str) -> None:
    draft = select(Amendment.id).where(Amendment.meeting_id == meeting_id, Amendment.state == DRAFT)
    if connection.execute(draft.limit(1)).first() is not None:
        raise Refused("conflict", "open")


def _is_newest_plan(connection: Connection, meeting_id: str) -> None:
    if later_plan(connection, meeting_id) is not None:
        raise Refused("conflict", "newer")


def later_plan(connection: Connection, meeting_id: str) -> str | None:
    """A meeting of the same student that was closed after this one with something final; None for none."""
    own = connection.execute(select(Meeting.student_id, Meeting.closed_at).where(Meeting.id == meeting_id)).one()
    found: str | None = connection.scalar(
        select(Meeting.id)
        .join(Document, Document.meeting_id == Meeting.id)
        .where(
            Meeting.student_id == own.student_id,
            Meeting.id != meeting_id,
            Meeting.phase == CLOSED,
            Meeting.closed_at > own.closed_at,
            Document.kind == "section",
            Document.state == FINAL,
        )
        .order_by(Meeting.closed_at.desc())
        .limit(1)
    )
    return found


def _unchanged_base(connection: Connection, part: Mapping[str, Any]) -> None:
    """The section is final still, in the version that the proposal was made from."""
    row = connection.execute(
        select(Document.state, Document.sealed_number, Document.sealed_hash).where(Document.id == part["document"])
    ).one()
    if (row.state, row.sealed_number, row.sealed_hash) != (FINAL, part["base"], part["base_hash"]):
        raise Refused("conflict", "base")


def _reads_alike(connection: Connection, part: Mapping[str, Any]) -> bool:
    was, now_reads = (
        read_doc(load(load_document(connection, part[name], number).state()))
        for name, number in (("document", part["base"]), ("copy", None))
    )
    return was == now_reads


def _key(change: Mapping[str, Any]) -> tuple[str | None, ...]:
    return tuple(change[name] for name in ("decision", "document", "block", "label", "field", "now"))
