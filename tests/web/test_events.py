"""What an act sends, applied to what a page showed before, gives what a fresh load shows.

A part of the page fetches itself anew when an event names one of its topics. So whatever part reads otherwise after an
act must have one of the topics that the act's kind sends; a kind without a scene here fails, and so does a scene that
makes other entries than it says.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from server.domain import roles
from server.domain.arrangement import Arrangement
from server.domain.decisions import seen_mark
from server.domain.file_dates import FileDates
from server.domain.meeting_notice import NOTICE
from server.journal import kinds
from server.journal.entry import Author
from server.journal.transaction import Transaction
from server.meeting import (
    Actor,
    ItemPlan,
    Promise,
    Target,
    Words,
    add_follow_up,
    add_item,
    add_participant,
    adopt_proposal,
    agree_to_excusal,
    answer,
    arrange_meeting,
    change_follow_up,
    change_item,
    change_participant,
    correct_attendance,
    discuss_section,
    dispose,
    edit_comment,
    finalize_section,
    gather,
    give_input,
    issue_invitation,
    mark_follow_up,
    move_item,
    note_attendance,
    note_contact,
    open_thread,
    park,
    point_to,
    propose_excusal,
    read_back_section,
    remove_contact,
    remove_follow_up,
    remove_item,
    remove_participant,
    reopen_section,
    restore_section,
    revoke_excusal,
    set_editing_paused,
    set_item_state,
    set_phase,
    set_resolved,
    unpark,
)
from server.meeting.amendment_effect import put_into_effect
from server.meeting.amendments import (
    answer_amendment,
    offer_amendment,
    propose_amendment,
    take_back_amendment,
    withdraw_amendment,
)
from server.meeting.archive import take_archive
from server.meeting.attendance import Visit, arrive, leave
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import change_decision, propose_decision, read_back_decision, settle_decision
from server.meeting.duties import acknowledge, read_duties
from server.meeting.file_dates import note_file_dates
from server.meeting.mailings import note_accepted, note_refused
from server.meeting.meeting_notices import Addressed, Answer, answer_notice, current_content, note_opened, send_notice
from server.meeting.messages import note_read, write_message
from server.meeting.notices import (
    Told,
    approve_notice,
    change_notice,
    compose_notice,
    note_given,
    remove_notice,
    review_decision,
    review_translation,
    translate_notice,
)
from server.meeting.own_words import give_words, write_words
from server.meeting.positions import record_position
from server.meeting.progress import Measured, note_progress, remove_progress
from server.meeting.reminders import plan_reminder
from server.meeting.reports import issue_report, set_report_days
from server.meeting.retention import lift_hold, note_asked, note_informed, note_left, put_hold
from server.meeting.sharing import note_opening, say_about_section, share_sections
from server.meeting.signing import revoke_consent, sign, state_disagreement
from server.meeting.stage import put_on_stage
from server.storage.tables import Amendment, Attendance, Comment, Entry, Position
from server.web.fragments import FRAGMENTS
from tests.support.desk import Writer
from tests.support.measuring import add_goal
from tests.support.school import Browser, School

READERS = ("case_manager", "parent")  # who is shown the most, and who least of what is the staff's
# A text that changes under its readers is theirs to see in the editor, letter by letter. What is worked out from it
# is read again when somebody acts on it, and the act is held against the text as it is then.
OF_THE_TEXT = {kinds.EDIT, kinds.RESTORE, kinds.ADOPTED}
WORKED_OUT = {
    "readiness",
    "decisions",
    "decision",
    "comments",
    "read_back",
    "decision_reading",
    "now",
    "stage",
    "amendment",
    "progress",
}
KEPT = ("comments", "decisions")  # parts put together from smaller ones that are kept
# Kinds that no part of a page was there to see.
BEFORE_ANY_PAGE = {kinds.CREATED, kinds.DOCUMENT}
AFTER_ANY_PAGE = {kinds.DESTROYED}
# What goes on by itself.
TICKING = re.compile(r' (?:item-)?(?:seconds|drift)="-?\d+"|<span class="clock-(?:time|words)">[^<]*</span>')
# What may take back what the scene before it did, or changes text: looked at apart.
APART = {
    kinds.THREAD_REOPENED,
    kinds.LEFT,
    kinds.AGENDA_REMOVED,
    kinds.FOLLOW_UP_REMOVED,
    kinds.REMOVED,
    kinds.CONTACT_REMOVED,
    kinds.PROGRESS_REMOVED,
    kinds.EXCUSAL_REVOKED,
    kinds.DECISION_READ_BACK,
    kinds.ADOPTED,
}

Scene = Callable[["Story"], Awaitable[Any]]


class Story:
    """One meeting, a person in every role, and what each act made."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.people = {role: school.person(f"The {role}", is_staff=role in roles.STAFF) for role in roles.ROLES}
        self.leader = self.people["case_manager"]
        self.ada = school.person("Ada Admin", is_administrator=True).id
        self.id = school.meeting(self.leader)
        self.seats = {
            role: school.seat(self.leader, self.id, self.people[role], role)
            for role in roles.ROLES
            if role != "case_manager"
        }
        self.spare = school.person("A Spare")
        self.documents = school.documents(self.id)
        school.call(share_sections, self.journal, self.actor(), [self.documents["goals"]])
        self.browsers: dict[str, Browser] = {role: school.browser(self.people[role]) for role in READERS}
        self.made: dict[str, str] = {}

    @property
    def journal(self) -> Any:
        return self.school.state.journal

    def actor(self, role: str = "case_manager") -> Actor:
        return Actor(self.people[role].id, self.id, role)

    def keep(self, name: str, act: Awaitable[Any]) -> Awaitable[Any]:
        async def kept() -> None:
            self.made[name] = await act

        return kept()

    def kinds(self) -> list[str]:
        rows = self.school.rows(select(Entry.kind).where(Entry.meeting_id == self.id).order_by(Entry.number))
        return [str(kind) for kind in rows]

    def shown(self) -> dict[tuple[str, str], str]:
        """Every part as each reader finds it now. What was put together before is as if it were put together now."""
        shown = self._shown(FRAGMENTS)
        self.school.state.kept.forget()
        assert shown == shown | self._shown(KEPT)
        return shown

    def _shown(self, names: Iterable[str]) -> dict[tuple[str, str], str]:
        paths = {}
        for name in names:
            fragment = FRAGMENTS[name]
            wanted = [one for one in ("decision", "amendment") if f"{{{one}}}" in fragment.path]
            if any(one not in self.made for one in wanted):
                continue
            path = fragment.path.format(document=self.documents["goals"], **{one: self.made[one] for one in wanted})
            paths[name] = f"/m/{self.id}{path}"
        found = {}
        for role, browser in self.browsers.items():
            answers = browser.client.look(list(paths.values()), {"hx-request": "true"})
            for name, (status, text) in zip(paths, answers, strict=True):
                if name == "amendment" and status == 404:
                    continue  # not offered yet
                found[name, role] = f"{status} {TICKING.sub('', text)}"
        return found


