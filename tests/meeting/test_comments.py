"""Threads: opened, answered, edited, resolved, and what came of them. One entry each, or nothing at all."""

from typing import Any

import pytest
from sqlalchemy import select

from server.domain.roles import PHASES, ROLES, why_not
from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import Target, Words, answer, comments, dispose, edit_comment, open_thread, set_resolved
from server.meeting.agenda import ItemPlan, add_item
from server.meeting.comment_reader import counts, mark_read, open_points, threads
from server.meeting.comments import MOST_PROPOSAL, MOST_TEXT
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision
from server.storage.tables import AgendaItem, FollowUp
from tests.support.commenting import a_thread, passage, put, said, thread
from tests.support.desk import Desk, add_meeting, refused, share_all

WORDS = Words("Why thirty minutes?")


async def test_a_parent_comments_on_a_passage_before_the_meeting(prework: Desk) -> None:
    desk = prework
    await share_all(desk)
    await put(desk, "He reads for 30 minutes a day.")
    before = len(desk.entries())
    target = passage(desk, "30 minutes")
    asked = Words("  ¿Por qué 30?\r\n ", "es", (desk.people["case_manager"],))
    opened = await open_thread(desk.journal, desk.actor("parent"), target, asked, proposal="60  minutes")
    assert desk.kinds()[before:] == [kinds.THREAD_OPENED]
    row, (first,) = thread(desk, opened), said(desk, opened)
    assert (row.target, row.document_id, row.state) == ("passage", desk.documents["notes"], "open")
    assert row.anchor["quote"] == "30 minutes"
    assert row.anchor["before"].endswith("He reads for ")
    assert row.proposal == "60 minutes"
    assert (row.created_by, row.created_role) == (desk.people["parent"], "parent")
    assert (first.text, first.lang, first.mentions) == ("¿Por qué 30?", "es", [desk.people["case_manager"]])
    assert desk.faults() == []


@pytest.mark.parametrize("phase", PHASES)
async def test_who_may_comment_is_in_the_matrix(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    target = Target("section", desk.documents["goals"])
    for role in ROLES:
        act = open_thread(desk.journal, desk.actor(role), target, WORDS)
        reason = why_not(role, "comment", phase)
        if reason is None:
            assert thread(desk, await act).created_role == role
        else:
            assert await refused(desk, act) == reason
    assert desk.faults() == []


async def test_an_answer_opens_a_resolved_thread_again(desk: Desk) -> None:
    opened = await a_thread(desk)
    await set_resolved(desk.journal, desk.actor("team_staff"), opened, resolved=True)
    assert thread(desk, opened).resolved_by == desk.people["team_staff"]
    await answer(desk.journal, desk.actor("advocate"), opened, Words("Not yet."))
    row = thread(desk, opened)
    assert (row.state, row.resolved_by) == ("open", None)
    assert [one.text for one in said(desk, opened)] == ["What about this?", "Not yet."]
    assert desk.kinds()[-3:] == [kinds.THREAD_OPENED, kinds.THREAD_RESOLVED, kinds.COMMENTED]
    assert desk.faults() == []


async def test_own_words_are_edited_and_the_old_ones_stay_in_the_journal(desk: Desk) -> None:
    opened = await a_thread(desk)
    (first,) = said(desk, opened)
    await edit_comment(desk.journal, desk.actor("parent"), first.id, Words("Better asked."))
    entry = desk.entries()[-1]
    assert entry.kind == kinds.COMMENT_EDITED
    assert read_facts(entry.payload)["before"] == "What about this?"
    (now,) = said(desk, opened)
    assert now.text == "Better asked."
    assert now.edited_at > now.created_at
    # The same words again are no edit, and nobody changes what another wrote.
    count = len(desk.entries())
    await edit_comment(desk.journal, desk.actor("parent"), first.id, Words("Better asked."))
    assert len(desk.entries()) == count
    assert await refused(desk, edit_comment(desk.journal, desk.actor(), first.id, Words("No."))) == "role"
    gone = edit_comment(desk.journal, desk.actor("parent"), "c_none", Words("No."))
    assert await refused(desk, gone) == "not_found: comment"
    assert desk.faults() == []


async def test_who_resolves(desk: Desk) -> None:
    opened = await a_thread(desk)
    for role in ("student", "advocate"):
        assert await refused(desk, set_resolved(desk.journal, desk.actor(role), opened, resolved=True)) == "role"
    for role in ("parent", "lea_representative"):
        await set_resolved(desk.journal, desk.actor(role), opened, resolved=True)
        again = set_resolved(desk.journal, desk.actor(role), opened, resolved=True)
        assert await refused(desk, again) == "conflict: thread"
        await set_resolved(desk.journal, desk.actor(role), opened, resolved=False)
    assert thread(desk, opened).state == "open"
    assert desk.kinds()[-4:] == [kinds.THREAD_RESOLVED, kinds.THREAD_REOPENED] * 2
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("words", "proposal", "field"),
    [
        (Words(""), "", "text"),
        (Words("\x00"), "", "text"),
        (Words("x" * (MOST_TEXT + 1)), "", "text"),
        (Words("Hello", "xx"), "", "lang"),
        (Words("Hello", "en", ("p_nobody",)), "", "mentions"),
        (Words("Hello", "en", tuple(f"p_{n}" for n in range(41))), "", "mentions"),
        (Words("Hello"), "x" * (MOST_PROPOSAL + 1), "proposal"),
    ],
)
async def test_what_does_not_fit_is_refused(desk: Desk, words: Words, proposal: str, field: str) -> None:
    target = Target("section", desk.documents["goals"])
    act = open_thread(desk.journal, desk.actor("parent"), target, words, proposal=proposal)
    assert await refused(desk, act) == f"invalid: {field}"


