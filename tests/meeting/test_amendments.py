"""A final plan changed without a meeting: only the agreed words, only by agreement, and nothing of it in silence."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.documents.tree import read_tree, text_of
from server.domain.errors import Refused
from server.domain.notices import empty_part
from server.domain.roles import ROLES
from server.journal import kinds
from server.journal.checkpoint import FINALIZED
from server.journal.checkpoints import called_for
from server.journal.entry import Author, Entry
from server.journal.replay import Replay
from server.journal.snapshot import load
from server.meeting import add_participant, finalize_section, read_back_section, reopen_section, set_phase
from server.meeting.agreement import agreement
from server.meeting.amendment_reader import read_amendment
from server.meeting.amendments import propose_amendment, take_back_amendment, withdraw_amendment
from server.meeting.duties import acknowledge, read_duties
from server.meeting.notices import Told
from server.meeting.sealed import seals
from server.storage.tables import Meeting, Notice, Person
from tests.support.amending import (
    REASON,
    agree,
    amendment,
    answers,
    document,
    final_plan,
    into_effect,
    offer,
    propose,
    rewrite,
    say,
    type_into,
)
from tests.support.deciding import add_row, set_field, settle
from tests.support.deciding import propose as propose_decision
from tests.support.desk import Desk, add_meeting, refused
from tests.support.finalizing import make_final


def words(desk: Desk, section: str = "services") -> str:
    with desk.database.sync.connect() as connection:
        return text_of(read_tree(load(connection, desk.documents[section]).state()))


async def test_the_agreed_words_become_final_and_all_else_stays(desk: Desk) -> None:
    await final_plan(desk, "notes")
    before, day = document(desk, "services"), desk.row().starts_at
    with desk.database.sync.connect() as connection:
        mark = read_duties(connection, desk.meeting).mark
    await acknowledge(desk.journal, desk.actor("team_staff"), mark)
    made = await propose(desk)
    await offer(desk, made)
    assert "30" in words(desk)
    assert document(desk, "services") == before
    await agree(desk, made)
    count = len(desk.entries())
    notice = Told([empty_part() | {"action": "Reading: 30 → 45", "reasons": REASON}], "Rights.", "The school.")
    await into_effect(desk, made, notice=notice)
    assert [entry.kind for entry in desk.entries()[count:]] == [kinds.AMENDED]
    entry, now = desk.entries()[-1], document(desk, "services")
    assert "45" in words(desk)
    assert "30" not in words(desk)
    assert (now.state, now.sealed_number, now.sealed_hash) == ("final", entry.number, entry.hash.hex())
    assert (entry.inserted, entry.deleted) == (2, 2)
    row = amendment(desk, made)
    assert (row.state, row.ended_number) == ("in_effect", entry.number)
    assert desk.rows(select(Notice.id, Notice.state)) == [(row.notice_id, "draft")]
    # The next annual review is reckoned from the meeting's day.
    assert desk.row().starts_at == day
    with desk.database.sync.connect() as connection:
        sealed = seals(connection, desk.documents["services"])
        sheet = read_duties(connection, desk.meeting).sheets[desk.people["team_staff"]]
    assert [one.number for one in sealed] == [before.sealed_number, entry.number]
    assert sheet.is_due
    assert [change.fields for change in sheet.changed] == [[("minutes", "30", "45")]]
    assert desk.faults() == []


async def test_several_sections_change_at_once(desk: Desk) -> None:
    await final_plan(desk, "notes")
    made = await propose(desk, "services", "notes")
    await offer(desk, made)
    await agree(desk, made)
    count = len(desk.entries())
    await into_effect(desk, made)
    assert [entry.kind for entry in desk.entries()[count:]] == [kinds.AMENDED] * 2
    assert "More for notes" in words(desk, "notes")
    assert desk.faults() == []


async def test_only_who_may_writes_in_the_copy_and_nobody_once_it_is_offered(desk: Desk) -> None:
    await final_plan(desk)
    made = await propose(desk)
    (part,) = amendment(desk, made).parts
    for role in ROLES:
        write = await type_into(desk, part["copy"], role)
        assert (write.entry is not None) == (role == "case_manager"), role
    await offer(desk, made)
    assert (await type_into(desk, part["copy"])).refusal == "final"
    # And the section itself takes nothing, by this road or any.
    assert (await type_into(desk, desk.documents["services"])).refusal == "closed"


async def test_who_may_propose_and_answer(desk: Desk) -> None:
    await final_plan(desk)
    for role in ROLES[1:]:
        act = propose_amendment(desk.journal, desk.actor(role), [desk.documents["services"]], reason=REASON)
        assert await refused(desk, act) == "role"
    made = await propose(desk)
    await offer(desk, made)
    for role in ROLES:
        if role not in {"parent", "lea_representative"}:
            assert await refused(desk, say(desk, made, role)) == "role"
    assert await refused(desk, say(desk, made, "parent", understood=False)) == "invalid: understood"
    await say(desk, made, "parent", words="Thank you.")
    (given,) = answers(desk)
    assert (given.person_id, given.answer, given.statement) == (desk.people["parent"], "agree", "I understand.")
    assert given.mark == amendment(desk, made).mark


async def test_an_adult_student_has_a_say(desk: Desk) -> None:
    await final_plan(desk)
    desk.run(f"UPDATE student SET birth_date = '{datetime.now(UTC).year - 30}-01-01'")
    made = await propose(desk)
    await offer(desk, made)
    for role in ("lea_representative", "student"):
        await say(desk, made, role)
    await into_effect(desk, made)


async def test_nothing_comes_into_effect_without_agreement_or_over_a_no(desk: Desk) -> None:
    await final_plan(desk)
    desk.run(insert(Person).values(id="p_other", name="The other parent"))
    await add_participant(desk.journal, desk.actor(), person_id="p_other", role="parent", title="")
    desk.people["other"] = "p_other"
    made = await propose(desk)
    await offer(desk, made)
    # The last: the school and one household agree, and the other one asks for a meeting.
    for role, answer in (
        ("parent", "agree"),
        ("lea_representative", "decline"),
        ("other", "meeting"),
        ("lea_representative", "agree"),
    ):
        await say(desk, made, role, answer)
        assert await refused(desk, into_effect(desk, made)) == "conflict: agreement"
    await say(desk, made, "other")
    await into_effect(desk, made)
    assert len(answers(desk)) == 5
    assert await refused(desk, say(desk, made, "parent", "decline")) == "conflict: state"
    assert desk.faults() == []


async def test_other_words_make_an_answer_void(desk: Desk) -> None:
    await final_plan(desk)
    made = await propose(desk)
    old = await offer(desk, made)
    await agree(desk, made)
    await take_back_amendment(desk.journal, desk.actor(), made)
    assert await refused(desk, into_effect(desk, made, seen=old)) == "conflict: state"
    await rewrite(desk, made, "60")
    new = await offer(desk, made)
    assert new != old
    assert await refused(desk, into_effect(desk, made)) == "conflict: agreement"
    assert await refused(desk, say(desk, made, "parent", seen=old)) == "conflict: seen"
    with desk.database.sync.connect() as connection:
        view = read_amendment(connection, desk.meeting, made)
    assert view is not None
    assert [one.is_void for one in view.answers] == [True, True]
    assert view.missing == ("lea", "parent")
    await agree(desk, made)
    assert await refused(desk, into_effect(desk, made, seen=old)) == "conflict: seen"
    await into_effect(desk, made)
    assert "60" in words(desk)


async def test_the_same_words_and_reason_again_are_the_same_offer(desk: Desk) -> None:
    await final_plan(desk)
    made = await propose(desk)
    old = await offer(desk, made)
    await agree(desk, made)
    await take_back_amendment(desk.journal, desk.actor(), made)
    assert await offer(desk, made) == old
    await take_back_amendment(desk.journal, desk.actor(), made)
    assert await offer(desk, made, reason="Another one.") != old


async def test_a_second_proposal_takes_the_place_of_the_first(desk: Desk) -> None:
    await final_plan(desk)
    first = await propose(desk)
    act = propose_amendment(desk.journal, desk.actor(), [desk.documents["services"]], reason=REASON)
    assert await refused(desk, act) == "conflict: open"
    await offer(desk, first)
    await agree(desk, first)
    second = await propose(desk, minutes="60")
    assert amendment(desk, first).state == "offered"
    await offer(desk, second)
    assert amendment(desk, first).state == "superseded"
    assert await refused(desk, into_effect(desk, first)) == "conflict: state"
    await withdraw_amendment(desk.journal, desk.actor(), second, reason="Not now.")
    assert (amendment(desk, second).state, amendment(desk, second).words) == ("withdrawn", "Not now.")
    assert await refused(desk, say(desk, second, "parent")) == "conflict: state"
    assert "30" in words(desk)
    assert desk.faults() == []


async def test_what_was_reopened_since_is_not_overwritten(desk: Desk) -> None:
    await final_plan(desk)
    made = await propose(desk)
    await offer(desk, made)
    await agree(desk, made)
    await set_phase(desk.journal, desk.actor(), "live", reason="One thing more.")
    assert await refused(desk, into_effect(desk, made)) == "phase"
    lead, services = desk.actor("lea_representative"), desk.documents["services"]
    await reopen_section(desk.journal, lead, services, reason="A word.")
    await set_field(desk, "minutes", "31")
    await read_back_section(desk.journal, lead, services)
    await finalize_section(desk.journal, lead, services, override="Looked at.")
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await refused(desk, into_effect(desk, made)) == "conflict: base"
    await withdraw_amendment(desk.journal, desk.actor(), made)


async def test_only_final_sections_of_the_newest_plan(desk: Desk) -> None:
    await final_plan(desk)

    async def begin(*sections: str) -> str:
        return await propose_amendment(
            desk.journal, desk.actor(), [desk.documents[one] for one in sections], reason=REASON
        )

    assert await refused(desk, begin()) == "invalid: sections"
    assert await refused(desk, begin("services", "goals")) == "invalid: sections"
    made = await begin("services")
    # Nothing is offered that reads as before.
    assert await refused(desk, offer(desk, made)) == "conflict: same"
    await withdraw_amendment(desk.journal, desk.actor(), made)
    old = (desk.meeting, desk.people, desk.documents)
    student = desk.row().student_id
    await add_meeting(desk)
    desk.run(update(Meeting).where(Meeting.id == desk.meeting).values(student_id=student))
    await final_plan(desk)
    desk.meeting, desk.people, desk.documents = old
    assert await refused(desk, begin("services")) == "conflict: newer"


async def test_a_decided_number_is_changed_only_knowingly(desk: Desk) -> None:
    number = {"document": desk.documents["services"], "block": "service", "label": "Reading", "field": "minutes"}
    await add_row(desk, service="Reading", minutes="30")
    decision = await propose_decision(desk, numbers=[number | {"value": "30"}])
    await settle(desk, decision)
    await make_final(desk, "services")
    await set_phase(desk.journal, desk.actor(), "closed")
    made = await propose(desk)
    assert await refused(desk, offer(desk, made)) == "conflict: decisions"
    await offer(desk, made, changes_decisions=True)
    (change,) = amendment(desk, made).changes
    assert (change["decision"], change["value"], change["now"]) == (decision, "30", "45")
    await agree(desk, made)
    await into_effect(desk, made)
    with desk.database.sync.connect() as connection:
        assert agreement(connection, desk.meeting) == []
    # A later slip in the same place is told again.
    await set_phase(desk.journal, desk.actor(), "live", reason="One thing more.")
    await reopen_section(desk.journal, desk.actor(), desk.documents["services"], reason="A word.")
    await set_field(desk, "minutes", "20")
    with desk.database.sync.connect() as connection:
        assert [one.ordinal for one in agreement(connection, desk.meeting)] == [1]


async def test_open_points_want_a_reason_that_stays_with_the_seal(desk: Desk) -> None:
    await final_plan(desk)
    made = await propose(desk)
    assert await refused(desk, offer(desk, made, override="")) == "invalid: override"
    await offer(desk, made, override="The start follows.")
    await agree(desk, made)
    await into_effect(desk, made)
    with desk.database.sync.connect() as connection:
        seal = seals(connection, desk.documents["services"])[-1]
    assert seal.reason == "The start follows."
    assert seal.overrides
    assert not {one["rule"] for one in seal.overrides} & {"C01", "C02", "C03", "C04", "C05", "C25"}


async def test_a_record_without_the_proposed_words_tells_of_the_rest(desk: Desk) -> None:
    """As it is handed to the family, who read what was offered and not how it was written."""
    await final_plan(desk)
    first = await propose(desk)
    await offer(desk, first)
    await take_back_amendment(desk.journal, desk.actor(), first)
    await withdraw_amendment(desk.journal, desk.actor(), first)
    second = await propose(desk)
    await offer(desk, second)
    await agree(desk, second)
    await into_effect(desk, second)
    copies = {part["copy"] for one in (first, second) for part in amendment(desk, one).parts}
    replay = Replay()
    try:
        for row in desk.entries():
            if row.document_id not in copies:
                assert replay.take(sealed(row)) is None
        rows = replay.rows(desk.meeting)
    finally:
        replay.close()
    assert rows["document"][desk.documents["services"],]["sealed_number"] == desk.entries()[-1].number
    assert len(rows["amendment_answer"]) == 2
    last = sealed(desk.entries()[-1])
    assert called_for(last.kind, last.payload) == FINALIZED


def sealed(row: Any) -> Entry:
    values = row._asdict()
    values["author"] = Author(values["author_id"], values["author_role"])
    return Entry(*(values[name] for name in Entry._fields))


async def test_none_while_the_meeting_is_on(desk: Desk) -> None:
    with pytest.raises(Refused, match="phase"):
        await propose_amendment(desk.journal, desk.actor(), [desk.documents["services"]], reason=REASON)
