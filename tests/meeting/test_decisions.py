"""Decisions: one entry an act; read back before they are settled; settled ones are superseded and never edited."""

import asyncio
import dataclasses
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.domain.roles import PHASES, ROLES, may
from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import decisions, set_phase
from server.meeting.agreement import agreement
from server.meeting.decisions import (
    change_decision,
    propose_decision,
    put_off_decision,
    read_back_decision,
    settle_decision,
)
from server.meeting.positions import record_position
from server.storage.tables import Attendance, Decision, Thread, new_id
from tests.support import deciding
from tests.support.deciding import decision, positions, propose, seen, settle, words
from tests.support.desk import Desk, add_meeting, open_desk, refused


def last(desk: Desk) -> tuple[str, dict[str, Any]]:
    entry = desk.entries()[-1]
    return entry.kind, read_facts(entry.payload)


async def test_a_decision_from_question_to_settled(desk: Desk) -> None:
    services, parent = desk.documents["services"], desk.people["parent"]
    told = words(
        question=" How much?\r\nAnd where? ",
        raised_by=parent,
        reasons="Last year's dose did not do.",
        other_factors="A group of two is there already.",
        options=[
            {"text": "30", "proposed_by": None, "considered": "tried", "chosen": False, "why": "not enough"},
            {"text": "45", "proposed_by": parent, "considered": "", "chosen": True, "why": ""},
        ],
        basis=[{"text": "Fluency probes", "date": "2027-02-10"}, {"text": "Evaluation", "date": None}],
        sections=[services],
        outcome="agreed",
    )
    before = len(desk.entries())
    made = await propose_decision(desk.journal, desk.actor(), told)
    row = decision(desk, made)
    assert (row.ordinal, row.revision, row.state, row.question) == (1, 1, "open", "How much?\nAnd where?")
    assert (row.raised_by, row.action, row.outcome) == (parent, deciding.ACTION, "agreed")
    assert [option["chosen"] for option in row.options] == [False, True]
    assert (row.sections, row.pins, row.created_by) == ([services], [], desk.people["case_manager"])
    await read_back_decision(desk.journal, desk.actor("lea_representative"), made, revision=1)
    assert decision(desk, made).read_back_revision == 1
    await settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made))
    assert [entry.kind for entry in desk.entries()[before:]] == [
        kinds.DECISION_PROPOSED,
        kinds.DECISION_READ_BACK,
        kinds.DECISION_SETTLED,
    ]
    row = decision(desk, made)
    assert (row.state, row.settled_by, row.superseded_by) == ("settled", desk.people["case_manager"], None)
    # The version that it speaks of, by number and hash.
    newest = [entry for entry in desk.entries() if entry.document_id == services][-1]
    assert row.pins == [
        {"document": services, "section": "services", "number": newest.number, "hash": newest.hash.hex()}
    ]
    assert await propose(desk) != made
    assert [one.ordinal for one in desk.rows(select(Decision.ordinal).order_by(Decision.ordinal))] == [1, 2]
    assert desk.faults() == []


async def test_a_pin_is_of_the_text_as_it_is_when_it_is_settled(desk: Desk) -> None:
    made = await propose(desk, sections=[desk.documents["services"]])
    await deciding.add_row(desk, service="Reading", minutes="225")
    await settle(desk, made)
    number = decision(desk, made).pins[0]["number"]
    assert desk.entries()[number - 1].kind == kinds.EDIT
    await deciding.add_row(desk, service="Writing", minutes="60")
    assert decision(desk, made).pins[0]["number"] == number


async def test_words_change_while_it_is_open_and_must_be_read_back_again(desk: Desk) -> None:
    made = await propose(desk)
    await read_back_decision(desk.journal, desk.actor(), made, revision=1)
    await change_decision(desk.journal, desk.actor("parent"), made, words(action="240 minutes"), revision=1)
    assert (decision(desk, made).revision, decision(desk, made).action) == (2, "240 minutes")
    assert last(desk)[0] == kinds.DECISION_CHANGED
    act = settle_decision(desk.journal, desk.actor(), made, revision=2, seen=seen(desk, made))
    assert await refused(desk, act) == "conflict: read_back"
    act = settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made))
    assert await refused(desk, act) == "conflict: revision"
    act = read_back_decision(desk.journal, desk.actor(), made, revision=1)
    assert await refused(desk, act) == "conflict: revision"
    act = change_decision(desk.journal, desk.actor("team_staff"), made, words(action="mine"), revision=1)
    assert await refused(desk, act) == "conflict: revision"
    await settle(desk, made)
    assert desk.faults() == []