BAD_ANCHORS: dict[str, Any] = {
    "none": None,
    "no strings": {"start": 1, "end": 2, "quote": "x", "before": ""},
    "no base64": {"start": "***", "end": "AAEBAA==", "quote": "words", "before": ""},
    "cut short": {"start": "AA==", "end": "AAEBAA==", "quote": "words", "before": ""},
    "a number without end": {"start": "AP//////////////fwA=", "end": "AAEBAA==", "quote": "words", "before": ""},
    "of a root": {"start": "AQdkZWZhdWx0AA==", "end": "AAEBAA==", "quote": "words", "before": ""},
    "too long": {"start": "A" * 44, "end": "AAEBAA==", "quote": "words", "before": ""},
    "blank quote": {"start": "AAEBAA==", "end": "AAEBAA==", "quote": " \n", "before": ""},
    "long quote": {"start": "AAEBAA==", "end": "AAEBAA==", "quote": "x" * 2001, "before": ""},
    "half a character": {"start": "AAEBAA==", "end": "AAEBAA==", "quote": "\ud83d", "before": ""},
}


@pytest.mark.parametrize("anchor", BAD_ANCHORS.values(), ids=BAD_ANCHORS)
async def test_an_anchor_that_is_none_is_refused(desk: Desk, anchor: Any) -> None:
    act = open_thread(desk.journal, desk.actor("parent"), Target("passage", desk.documents["notes"], anchor), WORDS)
    assert await refused(desk, act) == "invalid: anchor"


async def test_nobody_quotes_what_the_section_does_not_say(desk: Desk) -> None:
    await put(desk, "He reads for 30 minutes a day.")
    target = passage(desk, "30 minutes")
    assert target.anchor is not None
    target.anchor["quote"] = "0 minutes, as agreed"  # type: ignore[index]
    act = open_thread(desk.journal, desk.actor("parent"), target, WORDS)
    assert await refused(desk, act) == "conflict: anchor"


async def test_an_anchor_at_text_that_nobody_has_is_found_by_its_words(desk: Desk) -> None:
    """A client may name items that are not committed yet, or that never were: no more than the words decide."""
    await put(desk, "He reads for 30 minutes a day.")
    anchor = {"start": "AP////////8PAQA=", "end": "AAEBQQ==", "quote": "30 minutes", "before": ""}
    opened = await open_thread(
        desk.journal, desk.actor("parent"), Target("passage", desk.documents["notes"], anchor), WORDS
    )
    assert thread(desk, opened).anchor["quote"] == "30 minutes"


async def test_things_of_another_meeting_are_not_found(desk: Desk) -> None:
    opened = await a_thread(desk)
    (first,) = said(desk, opened)
    document = desk.documents["goals"]
    await add_meeting(desk)
    parent, lead = desk.actor("parent"), desk.actor()
    acts = {
        "not_found": open_thread(desk.journal, parent, Target("section", document), WORDS),
        "not_found: thread": answer(desk.journal, parent, opened, WORDS),
        "not_found: comment": edit_comment(desk.journal, parent, first.id, WORDS),
    }
    for reason, act in acts.items():
        assert await refused(desk, act) == reason
    for target in (Target("item", "i_none"), Target("decision", "x_none"), Target("passage", "d_none")):
        assert await refused(desk, open_thread(desk.journal, parent, target, WORDS)) == "not_found"
    for target in (Target("nothing", document), Target("", document)):
        assert await refused(desk, open_thread(desk.journal, parent, target, WORDS)) == "invalid: target"
    assert await refused(desk, dispose(desk.journal, lead, opened, "declined", reason="no")) == "not_found: thread"
    assert await refused(desk, set_resolved(desk.journal, lead, opened, resolved=True)) == "not_found: thread"


