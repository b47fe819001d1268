"""A proposed wording becomes text: an edit with two names, on everybody's copy."""

import asyncio
from typing import Any

import pytest
from pycrdt import Doc, XmlFragment

from server.documents.anchors import Reading, read_anchor
from server.documents.schema import check_tree
from server.documents.tree import Node, Text, apply, insert_nodes, load, read_tree, text_of
from server.documents.update import read_update
from server.domain.roles import PHASES, ROLES, why_not
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts_of, update_of
from server.journal.reader import revisions
from server.meeting import adopt_proposal, dispose, set_editing_paused
from tests.support.commenting import a_thread, put, state_of, thread
from tests.support.desk import Desk, add_meeting, refused, share_all
from tests.support.finalizing import make_final


def text(desk: Desk, section: str = "notes") -> str:
    return text_of(read_tree(state_of(desk, section)))


async def test_the_wording_takes_the_place_of_the_words(prework: Desk) -> None:
    desk = prework
    await share_all(desk)
    await put(desk, "He reads for 30 minutes a day, with a friend.")
    opened = await a_thread(desk, "30 minutes", proposal="sixty minutes 😀")
    before = len(desk.entries())
    number = await adopt_proposal(desk.journal, desk.actor("team_staff"), opened, seen="30 minutes")
    assert "He reads for sixty minutes 😀 a day, with a friend." in text(desk)
    (entry,) = desk.entries()[before:]
    assert (entry.kind, entry.number, entry.document_id) == (kinds.ADOPTED, number, desk.documents["notes"])
    assert (entry.author_id, entry.author_role) == (desk.people["team_staff"], "team_staff")
    about = facts_of(entry.kind, entry.payload)
    assert about == {"thread": opened, "proposer": desk.people["parent"], "proposer_role": "parent"}
    row = thread(desk, opened)
    assert (row.disposition, row.adopted_number, row.disposed_by) == ("adopted", number, desk.people["team_staff"])
    assert check_tree(read_tree(state_of(desk))) is None
    # The comment goes along with the new words.
    found = Reading(state_of(desk)).find(read_anchor(row.anchor))
    assert found is not None
    assert found.words == "sixty minutes 😀"
    assert desk.faults() == []
    async with desk.database.session() as session:
        newest = (await revisions(session, desk.documents["notes"]))[0]
    assert (newest.kind, newest.author_id, newest.proposer) == (
        kinds.ADOPTED,
        desk.people["team_staff"],
        desk.people["parent"],
    )


async def write(desk: Desk, *nodes: Node, section: str = "notes") -> None:
    """Put blocks at a section's end."""
    doc: Doc[Any] = load(state_of(desk, section))
    root: Any = doc.get("default", type=XmlFragment)
    before = doc.get_state()
    insert_nodes(root, len(root.children), nodes)
    await append(desk, doc.get_update(before), section)


async def append(desk: Desk, data: bytes, section: str = "notes") -> None:
    author = Author(desk.people["case_manager"], "case_manager")

    def perform(transaction: Any) -> None:
        read = read_update(data)
        transaction.append(
            desk.meeting,
            kinds.EDIT,
            author,
            data,
            document_id=desk.documents[section],
            inserted=read.inserted,
            deleted=read.deleted,
        )

    await desk.journal.act(perform)


async def test_it_looks_as_the_words_did_and_leaves_the_rest(desk: Desk) -> None:
    bold: dict[str, Any] = {"bold": {}}
    await write(
        desk, Node("paragraph", {}, (Text("Reads "), Text("slowly ", bold), Text("now", {"italic": {}}), Text(".")))
    )
    opened = await a_thread(desk, "slowly now", proposal="at 82 words a minute")
    await adopt_proposal(desk.journal, desk.actor(), opened, seen="slowly now")
    last = read_tree(state_of(desk)).children[-1]
    assert isinstance(last, Node)
    assert last.children == (Text("Reads "), Text("at 82 words a minute", bold), Text("."))


async def test_a_wording_for_a_whole_section_is_added_at_its_end(desk: Desk) -> None:
    opened = await a_thread(desk, section="services", proposal="Reading, 60 minutes a day.\n\nOne to one.")
    before = read_tree(state_of(desk, "services")).children
    await adopt_proposal(desk.journal, desk.actor(), opened)
    after = read_tree(state_of(desk, "services"))
    assert after.children[:-2] == before
    assert [text_of(node) for node in after.children[-2:]] == ["Reading, 60 minutes a day.", "One to one."]
    assert check_tree(after) is None
    assert desk.faults() == []