async def test_reading_back_can_be_put_off(desk: Desk) -> None:
    made = await propose(desk)
    assert await refused(desk, put_off_decision(desk.journal, desk.actor(), made)) == "conflict: read_back"
    await read_back_decision(desk.journal, desk.actor(), made, revision=1)
    await put_off_decision(desk.journal, desk.actor(), made)
    assert (decision(desk, made).read_back_revision, decision(desk, made).read_back_at) == (None, None)
    act = settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made))
    assert await refused(desk, act) == "conflict: read_back"
    assert desk.faults() == []


async def test_an_objection_in_between_stops_the_settling(desk: Desk) -> None:
    made = await propose(desk, read_back=True)
    mark = seen(desk, made)
    await record_position(desk.journal, desk.actor("parent"), made, "disagree", words="No tan rápido.", lang="es")
    act = settle_decision(desk.journal, desk.actor(), made, revision=1, seen=mark)
    assert await refused(desk, act) == "conflict: positions"
    await settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made))
    assert decision(desk, made).state == "settled"
    assert desk.faults() == []


async def test_the_simple_case_is_two_entries(desk: Desk) -> None:
    before = len(desk.entries())
    made = await propose(desk, question="", read_back=True)
    await settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made))
    assert [entry.kind for entry in desk.entries()[before:]] == [kinds.DECISION_PROPOSED, kinds.DECISION_SETTLED]
    noted = positions(desk, made)
    assert set(noted) == {"case_manager", "lea_representative", "team_staff", "parent", "student"}
    assert {row.position for row in noted.values()} == {"agree"}
    assert {row.noted_by for row in noted.values()} == {desk.people["case_manager"]}
    assert desk.faults() == []


async def test_who_is_noted_as_agreeing_is_there(desk: Desk) -> None:
    stay = dict.fromkeys(("how", "source"), "online") | {"meeting_id": desk.meeting, "noted_by": desk.people["parent"]}
    arrived = desk.row().started_at
    rows = [
        {"id": new_id("a"), "person_id": desk.people[role], "arrived_at": arrived, "left_at": left, **stay}
        for role, left in (("case_manager", None), ("parent", None), ("team_staff", arrived), ("advocate", None))
    ]
    desk.run(*(insert(Attendance).values(row) for row in rows))
    made = await propose(desk, read_back=True)
    assert set(positions(desk, made)) == {"case_manager", "parent"}
    absent = [desk.people["team_staff"], desk.people["student"]]
    await settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen(desk, made), absent=absent)
    noted = {role: row.position for role, row in positions(desk, made).items()}
    assert noted == {"case_manager": "agree", "parent": "agree", "team_staff": "not_present", "student": "not_present"}
    assert last(desk)[0] == kinds.DECISION_SETTLED


async def test_who_may_be_noted_as_absent(desk: Desk) -> None:
    made = await propose(desk)
    await record_position(desk.journal, desk.actor("parent"), made, "agree")
    await read_back_decision(desk.journal, desk.actor(), made, revision=1)
    for role, why in [
        ("parent", "conflict: positions"),
        ("advocate", "invalid: absent"),
        ("case_manager", "invalid: absent"),
    ]:
        mark = seen(desk, made)
        act = settle_decision(desk.journal, desk.actor(), made, revision=1, seen=mark, absent=[desk.people[role]])
        assert await refused(desk, act) == why


async def test_a_settled_decision_is_superseded_and_both_say_so(desk: Desk) -> None:
    old = await propose(desk)
    assert await refused(desk, propose(desk, supersedes=old)) == "conflict: supersedes"
    await settle(desk, old)
    before = decision(desk, old)
    for act in (
        change_decision(desk.journal, desk.actor(), old, words(), revision=1),
        read_back_decision(desk.journal, desk.actor(), old, revision=1),
        put_off_decision(desk.journal, desk.actor(), old),
        settle_decision(desk.journal, desk.actor(), old, revision=1, seen=seen(desk, old)),
        record_position(desk.journal, desk.actor("parent"), old, "disagree"),
    ):
        assert await refused(desk, act) == "conflict: state"
    new = await propose(desk, action="240 minutes", supersedes=old)
    rival = await propose(desk, action="260 minutes", supersedes=old)
    assert decision(desk, old) == before  # not before the new one is settled
    await settle(desk, new)
    after = decision(desk, old)
    assert (after.state, after.superseded_by) == ("superseded", new)
    assert decision(desk, new).supersedes == old
    same = {"state", "superseded_by"}
    assert {k: v for k, v in after._asdict().items() if k not in same} == {
        k: v for k, v in before._asdict().items() if k not in same
    }
    await read_back_decision(desk.journal, desk.actor(), rival, revision=1)
    act = settle_decision(desk.journal, desk.actor(), rival, revision=1, seen=seen(desk, rival))
    assert await refused(desk, act) == "conflict: supersedes"
    assert await refused(desk, propose(desk, supersedes=old)) == "conflict: supersedes"
    assert desk.faults() == []


