"""The sample's meeting held from its start to its close, as its record tells it: what became of each comment.

Everything goes through the meeting's own acts; nothing is written past the journal.
"""

from dataclasses import dataclass, field
from typing import Any

from pycrdt import XmlFragment
from sqlalchemy import select

from server.documents.tree import insert_nodes, load
from server.domain.decisions import AGREE, AGREE_IN_PART, DISAGREE, seen_mark
from server.journal.writer import Journal
from server.meeting import (
    Actor,
    Promise,
    add_follow_up,
    dispose,
    finalize_section,
    note_attendance,
    read_back_section,
    set_phase,
)
from server.meeting.decision_words import Words
from server.meeting.decisions import propose_decision, read_back_decision, settle_decision
from server.meeting.notices import approve_notice, compose_notice, review_decision
from server.meeting.positions import record_position
from server.sample.content import paragraph
from server.sample.load import load_sample
from server.storage.engine import Database
from server.storage.tables import AgendaItem, Comment, Decision, Document, Participant, Person, Position
from tests.support.desk import Writer

WHY = "The team has looked at every point."
DISSENT = "Acepto 45 minutos para empezar. Sigo pensando que necesita clases individuales y quiero que conste."
# Of each of the family's comments, in their order: the section, what came of it, the decision that answers it.
CAME_OF_IT = (
    ("parent_input", "adopted", ""),
    ("services", "adopted_in_part", "D1"),
    ("services", "declined", "D2"),
    ("goals", "adopted", "D4"),
    ("present_levels", "adopted", "D5"),
    ("special_factors", "adopted", "D3"),
    ("placement", "adopted", "D6"),
    ("notes", "adopted", "D7"),
)
OPTIONS = [
    {"text": "As in the draft", "proposed_by": None, "considered": "", "chosen": False, "why": "It did not work."},
    {"text": "As written above", "proposed_by": None, "considered": "", "chosen": True, "why": ""},
]  # fmt: skip
DECISIONS: dict[str, dict[str, Any]] = {
    "D1": {
        "question": "How much reading instruction?",
        "action": "Jonah gets 45 minutes of reading instruction five times a week, in a group of at most three.",
        "reasons": "Last year’s time did not reach the goal; he gains from hearing two classmates read.",
        "sections": ["services"],
    },
    "D2": {
        "question": "Name a specific reading program?",
        "action": "The school does not write the name of a program into the plan; it lists what teaching needs.",
        "reasons": "Several programs have these elements, and teachers must adjust to what the probes show.",
        "sections": ["services"],
        "outcome": "refused",
    },
    "D3": {
        "question": "Which assistive technology?",
        "action": "Text-to-speech and speech-to-text on his assigned Chromebook, in all classes and at home.",
        "reasons": "Word problems: 90% when they are read to him, 55% when he reads alone.",
        "sections": ["special_factors", "accommodations"],
    },
    "D4": {
        "question": "On task, or getting started?",
        "action": "Goal 4 is about starting within 2 minutes of a direction or using the help card.",
        "reasons": "“On task” is vague; he says that he does not know how to start.",
        "sections": ["goals"],
    },
    "D5": {
        "question": "An extended school year in 2027?",
        "action": "Four weeks, four times 45 minutes of reading, from June 14, 2027, with transport.",
        "reasons": "After the winter break he needed four weeks to win back what he had lost.",
        "sections": ["extended_school_year"],
    },
    "D6": {
        "question": "Where does Jonah learn?",
        "action": "In the regular class with resource support, never during science or art.",
        "reasons": "More would take him from the classes where he raises his hand.",
        "sections": ["placement"],
    },
    "D7": {
        "question": "An evaluation for dysgraphia?",
        "action": "The school evaluates Jonah’s writing, with his parents’ written consent.",
        "reasons": "Fourteen letters a minute against about 45 expected.",
        "sections": ["notes"],
    },
}


@dataclass
class Held:
    """`people` by name, `documents` by section, `threads` in the order of the sample, `decisions` by D1, D2, …

    `links`: with which people sign in, by name.
    """

    journal: Journal
    database: Database
    id: str
    people: dict[str, Actor] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    threads: list[str] = field(default_factory=list)
    decisions: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def dana(self) -> Actor:
        return self.people["Dana Whitlock"]

    @property
    def priya(self) -> Actor:
        return self.people["Priya Raman"]

    @property
    def elena(self) -> Actor:
        return self.people["Elena Vasquez"]

    def rows(self, query: Any) -> list[Any]:
        with self.database.sync.connect() as connection:
            return list(connection.execute(query))


