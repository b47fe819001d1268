"""Edits against a finalization, and one node against another: the database makes one order of everything."""

import asyncio
import random

from sqlalchemy import select

from server.domain.errors import Refused
from server.journal.writer import Journal
from server.meeting import discuss_section
from server.storage.tables import Document
from tests.support.desk import Desk, Writer, add_meeting, another_node, held, open_desk, waiting_for_locks
from tests.support.finalizing import make_final
from tests.support.wait import soon


async def type_until_told(writer: Writer, told: asyncio.Event) -> None:
    while not told.is_set():
        writer.write("word ")
        await asyncio.sleep(random.uniform(0, 0.1))  # as fingers do


async def finalize_while(desk: Desk, writers: list[Writer], finalizer: Journal, section: str) -> None:
    """Everybody types, and in the midst of it the section is made final."""
    told = asyncio.Event()
    typing = [asyncio.create_task(type_until_told(writer, told)) for writer in writers]
    await asyncio.sleep(random.uniform(0.02, 0.1))
    await make_final(desk, section, journal=finalizer)
    await asyncio.sleep(random.uniform(0.02, 0.05))
    told.set()
    await asyncio.gather(*typing)
    for journal in {writer.journal for writer in writers}:
        await journal.settle()


def check_final(desk: Desk, notes: str) -> None:
    section = [entry for entry in desk.entries() if entry.document_id == notes]
    (final,) = (entry.number for entry in section if entry.kind == "section.state")
    assert [entry for entry in section if entry.kind == "edit" and entry.number > final] == []
    assert any(entry.kind == "edit" for entry in section)
    assert desk.faults() == []


def check_answers(writers: list[Writer], final: str) -> None:
    """Everything typed was answered, and what was refused was refused for that reason."""
    for writer in writers:
        assert writer.idle
        for write in writer.done:
            assert (write.entry is None) is (write.refusal is not None)
            assert write.refusal in (None, final)


async def test_no_edit_comes_after_a_finalization(desk: Desk) -> None:
    notes = desk.documents["notes"]
    writers = [desk.writer(role=role) for role in ("team_staff", "parent", "student")]
    await finalize_while(desk, [*writers, desk.writer("goals")], desk.journal, "notes")
    check_final(desk, notes)
    check_answers(writers, "final")


async def test_no_edit_of_another_node_comes_after_a_finalization(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk, another_node(postgres_url) as node:
        for section in ("notes", "goals", "services"):
            document = desk.documents[section]
            writers = [
                desk.writer(section, role, journal)
                for role in ("team_staff", "parent")
                for journal in (node, desk.journal)
            ]
            await finalize_while(desk, writers, random.choice((node, desk.journal)), section)
            check_final(desk, document)
            check_answers(writers, "final")


async def test_concurrent_acts_come_one_after_another(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk, another_node(postgres_url) as node:
        notes = desk.documents["notes"]
        answers = await asyncio.gather(
            *(
                discuss_section(journal, desk.actor(), notes, discussing=True)
                for journal in (desk.journal, node)
                for _ in range(2)
            ),
            return_exceptions=True,
        )
        assert answers.count(None) == 1
        assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["conflict"] * 3
        assert desk.kinds().count("section.state") == 1
        assert desk.faults() == []


async def test_two_nodes_do_not_wait_for_each_other_in_a_ring(postgres_url: str) -> None:
    """One node's batch has the meetings in this order, the other's in that, and both wait at the one in the middle."""
    async with open_desk(postgres_url) as desk, another_node(postgres_url) as node:
        here, there = [desk.writer()], [desk.writer(journal=node)]
        for _ in range(2):
            await add_meeting(desk)
            here.append(desk.writer())
            there.append(desk.writer(journal=node))
        stuck: list[bool] = []
        for journal in (desk.journal, node):
            journal.stuck.append(stuck.append)
        middle = desk.rows(select(Document.meeting_id).where(Document.id == here[1].document_id))[0].meeting_id
        for _ in range(3):
            with held(desk, middle):
                for one, other in zip(here, reversed(there), strict=True):
                    one.write("word ")
                    other.write("word ")
                await soon(lambda: waiting_for_locks(desk) == 2, "both nodes to wait")
            await asyncio.gather(desk.journal.settle(), node.settle())
        assert stuck == []
        assert all(write.entry is not None for writer in [*here, *there] for write in writer.done)
        assert desk.faults() == []
