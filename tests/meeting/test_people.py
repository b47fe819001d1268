"""Who is added, changed, removed or invited: one entry each, with its effect, and nobody else may."""

import hashlib
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.domain.roles import ROLES
from server.journal.kinds import ADDED, CHANGED, INVITED, REMOVED
from server.journal.payload import read_facts
from server.meeting import add_participant, change_participant, issue_invitation, load_actor, people, remove_participant
from server.storage.tables import Invitation, Participant, Person
from tests.support.desk import Desk, add_meeting, refused


def last(desk: Desk) -> tuple[str, dict[str, Any]]:
    entry = desk.entries()[-1]
    return entry.kind, read_facts(entry.payload)


def seat(desk: Desk, role: str) -> Any:
    """The participant's row of whoever had this role in the beginning."""
    query = select(Participant.__table__).where(
        Participant.person_id == desk.people[role], Participant.meeting_id == desk.meeting
    )
    return desk.rows(query)[0]


@pytest.fixture
def newcomer(desk: Desk) -> str:
    desk.run(insert(Person).values(id="p_new", name="Nora New", locale="en"))
    return "p_new"


async def test_somebody_is_added(desk: Desk, newcomer: str) -> None:
    count = len(desk.entries())
    made = await add_participant(
        desk.journal, desk.actor(), person_id=newcomer, role="team_staff", title="Nurse", given=["evaluation"]
    )
    (row,) = desk.rows(select(Participant.__table__).where(Participant.id == made))
    facts: dict[str, Any] = {"participant": made, "person": newcomer, "role": "team_staff", "title": "Nurse"}
    facts |= {"color": row.color, "seats": ["evaluation"]}
    assert last(desk) == (ADDED, facts)
    assert len(desk.entries()) == count + 1
    assert (row.role, row.title, row.seats, row.removed_at) == ("team_staff", "Nurse", ["evaluation"], None)
    assert 1 <= row.color <= 8
    again = add_participant(desk.journal, desk.actor(), person_id=newcomer, role="observer", title="")
    assert await refused(desk, again) == "conflict: person"
    actor = await load_actor(desk.database, newcomer, desk.meeting)
    assert actor is not None
    assert actor.role == "team_staff"
    assert desk.faults() == []


async def test_a_changed_role_counts_at_once(desk: Desk) -> None:
    row = seat(desk, "observer")
    await change_participant(desk.journal, desk.actor(), row.id, role="team_staff", title="Coach")
    facts = {"participant": row.id, "person": row.person_id, "role": "team_staff", "role_before": "observer"}
    assert last(desk) == (CHANGED, facts | {"title": "Coach", "seats": []})
    write = desk.writer(role="observer").write("Now I may.")
    await desk.journal.settle()
    assert write.entry is not None
    assert write.entry.author.role == "team_staff"
    assert desk.faults() == []


async def test_whoever_is_removed_may_nothing_more_and_their_links_are_void(desk: Desk) -> None:
    row = seat(desk, "parent")
    token = await issue_invitation(desk.journal, desk.actor(), person_id=row.person_id)
    await remove_participant(desk.journal, desk.actor(), row.id)
    assert last(desk) == (REMOVED, {"participant": row.id, "person": row.person_id, "role": "parent"})
    assert seat(desk, "parent").removed_at is not None
    digest = hashlib.sha256(token.encode()).hexdigest()
    (link,) = desk.rows(select(Invitation.revoked_at).where(Invitation.token_hash == digest))
    assert link.revoked_at is not None
    assert await load_actor(desk.database, row.person_id, desk.meeting) is None
    write = desk.writer("parent_input", "parent").write("Still here.")
    await desk.journal.settle()
    assert write.refusal == "role"
    assert await refused(desk, remove_participant(desk.journal, desk.actor(), row.id)) == "not_found: participant"
    invite = issue_invitation(desk.journal, desk.actor(), person_id=row.person_id)
    assert await refused(desk, invite) == "role"
    back = await add_participant(desk.journal, desk.actor(), person_id=row.person_id, role="observer", title="")
    assert back == row.id  # the seat they had
    assert desk.faults() == []


