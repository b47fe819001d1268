"""A decision on the desk, and rows of the draft that it can speak of."""

from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from server.documents.template import filled_block
from server.documents.tree import insert_nodes, load
from server.domain.decisions import seen_mark
from server.domain.roles import CASE_MANAGER
from server.journal.writer import Journal
from server.meeting.decision_words import Words
from server.meeting.decisions import propose_decision, read_back_decision, settle_decision
from server.storage.tables import Decision, Position
from tests.support.desk import Desk

ACTION = "Jonah gets 225 minutes of reading instruction a week from March 8, 2027."


def words(**about: Any) -> Words:
    """What a simple agreed decision says."""
    return Words(**{"question": "How much reading instruction?", "action": ACTION, "outcome": "agreed", **about})


async def propose(desk: Desk, role: str = CASE_MANAGER, **about: Any) -> str:
    how = {name: about.pop(name) for name in ("item_id", "thread_id", "supersedes", "read_back") if name in about}
    return await propose_decision(desk.journal, desk.actor(role), words(**about), **how)


def decision(desk: Desk, decision_id: str) -> Any:
    return desk.rows(select(Decision.__table__).where(Decision.id == decision_id))[0]


def positions(desk: Desk, decision_id: str) -> dict[str, Any]:
    """The positions on a decision by role."""
    rows = desk.rows(select(Position.__table__).where(Position.decision_id == decision_id))
    roles = {person_id: role for role, person_id in desk.people.items()}
    return {roles[row.person_id]: row for row in rows}


def seen(desk: Desk, decision_id: str) -> str:
    """The mark of what stands there now."""
    rows = desk.rows(select(Position.__table__).where(Position.decision_id == decision_id))
    return seen_mark(decision(desk, decision_id).revision, [row._asdict() for row in rows])


async def settle(desk: Desk, decision_id: str, *, journal: Journal | None = None, **about: Any) -> None:
    """Read back as it is, and settled."""
    journal, actor, revision = journal or desk.journal, desk.actor(), decision(desk, decision_id).revision
    await read_back_decision(journal, actor, decision_id, revision=revision)
    await settle_decision(journal, actor, decision_id, revision=revision, seen=seen(desk, decision_id), **about)


async def add_row(desk: Desk, section: str = "services", *, kind: str = "service", **fields: str) -> None:
    """A new row of the draft, as somebody's edit."""

    def change(root: XmlFragment) -> None:
        insert_nodes(root, len(root.children), [filled_block(kind, fields)])

    await edit(desk, section, change)


async def set_field(desk: Desk, field: str, text: str, section: str = "services") -> None:
    """A field of the section's last row comes to say `text`."""

    def change(root: XmlFragment) -> None:
        for element in _rows(root)[-1].children:
            if isinstance(element, XmlElement) and _name(element) == field:
                for child in element.children:
                    assert isinstance(child, XmlText)
                    del child[0 : len(child)]
                element.children.insert(0, XmlText(text))

    await edit(desk, section, change)


async def remove_rows(desk: Desk, section: str = "services") -> None:
    def change(root: XmlFragment) -> None:
        for index in reversed(range(len(root.children))):
            del root.children[index]

    await edit(desk, section, change)


def _name(element: XmlElement) -> Any:
    view: Any = element.attributes
    return dict(view)["name"]


def _rows(root: XmlFragment) -> list[XmlElement]:
    return [one for one in root.children if isinstance(one, XmlElement) and one.tag in {"goal", "service"}]


async def edit(desk: Desk, section: str, change: Any) -> None:
    doc = load(await desk.journal.load_state(desk.documents[section]))
    before = doc.get_state()
    change(doc.get("default", type=XmlFragment))
    write = desk.writer(section).give(doc.get_update(before))
    await desk.journal.settle()
    assert write.entry is not None, write
