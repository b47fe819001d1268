"""Amending a final plan without a meeting: proposed, offered, answered, put into effect (34 CFR 300.324(a)(4), (6)).

The words are proposed in copies of the final sections; these stay as they are until the school's representative and a
parent have agreed in writing to the exact words. See `docs/decisions/amendments.md`.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from server.documents.update import read_update
from server.domain import amendments
from server.domain.amendments import DRAFT, OFFERED, OPEN
from server.domain.errors import Refused
from server.domain.sections import FINAL, proposed
from server.journal import kinds
from server.journal.payload import facts, facts_and_text
from server.journal.snapshot import load as load_document
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.agreement import change_of
from server.meeting.amendment_rules import (
    check,
    decided_otherwise,
    has_say,
    is_newest_plan,
    no_draft,
    own_amendment,
    reads_alike,
    unchanged_base,
)
from server.meeting.finalize import newest_text
from server.meeting.letters import Letters
from server.storage.tables import Amendment, Document, new_id

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
        no_draft(connection, actor.meeting_id)
        is_newest_plan(connection, actor.meeting_id)
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
        row = own_amendment(connection, actor, amendment_id, DRAFT)
        is_newest_plan(connection, actor.meeting_id)
        parts = []
        for part in row.parts:
            unchanged_base(connection, part)
            number, digest = newest_text(transaction, part["copy"])
            if reads_alike(connection, part):
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
        own_amendment(transaction.connection, actor, amendment_id, OFFERED)
        no_draft(transaction.connection, actor.meeting_id)
        transaction.append(actor.meeting_id, kinds.AMENDMENT_TAKEN_BACK, author, facts({"amendment": amendment_id}))

    await journal.act(perform)


async def withdraw_amendment(journal: Journal, actor: Actor, amendment_id: str, *, reason: str = "") -> None:
    """A proposal that nobody follows up; what was proposed and answered stays in the record. Raises `Refused`."""
    said = clean.text(reason, "reason", most=amendments.MOST_REASON, required=False)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_amendment")
        own_amendment(transaction.connection, actor, amendment_id, *OPEN)
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
        row = own_amendment(transaction.connection, actor, amendment_id, OFFERED)
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