async def test_what_goes_over_two_blocks_or_is_gone_or_changed_is_put_in_by_hand(desk: Desk) -> None:
    await write(desk, Node("paragraph", {}, (Text("Reads aloud"),)), Node("paragraph", {}, (Text("every day"),)))
    spread = await a_thread(desk, "aloud every day", proposal="in class")
    act = adopt_proposal(desk.journal, desk.actor(), spread, seen="aloud every day")
    assert await refused(desk, act) == "conflict: passage_spread"
    changed = await a_thread(desk, "Reads", proposal="Writes")
    act = adopt_proposal(desk.journal, desk.actor(), changed, seen="Reads a lot")
    assert await refused(desk, act) == "conflict: passage_changed"
    # Gone: the whole text is another.
    doc: Doc[Any] = load(state_of(desk))
    before = doc.get_state()
    root: Any = doc.get("default", type=XmlFragment)
    del root.children[0 : len(root.children)]
    insert_nodes(root, 0, [Node("paragraph", {}, (Text("All new"),))])
    data = doc.get_update(before)
    await append(desk, data)
    act = adopt_proposal(desk.journal, desk.actor(), changed, seen="Reads")
    assert await refused(desk, act) == "conflict: passage_gone"
    await dispose(desk.journal, desk.actor(), changed, "adopted_in_part", reason="Put in by hand.")
    assert thread(desk, changed).adopted_number is not None
    assert desk.faults() == []


async def test_no_wording_no_adoption_and_none_twice(desk: Desk) -> None:
    await put(desk, "He reads.")
    plain = await a_thread(desk, "reads")
    assert await refused(desk, adopt_proposal(desk.journal, desk.actor(), plain, seen="reads")) == "invalid: proposal"
    opened = await a_thread(desk, "reads", proposal="writes")
    acts = [adopt_proposal(desk.journal, desk.actor(role), opened, seen="reads") for role in ROLES[:3]]
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(str(one) for one in done if isinstance(one, Exception)) == ["conflict: disposition"] * 2
    assert text(desk).count("writes") == 1
    act = adopt_proposal(desk.journal, desk.actor(), "t_none", seen="reads")
    assert await refused(desk, act) == "not_found: thread"
    assert desk.faults() == []


async def test_it_is_an_edit_so_a_pause_and_a_seal_stop_it(desk: Desk) -> None:
    await put(desk, "He reads.")
    opened = await a_thread(desk, "reads", proposal="writes")
    await set_editing_paused(desk.journal, desk.actor(), True)
    act = adopt_proposal(desk.journal, desk.actor(), opened, seen="reads")
    assert await refused(desk, act) == "paused"
    await set_editing_paused(desk.journal, desk.actor(), False)
    await make_final(desk)
    act = adopt_proposal(desk.journal, desk.actor(), opened, seen="reads")
    assert await refused(desk, act) == "final"


@pytest.mark.parametrize("phase", PHASES)
async def test_who_adopts_may_edit_and_dispose(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    for role in ROLES:
        opened = await a_thread(desk, section="goals", proposal="One more goal.")
        act = adopt_proposal(desk.journal, desk.actor(role), opened)
        reason = why_not(role, "dispose_comment", phase) or why_not(role, "edit_section", phase)
        if reason is None:
            await act
        else:
            assert await refused(desk, act) == reason
    assert desk.faults() == []


async def test_the_family_adopts_into_its_own_words_and_staff_cannot(prework: Desk) -> None:
    desk = prework
    opened = await a_thread(desk, role="team_staff", section="parent_input", proposal="He loves science.")
    assert await refused(desk, adopt_proposal(desk.journal, desk.actor(), opened)) == "role"
    await adopt_proposal(desk.journal, desk.actor("parent"), opened)
    assert text(desk, "parent_input").endswith("He loves science.")
    assert desk.faults() == []


async def test_the_update_is_one_that_every_copy_can_take(desk: Desk) -> None:
    """Somebody types in the same paragraph meanwhile: both stay."""
    await put(desk, "He reads for 30 minutes a day.")
    opened = await a_thread(desk, "30 minutes", proposal="an hour")
    copy: Doc[Any] = load(state_of(desk))
    await adopt_proposal(desk.journal, desk.actor(), opened, seen="30 minutes")
    entry = desk.entries()[-1]
    root: Any = copy.get("default", type=XmlFragment)
    line = next(child.children[0] for child in root.children if "30 minutes" in str(child))
    line.insert(0, "Now: ")
    data = update_of(entry.kind, entry.payload)
    assert data is not None
    apply(copy, data)
    assert str(line) == "Now: He reads for an hour a day."
