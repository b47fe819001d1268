"""What a decision's words must be: what is not taken, and what is not whole enough to be read back."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.meeting.decisions import change_decision, read_back_decision
from tests.support.deciding import decision, propose, settle, words
from tests.support.desk import Desk, refused

NOBODY = "p_nobody"


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"outcome": None}, "invalid: outcome"),
        ({"action": ""}, "invalid: action"),
        ({"outcome": "deferred"}, "invalid: deferred_to"),
        ({"outcome": "deferred", "deferred_to": "case_manager"}, "invalid: deferred_until"),
        ({"outcome": "deferred", "deferred_until": "2096-05-12"}, "invalid: deferred_to"),
    ],
)
async def test_what_is_not_whole_is_not_read_back(desk: Desk, about: dict[str, Any], why: str) -> None:
    if "deferred_to" in about:
        about = {**about, "deferred_to": desk.people[about["deferred_to"]]}
    made = await propose(desk, **about)
    assert await refused(desk, read_back_decision(desk.journal, desk.actor(), made, revision=1)) == why
    assert await refused(desk, propose(desk, **about, read_back=True)) == why


async def test_withdrawn_needs_no_action_and_deferred_says_to_whom(desk: Desk) -> None:
    withdrawn = await propose(desk, action="", outcome="withdrawn")
    await settle(desk, withdrawn)
    deferred = await propose(
        desk, outcome="deferred", deferred_to=desk.people["team_staff"], deferred_until="2096-05-12"
    )
    await settle(desk, deferred)
    assert decision(desk, deferred).deferred_until == "2096-05-12"
    # Whom and when belongs to a deferral alone.
    other = await propose(desk, deferred_to=desk.people["team_staff"], deferred_until="2096-05-12")
    assert (decision(desk, other).deferred_to, decision(desk, other).deferred_until) == (None, None)
    assert desk.faults() == []


async def test_a_decision_is_put_off_to_a_day_that_is_still_to_come_where_the_meeting_is(desk: Desk) -> None:
    desk.run("UPDATE meeting SET time_zone = 'Pacific/Kiritimati'")
    today = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    until = {"outcome": "deferred", "deferred_to": desk.people["team_staff"], "deferred_until": today.isoformat()}
    made = await propose(desk, **until)
    over = {**until, "deferred_until": (today - timedelta(days=1)).isoformat()}
    assert await refused(desk, propose(desk, **over)) == "invalid: deferred_until"
    change = change_decision(desk.journal, desk.actor(), made, words(**over), revision=1)
    assert await refused(desk, change) == "invalid: deferred_until"
    # A day that has come meanwhile hinders nobody from changing the other words.
    desk.run("UPDATE decision SET deferred_until = '2026-01-05'")
    same = words(**until | {"deferred_until": "2026-01-05"}, reasons="The device has to be tried first.")
    await change_decision(desk.journal, desk.actor(), made, same, revision=1)
    assert decision(desk, made).deferred_until == "2026-01-05"


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"question": "", "action": ""}, "invalid: question"),
        ({"question": "x" * 501}, "invalid: question"),
        ({"action": "x" * 501}, "invalid: action"),
        ({"reasons": "x" * 4001}, "invalid: reasons"),
        ({"reasons": "a\x07"}, "invalid: reasons"),
        ({"other_factors": "x" * 4001}, "invalid: other_factors"),
        ({"outcome": "carried"}, "invalid: outcome"),
        ({"raised_by": NOBODY}, "not_found: raised_by"),
        ({"outcome": "deferred", "deferred_to": NOBODY}, "not_found: deferred_to"),
        ({"outcome": "deferred", "deferred_until": "tomorrow"}, "invalid: deferred_until"),
        ({"outcome": "deferred", "deferred_until": "2020-01-01"}, "invalid: deferred_until"),
        ({"sections": ["d_other"]}, "not_found: sections"),
        ({"options": [{"text": "fine"}, {"text": ""}]}, "invalid: options-1"),
        ({"options": [{"text": "x", "proposed_by": NOBODY}]}, "not_found: options-0"),
        ({"options": [{"text": "x", "chosen": True}, {"text": "y", "chosen": True}]}, "invalid: options"),
        ({"options": [{"text": "x"}] * 13}, "too_big: options"),
        ({"basis": [{"text": "probes", "date": "last week"}]}, "invalid: basis-0"),
        ({"basis": [{"text": "x"}] * 31}, "too_big: basis"),
        ({"numbers": [{"field": "minutes", "value": "a lot"}]}, "invalid: numbers-0"),
        ({"numbers": [{"field": "area", "value": "30"}]}, "invalid: numbers-0"),
        ({"numbers": [{"block": "paragraph", "field": "minutes", "value": "30"}]}, "invalid: numbers-0"),
        ({"numbers": [{"document": "d_other", "field": "minutes", "value": "30"}]}, "not_found: numbers-0"),
    ],
)
async def test_words_that_are_not_taken(desk: Desk, about: dict[str, Any], why: str) -> None:
    row = {"document": desk.documents["services"], "block": "service", "label": "Reading"}
    if "numbers" in about:
        about = {"numbers": [row | number for number in about["numbers"]]}
    assert await refused(desk, propose(desk, **about)) == why
    made = await propose(desk)
    assert await refused(desk, change_decision(desk.journal, desk.actor(), made, words(**about), revision=1)) == why