async def _positions(story: Story) -> str:
    async with story.school.state.database.session() as session:
        rows = await session.execute(select(Position.__table__).where(Position.decision_id == story.made["decision"]))
        return seen_mark(2, [row._asdict() for row in rows])


async def _edit(story: Story) -> None:
    writer = Writer(story.journal, story.documents["goals"], story.leader.id)
    writer.write("Jonah will read aloud.")
    await story.journal.settle()


async def _first_comment(story: Story) -> str:
    async with story.school.state.database.session() as session:
        return str(
            await session.scalar(
                select(Comment.id).where(Comment.thread_id == story.made["thread"]).order_by(Comment.number)
            )
        )


async def _edit_comment(story: Story) -> None:
    await edit_comment(story.journal, story.actor("parent"), await _first_comment(story), Words("Why 45?"))


async def _settle(story: Story) -> None:
    seen = await _positions(story)
    await settle_decision(story.journal, story.actor(), story.made["decision"], revision=2, seen=seen)


async def _correct(story: Story) -> None:
    async with story.school.state.database.session() as session:
        stay = await session.get(Attendance, story.made["stay"])
    assert stay is not None
    await correct_attendance(
        story.journal, story.actor(), stay.id, how="video", arrived_at=stay.arrived_at, left_at=None
    )