async def test_on_an_agenda_item_and_on_a_decision(desk: Desk) -> None:
    item = await add_item(desk.journal, desk.actor(), ItemPlan("Goals", 10))
    asked = DecisionWords(question="How many minutes?")
    decision = await propose_decision(desk.journal, desk.actor(), asked)
    for kind, about in (("item", item), ("decision", decision)):
        opened = await open_thread(desk.journal, desk.actor("student"), Target(kind, about), WORDS)
        row = thread(desk, opened)
        assert (row.target, row.document_id) == (kind, None)
        assert about in (row.item_id, row.decision_id)
        act = open_thread(desk.journal, desk.actor("student"), Target(kind, about), WORDS, proposal="Sixty")
        assert await refused(desk, act) == "invalid: proposal"
        await dispose(desk.journal, desk.actor(), opened, "adopted", decision=decision)
        assert thread(desk, opened).answered_by_decision == decision
    # The notes of an item are no section of the draft.
    notes = desk.rows(select(AgendaItem.notes_id).where(AgendaItem.id == item))[0].notes_id
    act = open_thread(desk.journal, desk.actor("student"), Target("section", notes), WORDS)
    assert await refused(desk, act) == "not_found"
    with desk.database.sync.connect() as connection:
        assert counts(connection, desk.meeting) == {item: 1, decision: 1}
    assert desk.faults() == []


# What came of it


async def test_declined_with_the_reason(desk: Desk) -> None:
    opened = await a_thread(desk)
    assert [point.waits_for_outcome for point in points(desk)] == [True]
    act = dispose(desk.journal, desk.actor(), opened, "declined", reason=" ")
    assert await refused(desk, act) == "invalid: reason"
    await dispose(desk.journal, desk.actor("team_staff"), opened, "declined", reason="The data say otherwise.")
    row = thread(desk, opened)
    assert (row.disposition, row.reason, row.disposed_by) == (
        "declined",
        "The data say otherwise.",
        desk.people["team_staff"],
    )
    assert desk.kinds()[-1] == kinds.DISPOSED
    assert [(point.is_open, point.waits_for_outcome) for point in points(desk)] == [(True, False)]
    await set_resolved(desk.journal, desk.actor(), opened, resolved=True)
    assert points(desk) == []
    assert desk.faults() == []


async def test_parked_is_somebodys_promise_until_it_is_parked_no_more(desk: Desk) -> None:
    opened = await a_thread(desk, text="Who tells the substitute teachers?")
    owner = desk.people["team_staff"]
    for bad in ({"owner": owner}, {"owner": owner, "due": "soon"}, {"owner": owner, "due": "2020-01-01"}):
        assert await refused(desk, dispose(desk.journal, desk.actor(), opened, "parked", **bad)) == "invalid: due"
    nobody = dispose(desk.journal, desk.actor(), opened, "parked", owner="p_nobody", due="2096-03-08")
    assert await refused(desk, nobody) == "invalid: owner"
    await dispose(desk.journal, desk.actor(), opened, "parked", owner=owner, due="2096-03-08")
    (promise,) = desk.rows(select(FollowUp.__table__))
    assert (promise.what, promise.owner_id, promise.due, promise.thread_id) == (
        "Who tells the substitute teachers?",
        owner,
        "2096-03-08",
        opened,
    )
    assert thread(desk, opened).due == "2096-03-08"
    await dispose(desk.journal, desk.actor(), opened, "declined", before="parked", reason="Told already.")
    (promise,) = desk.rows(select(FollowUp.__table__))
    assert promise.removed_at is not None
    assert (thread(desk, opened).owner_id, thread(desk, opened).due) == (None, None)
    assert desk.faults() == []