async def test_of_another_meeting_nothing_is_found(desk: Desk) -> None:
    theirs = await propose(desk)
    their_section, their_person = desk.documents["goals"], desk.people["parent"]
    await add_meeting(desk)
    for act in (
        change_decision(desk.journal, desk.actor(), theirs, words(), revision=1),
        read_back_decision(desk.journal, desk.actor(), theirs, revision=1),
        put_off_decision(desk.journal, desk.actor(), theirs),
        settle_decision(desk.journal, desk.actor(), theirs, revision=1, seen=""),
        record_position(desk.journal, desk.actor(), theirs, "agree"),
    ):
        assert await refused(desk, act) == "not_found"
    strange: list[tuple[dict[str, Any], str]] = [
        ({"sections": [their_section]}, "sections"),
        ({"raised_by": their_person}, "raised_by"),
        ({"supersedes": theirs}, "supersedes"),
        ({"thread_id": "t_none"}, "thread"),
        ({"item_id": "i_none"}, "item"),
    ]
    for about, field in strange:
        assert await refused(desk, propose(desk, **about)) == f"not_found: {field}"


async def test_a_decision_keeps_the_comment_that_it_answers(desk: Desk) -> None:
    thread = {
        "id": "t_1",
        "meeting_id": desk.meeting,
        "target": "section",
        "document_id": desk.documents["services"],
        "state": "open",
        "reason": "",
        "created_by": desk.people["parent"],
        "created_role": "parent",
        "created_at": desk.row().created_at,
    }
    desk.run(insert(Thread).values(thread))
    assert decision(desk, await propose(desk, thread_id="t_1")).thread_id == "t_1"


@pytest.mark.parametrize("phase", PHASES)
async def test_each_may_what_the_matrix_says(desk: Desk, phase: str) -> None:
    made = await propose(desk, outcome=None)
    ready = await propose(desk)
    await read_back_decision(desk.journal, desk.actor(), ready, revision=1)
    if phase == "prework":
        await add_meeting(desk, phase=phase)
    elif phase == "closed":
        await set_phase(desk.journal, desk.actor(), phase)
    for role in ROLES:
        actor = desk.actor(role)
        if phase == "prework":
            if not may(role, "propose_decision", phase):
                reason = await refused(desk, propose_decision(desk.journal, actor, words(outcome=None)))
                assert reason in {"role", "phase"}
                continue
            own = await propose_decision(desk.journal, actor, words(outcome=None))
            # Before the meeting nothing is decided, by nobody.
            assert await refused(desk, propose_decision(desk.journal, actor, words())) in {"role", "phase"}
            assert await refused(desk, read_back_decision(desk.journal, actor, own, revision=1)) in {"role", "phase"}
            continue
        acts = {
            "propose_decision": lambda actor=actor: propose_decision(desk.journal, actor, words(outcome=None)),
            "settle_decision": lambda actor=actor: propose_decision(desk.journal, actor, words()),
        }
        for action, act in acts.items():
            if may(role, action, phase):
                await act()
            else:
                assert await refused(desk, act()) in {"role", "closed"}
        if not may(role, "settle_decision", phase):
            for settling in (
                read_back_decision(desk.journal, actor, made, revision=1),
                put_off_decision(desk.journal, actor, ready),
                settle_decision(desk.journal, actor, ready, revision=1, seen=seen(desk, ready)),
            ):
                assert await refused(desk, settling) in {"role", "closed"}
    assert desk.faults() == []


async def test_others_words_change_without_the_outcome_that_a_lead_gave(desk: Desk) -> None:
    made = await propose(desk)
    parent = desk.actor("parent")
    act = change_decision(desk.journal, parent, made, words(outcome="refused"), revision=1)
    assert await refused(desk, act) == "role"
    await change_decision(desk.journal, parent, made, words(reasons="Because."), revision=1)
    assert (decision(desk, made).outcome, decision(desk, made).reasons) == ("agreed", "Because.")


