"""The agenda: items, their order, the pointer and its clock. One entry each, or nothing at all."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import func, select

from server.documents.tree import read_tree, text_of
from server.domain.agenda_templates import agenda_template
from server.domain.roles import PHASES, ROLES
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.journal.payload import facts_of
from server.meeting import (
    ItemPlan,
    Promise,
    add_item,
    change_item,
    gather,
    mark_follow_up,
    more_time,
    move_item,
    park,
    point_to,
    remove_item,
    restore_section,
    set_item_state,
    set_phase,
    unpark,
)
from server.storage.tables import AgendaItem, Document
from server.web.words import PURPOSES
from tests.support.agenda import item, three_items, titles
from tests.support.desk import Desk, add_meeting, open_desk, refused

PLAN = ItemPlan("Goals 1–4", 18, "D. Whitlock, I. Bell", "agreed wording", ("services", "goals"))


def last(desk: Desk) -> tuple[str, str, dict[str, Any]]:
    """The newest entry: kind, author's role, facts."""
    entry = desk.entries()[-1]
    return entry.kind, entry.author_role, facts_of(entry.kind, entry.payload) or {}


def moment(desk: Desk) -> int:
    """The time of the newest entry, in microseconds."""
    return int(desk.entries()[-1].time)


async def test_an_item_comes_last_with_a_document_for_its_notes(prework: Desk) -> None:
    desk = prework
    await three_items(desk)
    item_id = await add_item(desk.journal, desk.actor(), PLAN)
    row = item(desk, item_id)
    assert (row.title, row.minutes, row.presenter, row.outcome) == (
        PLAN.title,
        PLAN.minutes,
        PLAN.presenter,
        PLAN.outcome,
    )
    assert (row.state, row.sections, row.seconds, row.current_since) == ("open", ["goals", "services"], 0, None)
    assert titles(desk) == ["One", "Two", "Three", PLAN.title]
    document = desk.rows(select(Document.__table__).where(Document.id == row.notes_id))[0]
    assert (document.kind, document.section, document.state) == ("notes", item_id, "draft")
    assert text_of(read_tree(await desk.journal.load_state(row.notes_id))) == ""
    assert last(desk)[:2] == (kinds.AGENDA_ADDED, "case_manager")
    assert desk.kinds().count(kinds.AGENDA_ADDED) == 4
    assert desk.faults() == []


@pytest.mark.parametrize("role", ["parent", "student"])
async def test_the_family_proposes_and_the_case_manager_accepts(prework: Desk, role: str) -> None:
    desk = prework
    item_id = await add_item(desk.journal, desk.actor(role), PLAN)
    assert item(desk, item_id).state == "proposed"
    assert await refused(desk, set_item_state(desk.journal, desk.actor(role), item_id, "open")) == "role"
    assert await refused(desk, change_item(desk.journal, desk.actor(role), item_id, PLAN)) == "role"
    await set_item_state(desk.journal, desk.actor(), item_id, "open")
    assert last(desk) == (
        kinds.AGENDA_STATE,
        "case_manager",
        {"item": item_id, "state": "open", "before": "proposed"},
    )
    assert item(desk, item_id).state == "open"
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", PHASES)
async def test_who_may_propose_an_item_and_when(desk: Desk, role: str, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    act = add_item(desk.journal, desk.actor(role), PLAN)
    if role not in {"case_manager", "parent", "student"}:
        assert await refused(desk, act) == "role"
    elif phase == "closed":
        assert await refused(desk, act) == "closed"
    else:
        await act
        assert desk.kinds()[-1] == kinds.AGENDA_ADDED


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (ItemPlan("  ", 5), "title"),
        (ItemPlan("x" * 201, 5), "title"),
        (ItemPlan("x", 0), "minutes"),
        (ItemPlan("x", 241), "minutes"),
        (ItemPlan("x", 5, presenter="x" * 201), "presenter"),
        (ItemPlan("x", 5, outcome="x" * 301), "outcome"),
        (ItemPlan("x", 5, sections=("nowhere",)), "sections"),
    ],
)
async def test_what_makes_no_item(desk: Desk, plan: ItemPlan, field: str) -> None:
    (first, *_) = await three_items(desk)
    assert await refused(desk, add_item(desk.journal, desk.actor(), plan)) == f"invalid: {field}"
    assert await refused(desk, change_item(desk.journal, desk.actor(), first, plan)) == f"invalid: {field}"