async def test_adopted_names_the_edit(desk: Desk) -> None:
    opened = await a_thread(desk)
    for how, reason in (("adopted", ""), ("adopted_in_part", "Only the first.")):
        act = dispose(desk.journal, desk.actor(), opened, how, reason=reason)
        assert await refused(desk, act) == "conflict: edit"  # nothing was changed since
    await put(desk, "Thirty it is.")
    number = desk.entries()[-1].number
    elsewhere = dispose(desk.journal, desk.actor(), opened, "adopted", document=desk.documents["goals"])
    assert await refused(desk, elsewhere) == "conflict: edit"
    act = dispose(desk.journal, desk.actor(), opened, "adopted_in_part")
    assert await refused(desk, act) == "invalid: reason"
    await dispose(desk.journal, desk.actor(), opened, "adopted_in_part", reason="Thirty, not sixty.")
    row = thread(desk, opened)
    assert (row.disposition, row.adopted_number) == ("adopted_in_part", number)
    assert desk.faults() == []


async def test_a_stale_form_and_a_wrong_decision_are_refused(desk: Desk) -> None:
    opened = await a_thread(desk)
    act = dispose(desk.journal, desk.actor(), opened, "declined", reason="No.", decision="x_none")
    assert await refused(desk, act) == "invalid: decision"
    await dispose(desk.journal, desk.actor(), opened, "declined", reason="No.")
    act = dispose(desk.journal, desk.actor("team_staff"), opened, "declined", reason="Not at all.")
    assert await refused(desk, act) == "conflict: disposition"
    assert await refused(desk, dispose(desk.journal, desk.actor(), opened, "gone")) == "invalid: disposition"


@pytest.mark.parametrize("phase", PHASES)
async def test_who_disposes_is_in_the_matrix(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    for role in ROLES:
        opened = await a_thread(desk, section="goals")
        act = dispose(desk.journal, desk.actor(role), opened, "declined", reason="No.")
        reason = why_not(role, "dispose_comment", phase)
        if reason is None:
            await act
            assert thread(desk, opened).disposed_by == desk.people[role]
        else:
            assert await refused(desk, act) == reason
    assert desk.faults() == []


# What readers are told


async def test_open_points_are_those_of_the_section(desk: Desk) -> None:
    await put(desk, "He reads for 30 minutes a day.")
    ours = await a_thread(desk, "30 minutes", text="Why?")
    theirs = await a_thread(desk, role="team_staff", section="goals")
    assert [(point.thread_id, point.quote, point.words) for point in points(desk, "notes")] == [
        (ours, "30 minutes", "Why?")
    ]
    assert [point.thread_id for point in points(desk)] == [ours, theirs]
    # The family's comment needs an outcome even when somebody resolved it; a colleague's doesn't.
    for opened in (ours, theirs):
        await set_resolved(desk.journal, desk.actor(), opened, resolved=True)
    assert [(point.thread_id, point.is_open) for point in points(desk)] == [(ours, False)]
    with desk.database.sync.connect() as connection:
        assert counts(connection, desk.meeting) == {desk.documents["notes"]: 1, desk.documents["goals"]: 1}


async def test_what_one_has_read_is_ones_own(desk: Desk) -> None:
    opened = await a_thread(desk, mentions=(desk.people["team_staff"],))
    count = len(desk.entries())

    def unread(role: str) -> bool:
        with desk.database.sync.connect() as connection:
            (found,) = threads(connection, desk.meeting, reader=desk.people[role])
        return found.is_unread_by(desk.people[role])

    assert (unread("team_staff"), unread("case_manager"), unread("parent")) == (True, True, False)
    for _ in range(2):
        await mark_read(desk.database, desk.people["team_staff"], desk.meeting, [opened, "t_none"])
    assert (unread("team_staff"), unread("case_manager")) == (False, True)
    assert len(desk.entries()) == count
    await answer(desk.journal, desk.actor(), opened, Words("Because."))
    assert (unread("team_staff"), unread("case_manager"), unread("parent")) == (True, True, True)
    assert desk.faults() == []


def points(desk: Desk, section: str | None = None) -> list[Any]:
    with desk.database.sync.connect() as connection:
        return open_points(connection, desk.meeting, desk.documents[section] if section else None)


async def test_a_meeting_holds_so_many_comments_and_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MOST_COMMENTS", 2)
    opened = await a_thread(desk)
    await answer(desk.journal, desk.actor(), opened, WORDS)
    count = len(desk.entries())
    assert await refused(desk, answer(desk.journal, desk.actor(), opened, WORDS)) == "too_big: comments"
    assert await refused(desk, a_thread(desk)) == "too_big: comments"
    assert len(desk.entries()) == count
