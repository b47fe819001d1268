"""Excusals and attempts to reach the parents: who may, what the entry keeps, and what the checks make of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.domain.readiness import evaluate
from server.domain.roles import LEA_REPRESENTATIVE, PARENT, TEAM_STAFF
from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import (
    ItemPlan,
    add_item,
    agree_to_excusal,
    change_participant,
    give_input,
    note_agreement,
    note_attendance,
    note_contact,
    propose_excusal,
    remove_contact,
    revoke_excusal,
    set_phase,
)
from server.meeting.readiness import gather
from server.storage.tables import Excusal, Participant, Student, now
from tests.support.desk import Desk, refused

LONG_AGO = datetime(2026, 1, 5, 15, tzinfo=UTC)


async def asked(desk: Desk, kind: str = "excused", **part: Any) -> str:
    return await propose_excusal(desk.journal, desk.actor(), desk.people[TEAM_STAFF], kind, **part)


def row(desk: Desk, excusal: str) -> Excusal:
    return desk.rows(select(Excusal.__table__).where(Excusal.id == excusal))[0]


async def complete(desk: Desk, excusal: str) -> None:
    await agree_to_excusal(desk.journal, desk.actor(PARENT), excusal, statement="I understand and agree.")
    await agree_to_excusal(desk.journal, desk.actor(LEA_REPRESENTATIVE), excusal, statement="The district agrees.")
    if row(desk, excusal).kind == "excused":
        await give_input(desk.journal, desk.actor(TEAM_STAFF), excusal, "His writing is slow; keyboarding helps.")


def codes(desk: Desk, rule: str, section: str = "goals") -> list[str]:
    with desk.database.sync.connect() as connection:
        found = evaluate(gather(connection, desk.documents[section]))
    return [one.code for one in found.findings if one.rule == rule]


async def sit(desk: Desk) -> None:
    """The regular teacher's seat is the staff member's; everybody else's is filled, and the others are here."""
    seats = {
        row.person_id: row.id
        for row in desk.rows(select(Participant.__table__).where(Participant.meeting_id == desk.meeting))
    }
    given = {TEAM_STAFF: ["regular_teacher"], "case_manager": ["special_teacher", "evaluation"]}
    for role, seat in given.items():
        await change_participant(desk.journal, desk.actor(), seats[desk.people[role]], role=role, title="", given=seat)


async def test_a_parent_agrees_by_herself_to_words_that_are_kept(prework: Desk) -> None:
    desk = prework
    excusal = await asked(desk, sections=["services"])
    await agree_to_excusal(desk.journal, desk.actor(PARENT), excusal, statement="I understand and agree.")
    about = read_facts(desk.entries()[-1].payload)
    assert (about["side"], about["how"], about["statement"]) == ("parent", "page", "I understand and agree.")
    stands = row(desk, excusal)
    assert (stands.parent_by, stands.parent_noted_by, stands.lea_at) == (desk.people[PARENT], None, None)
    assert stands.parent_at is not None
    again = agree_to_excusal(desk.journal, desk.actor(PARENT), excusal, statement="I agree.")
    assert await refused(desk, again) == "conflict: agreed"
    for role in (TEAM_STAFF, "case_manager", "student", "advocate"):
        act = agree_to_excusal(desk.journal, desk.actor(role), excusal, statement="I agree.")
        assert await refused(desk, act) == "role"
    assert desk.faults() == []


async def test_a_student_whose_rights_they_are_agrees_and_takes_back(prework: Desk) -> None:
    desk = prework
    excusal = await asked(desk)
    desk.run(update(Student).values(birth_date="2000-01-01"))
    await agree_to_excusal(desk.journal, desk.actor("student"), excusal, statement="I agree.")
    assert row(desk, excusal).parent_by == desk.people["student"]
    await revoke_excusal(desk.journal, desk.actor("student"), excusal)
    on_paper = await asked(desk)
    student = desk.people["student"]
    await note_agreement(desk.journal, desk.actor(), on_paper, student, signed_at=LONG_AGO)
    assert row(desk, on_paper).parent_by == student
    desk.run(update(Student).values(birth_date="2020-01-01"))
    assert await refused(desk, revoke_excusal(desk.journal, desk.actor("student"), on_paper)) == "role"
    assert desk.faults() == []