async def test_an_agenda_has_an_end(desk: Desk) -> None:
    for _ in range(20):
        await three_items(desk)
    assert await refused(desk, add_item(desk.journal, desk.actor(), PLAN)) == "too_big: agenda"


async def test_other_words_for_an_item(desk: Desk) -> None:
    _, second, _ = await three_items(desk)
    await change_item(desk.journal, desk.actor(), second, PLAN)
    assert titles(desk) == ["One", PLAN.title, "Three"]
    assert item(desk, second).sections == ["goals", "services"]
    assert last(desk)[0] == kinds.AGENDA_CHANGED
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("which", "to", "order"),
    [
        (1, "up", "Two One Three"),
        (1, "down", "One Three Two"),
        (0, "end", "Two Three One"),
        (2, 0, "Three One Two"),
        (0, 2, "Two One Three"),
    ],
)
async def test_an_item_is_moved(desk: Desk, which: int, to: str | int, order: str) -> None:
    ids = await three_items(desk)
    await move_item(desk.journal, desk.actor(), ids[which], ids[to] if isinstance(to, int) else to)
    assert titles(desk) == order.split()
    assert desk.kinds()[-1] == kinds.AGENDA_ORDERED
    assert desk.kinds().count(kinds.AGENDA_ORDERED) == 1
    assert desk.faults() == []


@pytest.mark.parametrize(("which", "to"), [(0, "up"), (2, "down"), (2, "end"), (1, 1), (0, 1)])
async def test_an_item_that_is_there_already_is_not_moved(desk: Desk, which: int, to: str | int) -> None:
    ids = await three_items(desk)
    act = move_item(desk.journal, desk.actor(), ids[which], ids[to] if isinstance(to, int) else to)
    assert await refused(desk, act) == "conflict: order"


async def test_an_item_that_was_not_discussed_is_removed(desk: Desk) -> None:
    first, second, third = await three_items(desk)
    await remove_item(desk.journal, desk.actor(), second)
    assert titles(desk) == ["One", "Three"]
    assert last(desk)[0] == kinds.AGENDA_REMOVED
    assert await refused(desk, remove_item(desk.journal, desk.actor(), second)) == "not_found: item"
    assert await refused(desk, move_item(desk.journal, desk.actor(), first, second)) == "not_found: item"
    for item_id in (first, third):
        await point_to(desk.journal, desk.actor(), item_id, left_done=True)
    for item_id in (first, third):
        assert await refused(desk, remove_item(desk.journal, desk.actor(), item_id)) == "conflict: discussed"
    await add_item(desk.journal, desk.actor(), ItemPlan("Four", 1))
    assert titles(desk) == ["One", "Three", "Four"]
    assert desk.faults() == []