async def _restore(story: Story) -> None:
    async with story.school.state.database.session() as session:
        numbers = await session.scalars(
            select(Entry.number).where(Entry.document_id == story.documents["goals"], Entry.kind == kinds.DOCUMENT)
        )
        number = numbers.first()
    assert number is not None
    await restore_section(story.journal, story.actor(), story.documents["goals"], number)


async def _notice(story: Story) -> None:
    async with story.school.state.database.session() as session:
        connection = await session.connection()
        content = await connection.run_sync(current_content, story.id)
    told = [Addressed(story.people["parent"].id, "es", "token", None)]
    await send_notice(story.journal, story.actor(), story.school.state.post, NOTICE, content, 0, told)


async def _mailed(story: Story, because: str = "") -> None:
    """What the mail server said of a letter, as the job that sends notes it."""
    author = Author(story.leader.id, roles.CASE_MANAGER)

    def perform(transaction: Transaction) -> None:
        if because:
            note_refused(transaction, story.id, "ml_some", author, because)
        else:
            note_accepted(transaction, story.id, "ml_some", author)

    await story.journal.act(perform)


def _told(story: Story) -> Told:
    """A notice that lacks nothing."""
    part = {
        "decision": story.made["decision"],
        "kind": "proposes",
        "action": "45 minutes a day",
        "reasons": "Thirty were not enough.",
        "basis": "Probes (2027-02-10)",
        "options": [{"text": "As before", "why": "It did not work."}],
        "factors": "None.",
    }
    return Told([part], "Rights.", "The school.")


def _goals(story: Story) -> Target:
    return Target("section", story.documents["goals"])


async def _read_duties(s: Story) -> None:
    async with s.school.state.database.session() as session:
        connection = await session.connection()
        mark = (await connection.run_sync(read_duties, s.id)).mark
    await acknowledge(s.journal, s.actor("team_staff"), mark)


async def _amendment(s: Story) -> Any:
    async with s.school.state.database.session() as session:
        return await session.get(Amendment, s.made["amendment"])


async def _propose(s: Story) -> None:
    wanted = [s.documents["services"]]
    s.made["amendment"] = await propose_amendment(s.journal, s.actor(), wanted, reason="Not enough.")


async def _edit_copy(s: Story) -> None:
    (part,) = (await _amendment(s)).parts
    Writer(s.journal, part["copy"], s.leader.id).write("Jonah will read aloud.")
    await s.journal.settle()


async def _offer(s: Story) -> None:
    await offer_amendment(s.journal, s.actor(), s.made["amendment"], reason="Not enough.", override="Looked at.")


async def _answer(s: Story, role: str) -> None:
    said = {"understood": True, "statement": "I agree.", "seen": (await _amendment(s)).mark}
    await answer_amendment(s.journal, s.actor(role), s.made["amendment"], "agree", **said)


async def _amend(s: Story) -> None:
    await put_into_effect(s.journal, s.actor(), s.made["amendment"], seen=(await _amendment(s)).mark)