async def test_paper_is_noted_with_its_own_date_and_by_whom(prework: Desk) -> None:
    desk = prework
    excusal = await asked(desk)
    parent = desk.people[PARENT]
    for moment in (None, now() + timedelta(days=1)):
        act = note_agreement(desk.journal, desk.actor(), excusal, parent, signed_at=moment)
        assert await refused(desk, act) == "invalid: signed_at"
    other = note_agreement(desk.journal, desk.actor(), excusal, desk.people["student"], signed_at=LONG_AGO)
    assert await refused(desk, other) == "invalid: person"
    await note_agreement(desk.journal, desk.actor(), excusal, parent, signed_at=LONG_AGO)
    stands = row(desk, excusal)
    assert (stands.parent_at, stands.parent_by, stands.parent_noted_by) == (
        LONG_AGO,
        parent,
        desk.people["case_manager"],
    )


async def test_input_is_the_members_or_noted_with_a_date(prework: Desk) -> None:
    desk = prework
    excusal = await asked(desk)
    assert await refused(desk, give_input(desk.journal, desk.actor(), excusal, "Mine?")) == "invalid: given_at"
    other = give_input(desk.journal, desk.actor(TEAM_STAFF), excusal, "Mine", given_at=LONG_AGO)
    assert await refused(desk, other) == "role"
    await give_input(desk.journal, desk.actor(), excusal, "A letter, sent home.", given_at=LONG_AGO)
    assert row(desk, excusal).input_noted_by == desk.people["case_manager"]
    await give_input(desk.journal, desk.actor(TEAM_STAFF), excusal, "In my own words.")
    assert (row(desk, excusal).input, row(desk, excusal).input_noted_by) == ("In my own words.", None)
    plain = await asked(desk, "not_needed")
    assert await refused(desk, give_input(desk.journal, desk.actor(TEAM_STAFF), plain, "x")) == "conflict: kind"


@pytest.mark.parametrize(
    ("person", "kind", "part", "said"),
    [
        (PARENT, "excused", {}, "invalid: person"),
        (TEAM_STAFF, "absent", {}, "invalid: kind"),
        (TEAM_STAFF, "excused", {"sections": ["gaols"]}, "invalid: sections"),
        (TEAM_STAFF, "excused", {"items": ["i_none"]}, "not_found: item"),
    ],
)
async def test_what_cannot_be_asked(prework: Desk, person: str, kind: str, part: dict[str, Any], said: str) -> None:
    act = propose_excusal(prework.journal, prework.actor(), prework.people[person], kind, **part)
    assert await refused(prework, act) == said


async def test_what_adds_nothing_is_not_asked_again(prework: Desk) -> None:
    desk = prework
    reading = await add_item(desk.journal, desk.actor(), ItemPlan("Reading", 5, sections=("goals",)))
    welcome = await add_item(desk.journal, desk.actor(), ItemPlan("Welcome", 5))
    first = await asked(desk, sections=["present_levels", "goals"])
    await agree_to_excusal(desk.journal, desk.actor(PARENT), first, statement="I understand and agree.")
    covered: list[dict[str, Any]] = [{"sections": ["goals"]}, {"items": [reading]}]
    for part in (*covered, {"sections": ["present_levels"], "items": [reading]}):
        assert await refused(desk, asked(desk, **part)) == "conflict: person"
    await asked(desk, "not_needed", sections=["goals"])
    await asked(desk, sections=["goals", "services"])
    assert await refused(desk, asked(desk, sections=["present_levels", "services"])) == "conflict: person"
    await asked(desk, items=[welcome])
    await asked(desk)
    for part in (*covered, {"sections": ["placement"]}, {"items": [welcome]}, {}):
        assert await refused(desk, asked(desk, **part)) == "conflict: person"