async def test_the_pointer_moves_and_the_clocks_with_it(desk: Desk) -> None:
    first, second, third = await three_items(desk)
    await point_to(desk.journal, desk.actor(), first, left_done=False)
    assert last(desk) == (kinds.AGENDA_POINTED, "case_manager", {"item": first, "left": None, "left_state": "open"})
    assert desk.row().current_item_id == first
    began = moment(desk)
    assert item(desk, first).state == "current"
    assert int(item(desk, first).current_since.timestamp() * 1e6) == pytest.approx(began, abs=1)

    await point_to(desk.journal, desk.actor(), third, left_done=False)
    left = item(desk, first)
    assert (left.state, left.current_since, left.seconds) == ("open", None, (moment(desk) - began) // 1_000_000)
    await point_to(desk.journal, desk.actor(), second, left_done=True)
    assert [item(desk, one).state for one in (first, second, third)] == ["open", "current", "done"]
    assert await refused(desk, point_to(desk.journal, desk.actor(), second, left_done=True)) == "conflict: current"

    # Done without going on: the meeting is between two items, and no clock runs.
    await set_item_state(desk.journal, desk.actor(), second, "done")
    assert (desk.row().current_item_id, item(desk, second).current_since) == (None, None)
    await set_item_state(desk.journal, desk.actor(), second, "open")
    assert await refused(desk, set_item_state(desk.journal, desk.actor(), second, "open")) == "conflict: state"
    assert await refused(desk, set_item_state(desk.journal, desk.actor(), second, "current")) == "invalid: state"
    assert desk.kinds().count(kinds.AGENDA_POINTED) == 3
    assert desk.kinds().count(kinds.AGENDA_STATE) == 2
    assert desk.faults() == []


async def test_of_many_who_move_the_pointer_at_once_one_is_first(desk: Desk) -> None:
    first, *_ = await three_items(desk)
    acts = [point_to(desk.journal, desk.actor(), first, left_done=False) for _ in range(10)]
    outcomes = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(str(outcome) for outcome in outcomes) == ["None", *["conflict: current"] * 9]
    assert desk.kinds().count(kinds.AGENDA_POINTED) == 1
    assert desk.faults() == []


async def test_time_is_added_up_over_several_stays(desk: Desk) -> None:
    """The server's clock is set, so that seconds are seconds."""
    first, second, _ = await three_items(desk)
    for item_id, clock in ((first, 0), (second, 90), (first, 100), (second, 130)):
        await _at(clock, point_to(desk.journal, desk.actor(), item_id, left_done=False))
    await _at(141, set_phase(desk.journal, desk.actor(), "closed"))
    assert (item(desk, first).seconds, item(desk, second).seconds) == (120, 21)
    assert desk.faults() == []


async def _at(seconds: int, act: Awaitable[Any]) -> None:
    """Do it as if it were so many seconds after a fixed moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.journal.transaction.time.time_ns", lambda: (1_900_000_000 + seconds) * 1_000_000_000)
        await act


async def test_the_meeting_starts_with_its_first_open_item(prework: Desk) -> None:
    desk = prework
    await add_item(desk.journal, desk.actor("parent"), PLAN)  # proposed, not accepted
    first, *_ = await three_items(desk)
    assert await refused(desk, point_to(desk.journal, desk.actor(), first, left_done=False)) == "phase"
    count = len(desk.entries())
    await set_phase(desk.journal, desk.actor(), "live")
    assert len(desk.entries()) == count + 1
    assert (desk.row().current_item_id, item(desk, first).state) == (first, "current")
    assert desk.faults() == []


async def test_a_closed_meeting_has_no_running_clock_and_goes_on_where_it_was(prework: Desk) -> None:
    desk = prework
    first, second, _ = await three_items(desk)
    await set_phase(desk.journal, desk.actor(), "live")
    await point_to(desk.journal, desk.actor(), second, left_done=True)
    await set_phase(desk.journal, desk.actor(), "closed")
    assert item(desk, second).current_since is None
    assert desk.row().current_item_id == second
    for act in (
        point_to(desk.journal, desk.actor(), first, left_done=True),
        set_item_state(desk.journal, desk.actor(), first, "open"),
        change_item(desk.journal, desk.actor(), first, PLAN),
        move_item(desk.journal, desk.actor(), first, "down"),
        remove_item(desk.journal, desk.actor(), first),
        gather(desk.journal, desk.actor(), item_id=first),
    ):
        assert await refused(desk, act) == "closed"
    await set_phase(desk.journal, desk.actor(), "live", reason="one word is missing")
    assert item(desk, second).current_since is not None
    assert desk.faults() == []


async def test_everybody_is_asked_to_one_place_and_nobody_is_moved(desk: Desk) -> None:
    first, *_ = await three_items(desk)
    for to, act in (
        ({"item": first}, gather(desk.journal, desk.actor(), item_id=first)),
        ({"section": "goals"}, gather(desk.journal, desk.actor(), section="goals")),
    ):
        await act
        assert last(desk) == (kinds.GATHERED, "case_manager", {"to": to})
        call = desk.row().gathering
        assert (call["by"], call["to"], call["number"]) == (desk.people["case_manager"], to, len(desk.entries()))
    assert desk.row().current_item_id is None
    assert await refused(desk, gather(desk.journal, desk.actor(), section=first)) == "not_found: section"
    assert await refused(desk, gather(desk.journal, desk.actor())) == "not_found: section"
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES[1:])
async def test_only_who_leads_the_meeting_leads_its_agenda(desk: Desk, role: str) -> None:
    first, second, _ = await three_items(desk)
    actor = desk.actor(role)
    for act in (
        change_item(desk.journal, actor, first, PLAN),
        move_item(desk.journal, actor, first, "down"),
        remove_item(desk.journal, actor, first),
        point_to(desk.journal, actor, second, left_done=True),
        set_item_state(desk.journal, actor, first, "done"),
        gather(desk.journal, actor, item_id=first),
    ):
        assert await refused(desk, act) == "role"


async def test_an_item_of_another_meeting(desk: Desk) -> None:
    elsewhere, *_ = await three_items(desk)
    await add_meeting(desk)
    (first, *_) = await three_items(desk)
    for item_id in (elsewhere, "i_nowhere"):
        for act in (
            change_item(desk.journal, desk.actor(), item_id, PLAN),
            move_item(desk.journal, desk.actor(), item_id, "down"),
            move_item(desk.journal, desk.actor(), first, item_id),
            remove_item(desk.journal, desk.actor(), item_id),
            point_to(desk.journal, desk.actor(), item_id, left_done=True),
            set_item_state(desk.journal, desk.actor(), item_id, "done"),
            gather(desk.journal, desk.actor(), item_id=item_id),
        ):
            assert await refused(desk, act) == "not_found: item"


async def test_notes_are_written_and_brought_back_like_a_section(desk: Desk) -> None:
    first, *_ = await three_items(desk)
    notes = desk.documents[first] = item(desk, first).notes_id
    kept = desk.writer(first, "parent").write("Kept.")
    await desk.journal.settle()
    desk.writer(first, "team_staff").write("Regretted.")
    await desk.journal.settle()
    assert kept.entry is not None
    await restore_section(desk.journal, desk.actor("parent"), notes, kept.entry.number)
    text = text_of(read_tree(await desk.journal.load_state(notes)))
    assert "Kept." in text
    assert "Regretted." not in text
    late = desk.writer(first, "advocate").write("Not mine to write.")
    await desk.journal.settle()
    assert late.refusal == "role"
    assert desk.faults() == []


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_has_an_agenda_of_45_to_90_minutes(purpose: str) -> None:
    items = agenda_template(purpose)
    assert 45 <= sum(one.minutes for one in items) <= 90
    assert all(set(one.sections) <= set(SECTIONS) for one in items)
    for one in items:
        assert ItemPlan(one.title, one.minutes, "", one.outcome, one.sections).cleaned().title == one.title


async def test_a_desk_without_agenda_has_no_item(desk: Desk) -> None:
    assert desk.rows(select(func.count()).select_from(AgendaItem))[0][0] == 0


async def test_on_postgresql_the_journal_tells_the_same(postgres_url: str) -> None:
    async with open_desk(postgres_url, phase="prework") as desk:
        first, second, third = await three_items(desk)
        await move_item(desk.journal, desk.actor(), third, first)
        await set_phase(desk.journal, desk.actor(), "live")
        await point_to(desk.journal, desk.actor(), second, left_done=True)
        await gather(desk.journal, desk.actor(), item_id=second)
        await more_time(desk.journal, desk.actor(), second, due="2096-03-09")
        parked_id = await park(desk.journal, desk.actor("parent"), text="Audiobook accounts for home")
        promise = Promise("Set them up", desk.people["team_staff"], "2096-03-05")
        made = await unpark(desk.journal, desk.actor(), parked_id, leave_as="follow_up", promise=promise)
        assert made is not None
        await mark_follow_up(desk.journal, desk.actor("team_staff"), made, done=True, note="done")
        await set_phase(desk.journal, desk.actor(), "closed")
        assert titles(desk) == ["Three", "One", "Two"]
        assert item(desk, third).state == "done"
        assert desk.faults() == []