SAID = DecisionWords(question="How long?", action="45 minutes a day", outcome="agreed")
SCENES: list[tuple[str, Scene]] = [
    (kinds.FILE_DATES, lambda s: note_file_dates(s.journal, s.actor(), FileDates(date(2024, 1, 8), date(2025, 9, 2)), at=datetime(2027, 2, 1, tzinfo=UTC))),
    (kinds.ARRANGED, lambda s: arrange_meeting(s.journal, s.actor(), Arrangement(datetime(2027, 3, 1, 15, tzinfo=UTC), None, "America/New_York", "Room 5", "https://meet.example.org/r"))),
    (kinds.SHARED, lambda s: share_sections(s.journal, s.actor(), [s.documents["services"]])),
    (kinds.OPENED, lambda s: note_opening(s.journal, s.actor("parent"), [s.documents["services"]])),
    (kinds.WORDS_WRITTEN, lambda s: write_words(s.journal, s.actor("parent"), "worries", "He cries.", lang="en", seen=0)),
    (kinds.WORDS_GIVEN, lambda s: give_words(s.journal, s.actor("parent"))),
    (kinds.VIEWED, lambda s: say_about_section(s.journal, s.actor("parent"), s.documents["services"], "talk")),
    (kinds.ADDED, lambda s: s.keep("spare", add_participant(s.journal, s.actor(), person_id=s.spare.id, role="team_staff", title="Nurse"))),
    (kinds.CHANGED, lambda s: change_participant(s.journal, s.actor(), s.made["spare"], role="team_staff", title="Coach", given=["evaluation"])),
    (kinds.INVITED, lambda s: issue_invitation(s.journal, s.actor(), person_id=s.spare.id)),
    (kinds.AGENDA_ADDED, lambda s: s.keep("item", add_item(s.journal, s.actor(), ItemPlan("Reading", 10, sections=("goals",))))),
    (kinds.AGENDA_ADDED, lambda s: s.keep("second", add_item(s.journal, s.actor(), ItemPlan("Services", 10)))),
    (kinds.AGENDA_ADDED, lambda s: s.keep("third", add_item(s.journal, s.actor("parent"), ItemPlan("The bus", 5)))),
    (kinds.AGENDA_CHANGED, lambda s: change_item(s.journal, s.actor(), s.made["second"], ItemPlan("Speech", 15))),
    (kinds.AGENDA_ORDERED, lambda s: move_item(s.journal, s.actor(), s.made["second"], "down")),
    (kinds.AGENDA_REMOVED, lambda s: remove_item(s.journal, s.actor(), s.made["third"])),
    (kinds.THREAD_OPENED, lambda s: s.keep("thread", open_thread(s.journal, s.actor("parent"), _goals(s), Words("Why 30?"), proposal="45 minutes."))),
    (kinds.COMMENTED, lambda s: answer(s.journal, s.actor(), s.made["thread"], Words("It is a start."))),
    (kinds.COMMENT_EDITED, _edit_comment),
    (kinds.THREAD_RESOLVED, lambda s: set_resolved(s.journal, s.actor("parent"), s.made["thread"], resolved=True)),
    (kinds.THREAD_REOPENED, lambda s: set_resolved(s.journal, s.actor("parent"), s.made["thread"], resolved=False)),
    (kinds.FOLLOW_UP_ADDED, lambda s: s.keep("promise", add_follow_up(s.journal, s.actor(), Promise("Send it", s.people["parent"].id, "2096-03-01"), kind="task"))),
    (kinds.FOLLOW_UP_CHANGED, lambda s: change_follow_up(s.journal, s.actor(), s.made["promise"], Promise("Mail it", s.people["parent"].id, "2096-03-02"))),
    (kinds.FOLLOW_UP_DONE, lambda s: mark_follow_up(s.journal, s.actor(), s.made["promise"], done=True)),
    (kinds.FOLLOW_UP_DONE, lambda s: mark_follow_up(s.journal, s.actor(), s.made["promise"], done=False)),
    (kinds.MEETING_NOTICE_SENT, _notice),
    (kinds.ARCHIVED, lambda s: take_archive(s.journal, s.school.state.database, s.actor(), set())),
    (kinds.REMINDER_PLANNED, lambda s: plan_reminder(s.journal, s.actor(), date(2026, 3, 1), at="https://x.example", today=date(2026, 1, 5))),
    (kinds.MEETING_NOTICE_OPENED, lambda s: note_opened(s.journal, s.actor("parent"))),
    (kinds.MEETING_NOTICE_ANSWERED, lambda s: answer_notice(s.journal, s.actor("parent"), Answer("coming"))),
    (kinds.MAIL_ACCEPTED, _mailed),
    (kinds.MAIL_REFUSED, lambda s: _mailed(s, "550 no such mailbox")),
    (kinds.EXCUSAL_PROPOSED, lambda s: s.keep("excusal", propose_excusal(s.journal, s.actor(), s.people["team_staff"].id, "excused"))),
    (kinds.EXCUSAL_AGREED, lambda s: agree_to_excusal(s.journal, s.actor("parent"), s.made["excusal"], statement="I agree.")),
    (kinds.EXCUSAL_INPUT, lambda s: give_input(s.journal, s.actor("team_staff"), s.made["excusal"], "He writes more.")),
    (kinds.CONTACT_NOTED, lambda s: s.keep("contact", note_contact(s.journal, s.actor(), channel="phone", result="no_answer", at=datetime(2026, 1, 5, tzinfo=UTC)))),
    (kinds.EDIT, lambda s: add_goal(s.journal, s.documents["goals"], s.actor().person_id)),
    (kinds.PROGRESS_NOTED, lambda s: s.keep("point", note_progress(s.journal, s.actor(), Measured("Reading", "2026-01-05", "82"), at=datetime(2026, 1, 5, 15, tzinfo=UTC)))),
    (kinds.PROGRESS_REMOVED, lambda s: remove_progress(s.journal, s.actor(), s.made["point"], "Another student’s.")),
    (kinds.MESSAGE_WRITTEN, lambda s: write_message(s.journal, s.actor("parent"), "He cries at night.")),
    (kinds.MESSAGE_READ, lambda s: note_read(s.journal, s.actor(), 99_999)),
    (kinds.PHASE, lambda s: set_phase(s.journal, s.actor(), "live")),
    (kinds.EXCUSAL_REVOKED, lambda s: revoke_excusal(s.journal, s.actor("parent"), s.made["excusal"])),
    (kinds.CONTACT_REMOVED, lambda s: remove_contact(s.journal, s.actor(), s.made["contact"])),
    (kinds.ARRIVED, lambda s: arrive(s.journal, [Visit(s.id, s.people["parent"].id)])),
    (kinds.LEFT, lambda s: leave(s.journal, [Visit(s.id, s.people["parent"].id)])),
    (kinds.ATTENDANCE_NOTED, lambda s: s.keep("stay", note_attendance(s.journal, s.actor(), s.people["student"].id, how="in_person"))),
    (kinds.ATTENDANCE_CORRECTED, _correct),
    (kinds.AGENDA_POINTED, lambda s: point_to(s.journal, s.actor(), s.made["second"], left_done=True)),
    (kinds.AGENDA_STATE, lambda s: set_item_state(s.journal, s.actor(), s.made["second"], "done")),
    (kinds.AGENDA_POINTED, lambda s: point_to(s.journal, s.actor(), s.made["item"], left_done=False)),
    (kinds.GATHERED, lambda s: gather(s.journal, s.actor(), section="goals")),
    (kinds.STAGED, lambda s: put_on_stage(s.journal, s.actor(), "section", s.documents["goals"])),
    (kinds.PARKED, lambda s: s.keep("parked", park(s.journal, s.actor("parent"), text="The bus"))),
    (kinds.UNPARKED, lambda s: unpark(s.journal, s.actor(), s.made["parked"], leave_as="next_meeting")),
    (kinds.DECISION_PROPOSED, lambda s: s.keep("decision", propose_decision(s.journal, s.actor("parent"), DecisionWords(question="How long?"), thread_id=s.made["thread"]))),
    (kinds.POSITION, lambda s: record_position(s.journal, s.actor("parent"), s.made["decision"], "agree_in_part", words="Not pulled out of science.")),
    (kinds.DECISION_CHANGED, lambda s: change_decision(s.journal, s.actor(), s.made["decision"], SAID, revision=1)),
    (kinds.DECISION_READ_BACK, lambda s: read_back_decision(s.journal, s.actor(), s.made["decision"], revision=2)),
    (kinds.DECISION_SETTLED, _settle),
    (kinds.EDIT, _edit),
    (kinds.DISPOSED, lambda s: dispose(s.journal, s.actor(), s.made["thread"], "parked", owner=s.people["parent"].id, due="2096-03-01")),
    (kinds.ADOPTED, lambda s: adopt_proposal(s.journal, s.actor(), s.made["thread"])),
    (kinds.RESTORE, _restore),
    (kinds.EDIT, lambda s: add_goal(s.journal, s.documents["goals"], s.actor().person_id)),
    (kinds.PAUSED, lambda s: set_editing_paused(s.journal, s.actor(), True)),
    (kinds.SECTION, lambda s: discuss_section(s.journal, s.actor(), s.documents["goals"], discussing=True)),
    (kinds.READ_BACK, lambda s: read_back_section(s.journal, s.actor("lea_representative"), s.documents["goals"])),
    (kinds.SECTION, lambda s: finalize_section(s.journal, s.actor("lea_representative"), s.documents["goals"], override="The team has looked at it.")),
    (kinds.SECTION, lambda s: reopen_section(s.journal, s.actor(), s.documents["goals"], reason="a word is wrong")),
    (kinds.READ_BACK, lambda s: read_back_section(s.journal, s.actor("lea_representative"), s.documents["services"])),
    (kinds.SECTION, lambda s: finalize_section(s.journal, s.actor("lea_representative"), s.documents["services"], override="The team has looked at it.")),
    (kinds.FOLLOW_UP_REMOVED, lambda s: remove_follow_up(s.journal, s.actor(), s.made["promise"])),
    (kinds.REMOVED, lambda s: remove_participant(s.journal, s.actor(), s.made["spare"])),
    (kinds.PHASE, lambda s: set_phase(s.journal, s.actor(), "closed")),
    (kinds.SIGNED, lambda s: s.keep("consent", sign(s.journal, s.actor("parent"), "consent", understood=True, statement="I understand."))),
    (kinds.REVOKED, lambda s: revoke_consent(s.journal, s.actor("parent"), s.made["consent"], understood=True)),
    (kinds.STATED, lambda s: state_disagreement(s.journal, s.actor("parent"), "I disagree.", document_id=s.documents["goals"])),
    (kinds.ACKNOWLEDGED, _read_duties),
    (kinds.AMENDMENT_PROPOSED, _propose),
    (kinds.EDIT, _edit_copy),
    (kinds.AMENDMENT_OFFERED, _offer),
    (kinds.AMENDMENT_ANSWERED, lambda s: _answer(s, "parent")),
    (kinds.AMENDMENT_TAKEN_BACK, lambda s: take_back_amendment(s.journal, s.actor(), s.made["amendment"])),
    (kinds.AMENDMENT_OFFERED, _offer),
    (kinds.AMENDMENT_ANSWERED, lambda s: _answer(s, "lea_representative")),
    (kinds.AMENDED, _amend),
    (kinds.AMENDMENT_PROPOSED, _propose),
    (kinds.AMENDMENT_WITHDRAWN, lambda s: withdraw_amendment(s.journal, s.actor(), s.made["amendment"])),
    (kinds.NOTICE_COMPOSED, lambda s: s.keep("notice", compose_notice(s.journal, s.actor(), [s.made["decision"]], safeguards="Rights.", contacts="The school."))),
    (kinds.NOTICE_COMPOSED, lambda s: s.keep("other", compose_notice(s.journal, s.actor(), [], safeguards="", contacts=""))),
    (kinds.NOTICE_CHANGED, lambda s: change_notice(s.journal, s.actor(), s.made["notice"], _told(s), revision=1)),
    (kinds.NOTICE_REMOVED, lambda s: remove_notice(s.journal, s.actor(), s.made["other"], revision=1)),
    (kinds.NOTICE_TRANSLATED, lambda s: translate_notice(s.journal, s.actor(), s.made["notice"], "es", _told(s), revision=2, machine=True, translator="A machine")),
    (kinds.NOTICE_TRANSLATION_REVIEWED, lambda s: review_translation(s.journal, s.actor("interpreter"), s.made["notice"], "es", compared=True)),
    (kinds.NOTICE_APPROVED, lambda s: approve_notice(s.journal, s.actor("lea_representative"), s.made["notice"], revision=2)),
    (kinds.NOTICE_GIVEN, lambda s: note_given(s.journal, s.actor(), s.made["notice"], [s.people["parent"].id], "paper", langs={})),
    (kinds.REPORT_DAYS, lambda s: set_report_days(s.journal, s.actor(), ["2027-06-18"])),
    (kinds.REPORT_ISSUED, lambda s: issue_report(s.journal, s.actor(), "2027-06-18", {"Reading": ("expected", "He reads more.")})),
    (kinds.DECISION_REVIEWED, lambda s: review_decision(s.journal, s.actor(), s.made["decision"], "on_course", "93 words.", "2027-05-12")),
    (kinds.HELD, lambda s: s.keep("hold", put_hold(s.journal, s.ada, s.id, "complaint", "No. 27-104"))),
    (kinds.HOLD_LIFTED, lambda s: lift_hold(s.journal, s.ada, s.id, s.made["hold"], "Withdrawn.")),
    (kinds.LEFT_SCHOOL, lambda s: note_left(s.journal, s.ada, s.id, "2026-01-02")),
    (kinds.DESTRUCTION_ASKED, lambda s: note_asked(s.journal, s.ada, s.id, "2026-01-02", "Both parents.")),
    (kinds.PARENTS_INFORMED, lambda s: note_informed(s.journal, s.ada, s.id, "2026-01-02", "letter")),
    (kinds.PHASE, lambda s: set_phase(s.journal, s.actor(), "live", reason="one thing more")),
]  # fmt: skip