async def test_the_same_is_not_asked_twice_and_what_is_taken_back_is_over(prework: Desk) -> None:
    desk = prework
    excusal = await asked(desk)
    assert await refused(desk, asked(desk)) == "conflict: person"
    await revoke_excusal(desk.journal, desk.actor(PARENT), excusal, reason=" I want her there. ")
    assert row(desk, excusal).revoked_reason == "I want her there."
    assert await refused(desk, complete(desk, excusal)) == "conflict: revoked"
    await asked(desk)
    assert desk.faults() == []


async def test_the_check_of_members_takes_complete_excusals_into_account(prework: Desk) -> None:
    desk = prework
    await sit(desk)
    excusal = await asked(desk, sections=["goals"])
    await complete(desk, excusal)
    await set_phase(desk.journal, desk.actor(), "live")
    for role in ("case_manager", LEA_REPRESENTATIVE, PARENT):
        await note_attendance(desk.journal, desk.actor(), desk.people[role], how="in_person")
    assert codes(desk, "C02") == []
    assert codes(desk, "C02", "services") == ["member_absent"]
    await revoke_excusal(desk.journal, desk.actor(PARENT), excusal)
    assert codes(desk, "C02") == ["member_absent"]
    # Agreed at the table: too late for what is required before the meeting.
    await complete(desk, await asked(desk))
    assert codes(desk, "C02") == ["excusal_incomplete"]


async def test_an_area_that_was_not_to_be_discussed_is_told_of_when_it_becomes_final(prework: Desk) -> None:
    desk = prework
    await sit(desk)
    await complete(desk, await asked(desk, "not_needed"))
    await set_phase(desk.journal, desk.actor(), "live")
    for role in ("case_manager", LEA_REPRESENTATIVE, PARENT):
        await note_attendance(desk.journal, desk.actor(), desk.people[role], how="in_person")
    assert codes(desk, "C02") == ["member_not_needed"]


async def test_without_a_parent_the_log_of_attempts_counts(prework: Desk) -> None:
    desk = prework
    dana = desk.actor()
    first = await note_contact(
        desk.journal, dana, channel="phone", result="no_answer", at=LONG_AGO, person_id=desk.people[PARENT],
        language="Spanish", note="Rang twice", next_step="A letter",
    )  # fmt: skip
    await set_phase(desk.journal, dana, "live")
    assert codes(desk, "C03") == ["parent_absent_tried"]
    await remove_contact(desk.journal, dana, first)
    assert codes(desk, "C03") == ["parent_absent"]
    # What is tried while the meeting is on does not count for it.
    await note_contact(desk.journal, dana, channel="phone", result="no_answer", at=now())
    assert codes(desk, "C03") == ["parent_absent"]
    assert [entry.kind for entry in desk.entries()[-2:]] == [kinds.CONTACT_REMOVED, kinds.CONTACT_NOTED]
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"channel": "pigeon"}, "invalid: channel"),
        ({"result": "maybe"}, "invalid: result"),
        ({"at": None}, "invalid: at"),
        ({"at": datetime(2090, 1, 1, tzinfo=UTC)}, "invalid: at"),
        ({"person_id": "p_none"}, "not_found: person"),
        ({"language": "x" * 61}, "invalid: language"),
    ],
)
async def test_what_the_log_does_not_take(prework: Desk, changes: dict[str, object], said: str) -> None:
    good = {"channel": "phone", "result": "no_answer", "at": LONG_AGO}
    act = note_contact(prework.journal, prework.actor(), **{**good, **changes})  # type: ignore[arg-type]
    assert await refused(prework, act) == said
