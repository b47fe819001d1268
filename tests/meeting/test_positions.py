"""Positions: a member's own words, until the decision is settled, and nobody else's hand over them."""

import pytest

from server.domain.roles import ROLES, may
from server.journal.kinds import POSITION
from server.journal.payload import read_facts
from server.meeting.positions import note_position, record_position
from tests.support.deciding import decision, positions, propose
from tests.support.desk import Desk, refused


async def test_own_words_and_changed_until_settled(desk: Desk) -> None:
    made = await propose(desk)
    parent = desk.actor("parent")
    await record_position(desk.journal, parent, made, "agree")
    await record_position(
        desk.journal, parent, made, "agree_in_part", words=" Acepto 45 minutos.\r\nPara empezar. ", lang="es"
    )
    row = positions(desk, made)["parent"]
    assert (row.position, row.words, row.lang) == ("agree_in_part", "Acepto 45 minutos.\nPara empezar.", "es")
    assert (row.noted_by, row.meeting_id) == (row.person_id, desk.meeting)
    assert desk.kinds().count(POSITION) == 2
    entry = desk.entries()[-1]
    assert (entry.author_id, read_facts(entry.payload)["person"]) == (row.person_id, row.person_id)
    assert decision(desk, made).revision == 1  # the decision's own words are as they were
    assert desk.faults() == []


async def test_somebody_who_leads_notes_what_a_member_said(desk: Desk) -> None:
    made = await propose(desk)
    student = desk.people["student"]
    lead = desk.actor("lea_representative")
    await note_position(desk.journal, lead, made, student, "disagree", words="I want science.")
    row = positions(desk, made)["student"]
    assert (row.position, row.words, row.noted_by) == ("disagree", "I want science.", lead.person_id)
    await note_position(desk.journal, desk.actor(), made, student, "not_present")
    await record_position(desk.journal, desk.actor("student"), made, "agree", words="Now I do.")
    act = note_position(desk.journal, lead, made, student, "disagree")
    assert await refused(desk, act) == "conflict: positions"
    assert positions(desk, made)["student"].words == "Now I do."
    assert desk.faults() == []


@pytest.mark.parametrize("position", ["not_present", "abstain", ""])
async def test_what_is_no_position_of_ones_own(desk: Desk, position: str) -> None:
    made = await propose(desk)
    act = record_position(desk.journal, desk.actor("parent"), made, position)
    assert await refused(desk, act) == "invalid: position"


async def test_what_cannot_be_noted(desk: Desk) -> None:
    made = await propose(desk)
    lead = desk.actor()
    for person, position, why in [
        (desk.people["advocate"], "agree", "invalid: person"),
        (lead.person_id, "agree", "invalid: person"),
        ("p_nobody", "agree", "not_found: person"),
        (desk.people["parent"], "abstain", "invalid: position"),
    ]:
        assert await refused(desk, note_position(desk.journal, lead, made, person, position)) == why
    parent = desk.people["parent"]
    long = note_position(desk.journal, lead, made, parent, "agree", words="x" * 2001)
    assert await refused(desk, long) == "invalid: words"
    act = record_position(desk.journal, desk.actor("parent"), made, "agree", lang="xx")
    assert await refused(desk, act) == "invalid: lang"


async def test_each_member_for_themselves_and_those_who_lead_for_others(desk: Desk) -> None:
    made = await propose(desk)
    for role in ROLES:
        own = record_position(desk.journal, desk.actor(role), made, "agree")
        if may(role, "record_position", "live"):
            await own
        else:
            assert await refused(desk, own) == "role"
    other = await propose(desk)
    for role in ROLES:
        person = desk.people["student" if role != "student" else "parent"]
        noting = note_position(desk.journal, desk.actor(role), other, person, "agree")
        if may(role, "settle_decision", "live"):
            await noting
        else:
            assert await refused(desk, noting) == "role"


async def test_before_the_meeting_members_may_say_what_they_think(prework: Desk) -> None:
    made = await propose(prework, outcome=None)
    await record_position(prework.journal, prework.actor("parent"), made, "no_position", words="I need time.")
    act = note_position(prework.journal, prework.actor(), made, prework.people["student"], "agree")
    assert await refused(prework, act) == "phase"
    assert prework.faults() == []
