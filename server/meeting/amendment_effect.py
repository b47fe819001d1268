"""An agreed amendment becomes what the plan says: its words, merged into the final sections, seal these anew."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from server.documents.schema import check_structure
from server.documents.tree import apply, load
from server.documents.update import read_update
from server.domain import amendments
from server.domain.amendments import OFFERED
from server.domain.errors import Refused
from server.domain.readiness import Readiness
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts_and_text
from server.journal.snapshot import load as load_document
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.meeting.agreement import as_amended
from server.meeting.amendment_rules import (
    answers_in_force,
    check,
    decided_otherwise,
    is_newest_plan,
    key_of,
    own_amendment,
    unchanged_base,
)
from server.meeting.finalize import newest_text
from server.meeting.letters import Letters
from server.meeting.notices import Told, begun_notice


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
        row = own_amendment(connection, actor, amendment_id, OFFERED)
        if row.mark != seen:
            raise Refused("conflict", "seen")
        if amendments.missing(answers_in_force(connection, row).values()):
            raise Refused("conflict", "agreement")
        is_newest_plan(connection, actor.meeting_id)
        for part in row.parts:
            unchanged_base(connection, part)
            if newest_text(transaction, part["copy"]) != (part["number"], part["hash"]):
                raise Refused("conflict", "seen")
        declared = [key_of(change) for change in row.changes]
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