async def test_an_invitation_is_an_entry_without_the_token(desk: Desk) -> None:
    person = desk.people["parent"]
    first = await issue_invitation(desk.journal, desk.actor(), person_id=person)
    token = await issue_invitation(desk.journal, desk.actor(), person_id=person, lifetime=timedelta(days=1))
    kind, facts = last(desk)
    assert (kind, facts["person"], set(facts)) == (INVITED, person, {"person", "expires_at"})
    rows = {row.token_hash: row for row in desk.rows(select(Invitation.__table__))}
    assert len(rows) == 2
    assert rows[hashlib.sha256(first.encode()).hexdigest()].revoked_at is not None
    assert rows[hashlib.sha256(token.encode()).hexdigest()].revoked_at is None
    assert token not in str(desk.everything())
    assert desk.kinds().count(INVITED) == 2
    assert desk.faults() == []


async def test_the_last_case_manager_stays(desk: Desk, newcomer: str) -> None:
    only = seat(desk, "case_manager").id
    for act in (
        remove_participant(desk.journal, desk.actor(), only),
        change_participant(desk.journal, desk.actor(), only, role="team_staff", title=""),
    ):
        assert await refused(desk, act) == "conflict: role"
    await change_participant(desk.journal, desk.actor(), only, role="case_manager", title="Another title")
    await add_participant(desk.journal, desk.actor(), person_id=newcomer, role="case_manager", title="")
    await remove_participant(desk.journal, desk.actor(), only)
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES[1:])
async def test_only_the_case_manager_decides_who_takes_part(desk: Desk, newcomer: str, role: str) -> None:
    actor, other = desk.actor(role), seat(desk, "observer").id
    for act in (
        add_participant(desk.journal, actor, person_id=newcomer, role="parent", title=""),
        change_participant(desk.journal, actor, other, role="parent", title=""),
        change_participant(desk.journal, actor, seat(desk, role).id, role="case_manager", title=""),
        remove_participant(desk.journal, actor, other),
        issue_invitation(desk.journal, actor, person_id=desk.people["parent"]),
    ):
        assert await refused(desk, act) == "role"


async def test_what_is_no_role_no_title_and_nobody(desk: Desk, newcomer: str) -> None:
    journal, actor = desk.journal, desk.actor()
    wrong = add_participant(journal, actor, person_id=newcomer, role="king", title="")
    assert await refused(desk, wrong) == "invalid: role"
    wrong = add_participant(journal, actor, person_id=newcomer, role="parent", title="x" * 121)
    assert await refused(desk, wrong) == "invalid: title"
    wrong = add_participant(journal, actor, person_id="p_nobody", role="parent", title="")
    assert await refused(desk, wrong) == "not_found: person"


async def test_a_participant_of_another_meeting(desk: Desk) -> None:
    elsewhere = seat(desk, "observer").id
    await add_meeting(desk)
    for act in (
        remove_participant(desk.journal, desk.actor(), elsewhere),
        change_participant(desk.journal, desk.actor(), elsewhere, role="parent", title=""),
    ):
        assert await refused(desk, act) == "not_found: participant"


async def test_a_meeting_holds_so_many_people_with_those_who_left(
    desk: Desk, newcomer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_PEOPLE", len(ROLES))

    def add(person_id: str) -> Awaitable[str]:
        return add_participant(desk.journal, desk.actor(), person_id=person_id, role="team_staff", title="")

    assert await refused(desk, add(newcomer)) == "too_big: people"
    # Whoever was in it before has their row already.
    await remove_participant(desk.journal, desk.actor(), seat(desk, "parent").id)
    await add(desk.people["parent"])
    assert await refused(desk, add(newcomer)) == "too_big: people"
