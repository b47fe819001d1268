"""An amendment on the desk: a final section, words proposed for it, and the answers."""

from typing import Any

from pycrdt import XmlFragment
from sqlalchemy import select

from server.documents.template import filled_block
from server.documents.tree import insert_nodes, load
from server.meeting import set_phase
from server.meeting.amendment_effect import put_into_effect
from server.meeting.amendments import answer_amendment, offer_amendment, propose_amendment
from server.storage.tables import Amendment, AmendmentAnswer, Document
from tests.support.deciding import add_row, set_field
from tests.support.desk import Desk, Writer
from tests.support.finalizing import WHY, make_final

REASON = "Thirty minutes were not enough."


async def final_plan(desk: Desk, *sections: str) -> None:
    """Services with a row of reading are final, and the meeting is closed."""
    await add_row(desk, service="Reading", provider="The team_staff", minutes="30")
    for section in ("services", *sections):
        await make_final(desk, section)
    await set_phase(desk.journal, desk.actor(), "closed")


def amendment(desk: Desk, amendment_id: str) -> Any:
    return desk.rows(select(Amendment.__table__).where(Amendment.id == amendment_id))[0]


def answers(desk: Desk) -> list[Any]:
    return desk.rows(select(AmendmentAnswer.__table__).order_by(AmendmentAnswer.number))


def document(desk: Desk, section: str) -> Any:
    return desk.rows(select(Document.__table__).where(Document.id == desk.documents[section]))[0]


async def propose(desk: Desk, *sections: str, minutes: str = "45") -> str:
    """Other minutes for reading, in a copy."""
    made = await propose_amendment(
        desk.journal, desk.actor(), [desk.documents[one] for one in sections or ("services",)], reason=REASON
    )
    await rewrite(desk, made, minutes)
    return made


async def rewrite(desk: Desk, amendment_id: str, minutes: str) -> None:
    for part in amendment(desk, amendment_id).parts:
        desk.documents["copy"] = part["copy"]
        if part["section"] == "services":
            await set_field(desk, "minutes", minutes, "copy")
        else:
            await add_row(desk, "copy", service=f"More for {part['section']}", minutes=minutes)


async def offer(desk: Desk, amendment_id: str, **how: Any) -> str:
    """Returns the mark of what is offered."""
    await offer_amendment(desk.journal, desk.actor(), amendment_id, **{"reason": REASON, "override": WHY, **how})
    return str(amendment(desk, amendment_id).mark)


async def say(desk: Desk, amendment_id: str, role: str, answer: str = "agree", **how: Any) -> None:
    said = {"understood": True, "statement": "I understand.", "seen": amendment(desk, amendment_id).mark, **how}
    await answer_amendment(desk.journal, desk.actor(role), amendment_id, answer, **said)


async def agree(desk: Desk, amendment_id: str) -> None:
    for role in ("lea_representative", "parent"):
        await say(desk, amendment_id, role)


async def into_effect(desk: Desk, amendment_id: str, **how: Any) -> None:
    how = {"seen": amendment(desk, amendment_id).mark, **how}
    await put_into_effect(desk.journal, desk.actor(), amendment_id, **how)


async def type_into(desk: Desk, document_id: str, role: str = "case_manager") -> Any:
    """Somebody adds a row to a document; the write tells whether it was taken."""
    doc = load(await desk.journal.load_state(document_id))
    before = doc.get_state()
    root = doc.get("default", type=XmlFragment)
    insert_nodes(root, len(root.children), [filled_block("service", {"service": "Speech"})])
    write = Writer(desk.journal, document_id, desk.people[role]).give(doc.get_update(before))
    await desk.journal.settle()
    return write