def every_kind() -> set[str]:
    return set(kinds.TOPICS)


def test_every_kind_has_its_topics_and_a_scene() -> None:
    named = {value for name, value in vars(kinds).items() if name.isupper() and isinstance(value, str)}
    assert named == every_kind()
    assert {kind for kind, _ in SCENES} | BEFORE_ANY_PAGE | AFTER_ANY_PAGE == every_kind()


def blocks() -> Iterator[list[tuple[str, Scene]]]:
    """Scenes that send the same topics, one after another: looked at together, they are judged as each alone."""
    block: list[tuple[str, Scene]] = []
    for kind, scene in SCENES:
        alike = block and kinds.TOPICS[block[0][0]] == kinds.TOPICS[kind]
        if block and (not alike or kind in APART or kind in {one for one, _ in block}):
            yield block
            block = []
        block.append((kind, scene))
    yield block


def test_a_part_that_reads_otherwise_after_an_act_is_told_of_it(school: School) -> None:
    story = Story(school)
    before, silent = story.shown(), []
    for block in blocks():
        acts = [kind for kind, _ in block]
        for kind, scene in block:
            written = len(story.kinds())
            school.call(scene, story)
            assert story.kinds()[written:] == [kind]
        after = story.shown()
        for (name, role), html in after.items():
            assert html.startswith("200 "), f"{name} of the {role} after {acts}: {html[:200]}"
            if before.get((name, role), html) == html:
                continue
            told = set(FRAGMENTS[name].topics) & set(kinds.TOPICS[acts[0]])
            if not told and not (set(acts) <= OF_THE_TEXT and name in WORKED_OUT):
                silent.append(f"{acts}: {name} of the {role}: {_difference(before[name, role], html)}")
        before = after
    assert not silent, "\n".join(silent)


def _difference(before: str, after: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return f"{before[at - 60 : at + 80]!r} -> {after[at - 60 : at + 80]!r}"