async def hold_sample(journal: Journal, database: Database, meeting_id: str, *, close: bool = True) -> Held:
    held = Held(journal, database, meeting_id)
    for row in held.rows(
        select(Person.id, Person.name, Participant.role)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.meeting_id == meeting_id)
    ):
        held.people[row.name] = Actor(row.id, meeting_id, row.role)
    sections = select(Document.section, Document.id).where(Document.meeting_id == meeting_id)
    held.documents = {row.section: row.id for row in held.rows(sections)}
    said = select(Comment.thread_id).where(Comment.meeting_id == meeting_id).order_by(Comment.number)
    held.threads = list(dict.fromkeys(row.thread_id for row in held.rows(said)))
    await set_phase(journal, held.dana, "live")
    for actor in held.people.values():
        await note_attendance(journal, held.dana, actor.person_id, how="in_person")
    for name, about in DECISIONS.items():
        await _decide(held, name, about)
    for thread_id, (section, outcome, name) in zip(held.threads, CAME_OF_IT, strict=True):
        if not name:
            await _write(held, section, "He vomited twice before reading aloud.")
        await dispose(
            journal,
            held.dana,
            thread_id,
            outcome,
            reason="Here is why." if outcome in {"declined", "adopted_in_part"} else "",
            document=held.documents[section] if not name else "",
            decision=held.decisions.get(name, ""),
        )
    owner = held.dana.person_id
    await add_follow_up(
        journal,
        held.dana,
        Promise("Review nine weeks of data", owner, "2096-05-12"),
        kind="task",
        decision_id=held.decisions["D1"],
    )
    for section in ("services", "goals", "special_factors", "parent_input", "extended_school_year"):
        await read_back_section(journal, held.priya, held.documents[section])
        await finalize_section(journal, held.priya, held.documents[section], override=WHY)
    if close:
        await set_phase(journal, held.dana, "closed", read_back=True)
    return held


async def hold_and_tell(state: Any, url: str) -> Held:
    """A meeting of the sample in this app, closed; its decisions told in one notice, and each reviewed once."""
    meeting = load_sample(state.database, url, None)
    held = await hold_sample(state.journal, state.database, meeting["id"])
    held.links = {person["name"]: person["sign_in_url"] for person in meeting["people"]}
    decisions = list(held.decisions.values())
    made = await compose_notice(held.journal, held.dana, decisions, safeguards="Rights.", contacts="Us.")
    await approve_notice(held.journal, held.priya, made, revision=1)
    for decision in decisions:
        await review_decision(held.journal, held.dana, decision, "on_course", "On its way.", "2027-05-12")
    return held


async def _decide(held: Held, name: str, about: dict[str, Any]) -> None:
    """Written into the draft, said by each in their own words, read back, settled."""
    journal, number = held.journal, int(name[1:])
    for section in about["sections"]:
        await _write(held, section, about["action"])
    items = held.rows(select(AgendaItem.id, AgendaItem.sections).where(AgendaItem.meeting_id == held.id))
    item = next((row.id for row in items if set(row.sections) & set(about["sections"])), None)
    thread = next((one for one, came in zip(held.threads, CAME_OF_IT, strict=True) if came[2] == name), None)
    words = Words(
        **{
            "outcome": "agreed",
            "options": OPTIONS,
            "basis": [{"text": "Fluency probes", "date": "2027-02-10"}],
            "other_factors": "Nothing else.",
            **about,
            "sections": [held.documents[section] for section in about["sections"]],
        }
    )
    made = await propose_decision(journal, held.dana, words, item_id=item, thread_id=thread)
    held.decisions[name] = made
    say = {1: AGREE_IN_PART, 2: DISAGREE}.get(number, AGREE)
    said = {1: DISSENT}.get(number, "")
    await record_position(journal, held.elena, made, say, words=said, lang="es")
    await record_position(journal, held.priya, made, AGREE)
    await read_back_decision(journal, held.dana, made, revision=1)
    rows = held.rows(select(Position.__table__).where(Position.decision_id == made))
    revision = held.rows(select(Decision.revision).where(Decision.id == made))[0][0]
    seen = seen_mark(revision, [row._asdict() for row in rows])
    await settle_decision(journal, held.dana, made, revision=revision, seen=seen)


async def _write(held: Held, section: str, words: str) -> None:
    """A paragraph more in a section, by somebody who may write there."""
    actor = held.elena if section == "parent_input" else held.dana
    doc = load(await held.journal.load_state(held.documents[section]))
    before = doc.get_state()
    root = doc.get("default", type=XmlFragment)
    insert_nodes(root, len(root.children), [paragraph(words)])
    writer = Writer(held.journal, held.documents[section], actor.person_id)
    writer.give(doc.get_update(before))
    await held.journal.settle()
    assert writer.done[-1].refusal is None, section
