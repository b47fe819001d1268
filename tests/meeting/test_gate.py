"""Every cell of the role matrix through the gate: inside a transaction, with the rules that the tables hold then.

What the cells say is written out in tests/domain/test_roles.py; here the gate is held against that matrix.
"""

import itertools
from typing import Any

import pytest
from sqlalchemy import insert, update

from server.domain.errors import Refused
from server.domain.roles import ACTIONS, PHASES, ROLES, why_not
from server.domain.sections import SECTION_STATES, edit_action
from server.journal.transaction import Transaction
from server.storage.tables import Document, Meeting, Person
from tests.support.desk import Desk, add_meeting


async def ask(desk: Desk, phase: str, paused: bool, question: Any) -> dict[Any, str | None]:
    """The answers of one transaction in which the meeting stands so; taken back in the end."""
    answers: dict[Any, str | None] = {}

    def act(transaction: Transaction) -> None:
        transaction.connection.execute(update(Meeting).values(phase=phase, editing_paused=paused))
        question(transaction, answers)
        raise LookupError("nothing of this is kept")

    with pytest.raises(LookupError):
        await desk.journal.act(act)
    return answers


def refusal(function: Any, *arguments: Any, **named: Any) -> str | None:
    try:
        function(*arguments, **named)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("phase", PHASES)
async def test_permit_says_what_the_matrix_says(desk: Desk, phase: str, paused: bool) -> None:
    cells = list(itertools.product(ROLES, ACTIONS, SECTION_STATES))

    def question(transaction: Transaction, answers: dict[Any, str | None]) -> None:
        for role, action, state in cells:
            answers[role, action, state] = refusal(
                transaction.permit, desk.meeting, desk.people[role], action, section_state=state
            )

    answers = await ask(desk, phase, paused, question)
    expected = {
        (role, action, state): why_not(role, action, phase, section_state=state, paused=paused)
        for role, action, state in cells
    }
    assert answers == expected


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("state", SECTION_STATES)
async def test_an_edit_is_held_against_the_section_as_it_stands(
    desk: Desk, phase: str, paused: bool, state: str
) -> None:
    def question(transaction: Transaction, answers: dict[Any, str | None]) -> None:
        transaction.connection.execute(update(Document).values(state=state))
        for role, section in itertools.product(ROLES, desk.documents):
            answers[role, section] = refusal(transaction.permit_edit, desk.documents[section], desk.people[role])

    answers = await ask(desk, phase, paused, question)
    assert answers == {
        (role, section): why_not(role, edit_action(section), phase, section_state=state, paused=paused)
        for role, section in itertools.product(ROLES, desk.documents)
    }


async def test_somebody_who_is_no_participant_may_nothing(desk: Desk) -> None:
    desk.run(insert(Person).values(id="p_stranger", name="A Stranger", locale="en"))

    def question(transaction: Transaction, answers: dict[Any, str | None]) -> None:
        for action in ACTIONS:
            answers[action] = refusal(transaction.permit, desk.meeting, "p_stranger", action)
        answers["edit"] = refusal(transaction.permit_edit, desk.documents["notes"], "p_stranger")

    assert set((await ask(desk, "live", False, question)).values()) == {"role"}


async def test_a_role_in_one_meeting_is_none_in_another(desk: Desk) -> None:
    here, people = desk.meeting, desk.people
    await add_meeting(desk)

    def question(transaction: Transaction, answers: dict[Any, str | None]) -> None:
        answers["there"] = refusal(transaction.permit, desk.meeting, people["case_manager"], "read")
        answers["here"] = refusal(transaction.permit, here, people["case_manager"], "read")

    assert await ask(desk, "live", False, question) == {"there": "role", "here": None}