async def test_the_draft_is_held_against_the_numbers_of_settled_decisions(desk: Desk) -> None:
    services = desk.documents["services"]
    await deciding.add_row(desk, service="Reading", minutes="5 x 45 min (225)", start="March 8, 2027")
    numbers = [
        {"document": services, "block": "service", "label": "Reading", "field": "minutes", "value": "225"},
        {"document": services, "block": "service", "label": "Reading", "field": "start", "value": "2027-03-08"},
    ]

    def contradictions(*document: str) -> list[tuple[int, str, str | None]]:
        with desk.database.sync.connect() as connection:
            found = agreement(connection, desk.meeting, *document)
        return [(one.ordinal, one.difference.field, one.difference.now) for one in found]

    made = await propose(desk, numbers=numbers)
    assert decision(desk, made).sections == [services]  # whose numbers it sets it speaks of
    await deciding.set_field(desk, "minutes", "150")
    assert contradictions() == []  # nothing is settled yet
    await settle(desk, made)
    assert contradictions() == [(1, "minutes", "150")]
    assert contradictions(services) == [(1, "minutes", "150")]
    assert contradictions(desk.documents["goals"]) == []
    await deciding.set_field(desk, "minutes", "225 minutes a week")
    assert contradictions() == []
    await deciding.set_field(desk, "start", "March 15, 2027")
    assert contradictions() == [(1, "start", "March 15, 2027")]
    await deciding.set_field(desk, "service", "Writing")
    assert contradictions() == [(1, "minutes", None), (1, "start", None)]  # no row has that name any more
    await deciding.set_field(desk, "service", " reading")
    await deciding.set_field(desk, "start", "3/8/2027")
    assert contradictions() == []
    await deciding.remove_rows(desk)
    assert contradictions() == [(1, "minutes", None), (1, "start", None)]  # the row is gone
    refusal = await propose(desk, outcome="refused", numbers=[numbers[0] | {"value": "300"}], supersedes=made)
    await settle(desk, refusal)
    assert contradictions() == []  # superseded, and a refusal sets nothing


async def test_the_words_hold_no_count(desk: Desk) -> None:
    made = await propose(desk, read_back=True)
    columns = set(decision(desk, made)._asdict()) | set(positions(desk, made)["parent"]._asdict())
    assert not columns & {"votes", "tally", "count", "percent"}
    assert {field.name for field in dataclasses.fields(words())} <= columns


async def test_of_two_who_settle_at_once_one_does(desk: Desk) -> None:
    made = await propose(desk, read_back=True)
    mark = seen(desk, made)
    acts = (
        settle_decision(desk.journal, desk.actor(role), made, revision=1, seen=mark)
        for role in ("case_manager", "lea_representative")
    )
    outcomes = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(str(outcome) for outcome in outcomes) == ["None", "conflict: state"]
    assert desk.kinds().count(kinds.DECISION_SETTLED) == 1
    assert desk.faults() == []


async def test_on_postgresql_the_journal_tells_the_same(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk:
        services = desk.documents["services"]
        await deciding.add_row(desk, service="Reading", minutes="150")
        number = {"document": services, "block": "service", "label": "Reading", "field": "minutes", "value": "225"}
        option = {"text": "45", "proposed_by": desk.people["parent"], "considered": "", "chosen": True, "why": "¿Sí?"}
        old = await propose(desk, options=[option], numbers=[number], read_back=True)
        await record_position(desk.journal, desk.actor("parent"), old, "disagree", words="Más.", lang="es")
        await settle_decision(desk.journal, desk.actor(), old, revision=1, seen=seen(desk, old))
        with desk.database.sync.connect() as connection:
            assert [one.difference.now for one in agreement(connection, desk.meeting)] == ["150"]
        new = await propose(desk, supersedes=old)
        await change_decision(desk.journal, desk.actor("student"), new, words(action="240"), revision=1)
        await settle(desk, new)
        assert (decision(desk, old).superseded_by, decision(desk, new).state) == (new, "settled")
        assert desk.faults() == []


async def test_a_meeting_holds_so_many_decisions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_DECISIONS", 1)
    await propose(desk)
    assert await refused(desk, propose(desk)) == "too_big: decisions"
