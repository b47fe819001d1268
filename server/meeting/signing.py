"""Signing after a meeting, and statements of disagreement: each is its author's own act, one journal entry.

Attendance, receipt, agreement and consent are four acts, none of which implies another. The server says who and when;
the signer confirms a sentence that says what it is they sign (34 CFR 300.9).
"""

from sqlalchemy import select

from server.domain import signing
from server.domain.errors import Refused
from server.domain.signing import ATTENDED, CONSENT, NEEDS_WORDS, NO
from server.journal.kinds import REVOKED, SIGNED, STATED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor, own_section
from server.meeting.present import list_stays
from server.meeting.rights import speaks_for_family
from server.storage.tables import Meeting, Signoff, new_id

MOST_SENTENCE = 1000
LANGUAGES = ("en", "es")


async def sign(
    journal: Journal,
    actor: Actor,
    kind: str,
    *,
    answer: str = signing.YES,
    understood: bool,
    statement: str,
    words: str = "",
    lang: str = "en",
) -> str:
    """Put one's own name to one thing. Returns its id. Raises `Refused`.

    `statement` is the sentence that stood before the signer, `understood` that they confirmed it: "invalid"
    (understood) otherwise. In part needs `words`. "conflict" (attended) for somebody who is not down as having been
    there; "role" for a student who may not consent yet.
    """
    clean.choice(kind, "kind", signing.SIGNINGS)
    clean.choice(answer, "answer", signing.ANSWERS[kind])
    clean.choice(lang, "lang", LANGUAGES)
    said = clean.text(words, "words", most=signing.MOST_WORDS, required=answer in NEEDS_WORDS)
    sentence = clean.text(statement, "statement", most=MOST_SENTENCE)
    made = new_id("g")

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, signing.ACTION[kind])
        if not understood:
            raise Refused("invalid", "understood")
        if kind == ATTENDED and actor.person_id not in {
            stay.person_id for stay in list_stays(transaction.connection, actor.meeting_id)
        }:
            raise Refused("conflict", "attended")
        about = None
        if kind == CONSENT:
            about = _consent(transaction, actor, author.role)
        told = {
            "signoff": made,
            "kind": kind,
            "about": about,
            "answer": answer,
            "words": said,
            "lang": lang,
            "statement": sentence,
        }
        transaction.append(actor.meeting_id, SIGNED, author, facts(told))

    await journal.act(perform)
    return made


def _consent(transaction: Transaction, actor: Actor, role: str) -> str:
    """What this meeting's consent is to. Raises `Refused("role")` for whose rights have not passed to them."""
    if not speaks_for_family(transaction.connection, actor.meeting_id, role):
        raise Refused("role")
    purpose = transaction.connection.scalar(select(Meeting.purpose).where(Meeting.id == actor.meeting_id))
    return signing.consent_to(str(purpose))


async def revoke_consent(
    journal: Journal, actor: Actor, signoff_id: str, *, understood: bool, words: str = "", lang: str = "en"
) -> None:
    """Take back one's own consent, from now on and not for what was done before (300.9(c), 300.300(b)(4)).

    Raises `Refused`: "not_found" for somebody else's, "conflict" (revoked) for one that is no consent or is revoked.
    """
    said = clean.text(words, "words", most=signing.MOST_WORDS, required=False)
    clean.choice(lang, "lang", LANGUAGES)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "revoke_consent")
        if not understood:
            raise Refused("invalid", "understood")
        row = transaction.connection.execute(
            select(Signoff.kind, Signoff.answer, Signoff.revoked_at).where(
                Signoff.id == signoff_id,
                Signoff.meeting_id == actor.meeting_id,
                Signoff.person_id == actor.person_id,
            )
        ).first()
        if row is None:
            raise Refused("not_found")
        if row.kind != CONSENT or row.answer == NO or row.revoked_at is not None:
            raise Refused("conflict", "revoked")
        transaction.append(
            actor.meeting_id, REVOKED, author, facts({"signoff": signoff_id, "words": said, "lang": lang})
        )

    await journal.act(perform)


async def state_disagreement(
    journal: Journal, actor: Actor, text: str, *, document_id: str = "", lang: str = "en"
) -> str:
    """A statement of disagreement with the plan or one of its sections, kept as it was written. Returns its id.

    Nobody can edit it, its author neither; who has more to say adds another. Raises `Refused`.
    """
    said = clean.text(text, "text", most=signing.MOST_STATEMENT)
    clean.choice(lang, "lang", LANGUAGES)
    made = new_id("st")

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "state_disagreement")
        if document_id:
            own_section(transaction, actor, document_id)
        told = {"statement": made, "document": document_id or None, "text": said, "lang": lang}
        transaction.append(actor.meeting_id, STATED, author, facts(told))

    await journal.act(perform)
    return made
