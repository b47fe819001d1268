"""Every form of a meeting, sent by every role in every phase to the real application: the answer is the matrix's.

A route that takes a form and has no row here fails the test. Whoever may not is refused and nothing is written;
whoever may is never told that they may not; and each row is done by somebody, somewhere.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select
from starlette.routing import Route

from server.domain.meeting_notice import NOTICE as MEETING_NOTICE
from server.domain.roles import (
    CASE_MANAGER,
    CLOSED,
    LEA_REPRESENTATIVE,
    LIVE,
    PARENT,
    PHASES,
    PREWORK,
    ROLES,
    STAFF,
    TEAM_STAFF,
    why_not,
)
from server.journal import kinds
from server.meeting import (
    Actor,
    ItemPlan,
    Promise,
    Target,
    Words,
    add_follow_up,
    add_item,
    finalize_section,
    note_attendance,
    note_contact,
    open_thread,
    park,
    propose_excusal,
    read_back_section,
    set_phase,
    unpark,
)
from server.meeting.amendments import propose_amendment
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision
from server.meeting.duties import read_duties
from server.meeting.meeting_notices import Addressed, current_content, send_notice
from server.meeting.notices import compose_notice
from server.meeting.progress import Measured, note_progress
from server.meeting.sharing import share_sections
from server.storage.tables import Amendment, Comment, Entry
from server.web.routes import routes
from tests.support.desk import Writer
from tests.support.measuring import add_goal
from tests.support.school import Browser, School

MEETING = "/m/{meeting_id}"
SECTION = MEETING + "/sections/{document_id}"
AGENDA = MEETING + "/agenda"
THREAD = MEETING + "/comments/{thread_id}"
DECISION = MEETING + "/decisions/{decision_id}"
SEAT = MEETING + "/people/{participant_id}"
REVIEW = MEETING + "/review/sign"
NOTICE = MEETING + "/notices/{notice_id}"
TOLD = {
    **{
        f"part-0-{name}": "Words."
        for name in ("action", "reasons", "basis", "factors", "option-0-text", "option-0-why")
    },
    "part-0-kind": "proposes",
    "safeguards": "Rights.",
    "contacts": "The school.",
}
AMENDMENTS = MEETING + "/amendments"
AMENDMENT = AMENDMENTS + "/{amendment_id}"
STAY = MEETING + "/attendance/{stay_id}"
EXCUSAL = MEETING + "/excusals/{excusal_id}"
BEFORE_THE_END = (PREWORK, LIVE)
DONE = {200, 204, 303}
ENTRIES = select(func.count()).select_from(Entry).where(Entry.meeting_id == bindparam("meeting"))


@dataclass(frozen=True)
class Row:
    """A form. `phases` and `roles`: what the act asks for besides the matrix. `tried`: phases in which there is one."""

    path: str
    actions: str
    form: dict[str, str]
    phases: Collection[str] = PHASES
    roles: Collection[str] = ROLES
    tried: Collection[str] = PHASES
    final: bool = False  # the section is one that was final
    writes: bool = True

    def allows(self, role: str, phase: str) -> bool:
        granted = all(why_not(role, action, phase) is None for action in self.actions.split())
        return granted and phase in self.phases and role in self.roles


ROWS = [
    Row(
        MEETING + "/invitations/send",
        "manage_meeting",
        {"kind": "notice", "people": "{parent_id}", "seen": "{seen}"},
        phases=BEFORE_THE_END,
    ),
    Row(MEETING + "/invitations/remind", "manage_meeting", {"on": ""}, phases=(PREWORK,), writes=False),
    Row(MEETING + "/papers/record.zip", "archive", {}),
    Row(MEETING + "/papers/making", "export", {"file": "iep.docx"}, tried=(CLOSED,), writes=False),
    Row(MEETING + "/papers/making/{making_id}/cancel", "read", {}, tried=(CLOSED,), writes=False),
    Row(MEETING + "/pause", "manage_meeting", {"paused": "yes"}, phases=(LIVE,)),
    Row(MEETING + "/pause", "manage_meeting", {"paused": "no"}, phases=(LIVE,)),
    Row(MEETING + "/ticket", "read", {"schema_version": "1"}, writes=False),
    Row(MEETING + "/sharing", "share_draft", {"document": "{services_id}", "language": "en"}),
    Row(MEETING + "/before/{document_id}/say", "say_about_section", {"view": "talk"}),
    Row(MEETING + "/words/{at:int}", "edit_parent_input", {"text": "He cries.", "seen": "0"}),
    Row(MEETING + "/words/give", "edit_parent_input", {}),
    Row(MEETING + "/words/{writer_id}/{question}/answer", "comment", {"text": "Thank you."}),
    Row(MEETING + "/before/{document_id}/ask", "comment", {"text": "Why?"}),
    Row(MEETING + "/stage", "manage_meeting", {"kind": "section", "target": "{document_id}"}),
    Row(MEETING + "/arrangement", "manage_meeting", {"place": "Room 5"}, phases=BEFORE_THE_END),
    Row(MEETING + "/file-dates", "manage_meeting", {"safeguards_on": "2026-09-01"}, phases=BEFORE_THE_END),
    Row(MEETING + "/notice/answer", "answer_notice", {"answer": "coming"}),
    Row(MEETING + "/people", "manage_meeting", {"name": "Nora", "role": "observer", "locale": "en"}),
    Row(SEAT, "manage_meeting", {"role": "observer", "title": "Guest"}),
    Row(SEAT + "/link", "manage_meeting", {}),
    Row(SECTION + "/state", "manage_meeting", {"state": "in_discussion"}, phases=BEFORE_THE_END),
    Row(SECTION + "/ask-reopening", "ask_reopening", {"text": "A word is wrong."}, tried=(LIVE, CLOSED), final=True),
    Row(
        SECTION + "/state", "reopen_section", {"state": "draft", "reason": "A word."}, tried=(LIVE, CLOSED), final=True
    ),
    Row(AGENDA + "/new", "propose_item", {"title": "Speech", "minutes": "5"}, phases=BEFORE_THE_END),
    Row(AGENDA + "/{item_id}/edit", "manage_meeting", {"title": "Speech", "minutes": "5"}, phases=BEFORE_THE_END),
    Row(AGENDA + "/{item_id}/act", "manage_meeting", {"act": "up"}, phases=BEFORE_THE_END),
    Row(AGENDA + "/{item_id}/act", "manage_meeting", {"act": "gather"}, phases=(LIVE,)),
    Row(AGENDA + "/{item_id}/act", "manage_meeting", {"act": "point"}, phases=(LIVE,)),
    Row(AGENDA + "/{item_id}/act", "manage_follow_ups", {"act": "more_time"}),
    Row(MEETING + "/parking/new", "park", {"text": "The bus"}),
    Row(MEETING + "/parking/{parked_id}", "manage_follow_ups", {"leave_as": "next_meeting"}, tried=(LIVE, CLOSED)),
    Row(MEETING + "/follow-ups/new", "manage_follow_ups", {"kind": "meeting", "what": "Go on"}),
    Row(MEETING + "/follow-ups/{follow_up_id}", "manage_follow_ups", {"what": "Go on soon", "owner": "{parent_id}"}),
    Row(MEETING + "/follow-ups/{follow_up_id}/mark", "mark_follow_up", {"done": "yes"}, roles=STAFF | {PARENT}),
    Row(MEETING + "/excusals", "propose_excusal", {"person": "{staff_id}", "kind": "excused"}),
    Row(EXCUSAL + "/note", "note_excusal", {"person": "{parent_id}", "signed_on": "2026-01-05"}, tried=BEFORE_THE_END),
    Row(EXCUSAL + "/agree", "agree_excusal", {"understood": "yes"}, roles=(PARENT, LEA_REPRESENTATIVE)),
    Row(EXCUSAL + "/input", "note_excusal", {"input": "He reads.", "noted": "yes", "given_on": "2026-01-05"}),
    Row(EXCUSAL + "/revoke", "revoke_excusal", {}),
    Row(
        MEETING + "/contacts",
        "log_contact",
        {"channel": "phone", "result": "agreed", "day": "2026-01-05", "time": "10:00"},
    ),
    Row(MEETING + "/contacts/{contact_id}/remove", "log_contact", {}),
    Row(MEETING + "/progress", "log_progress", {"goal": "Reading", "day": "2026-01-05", "value": "82"}),
    Row(MEETING + "/progress/{point_id}/remove", "log_progress", {"reason": "Another student’s."}),
    Row(MEETING + "/progress/dates", "manage_meeting", {"day-0": "2026-11-13"}),
    Row(
        MEETING + "/progress/reports/new",
        "issue_report",
        {"period": "2026-11-13", "outlook-0": "expected", "words-0": "He reads more."},
        tried=(CLOSED,),
    ),
    Row(MEETING + "/messages", "write_message", {"text": "He cries at night.", "to": "{parent_id}"}),
    Row(MEETING + "/messages/read", "read_messages", {"upto": "99999"}, writes=False),
    Row(MEETING + "/attendance", "manage_meeting", {"person": "{person_id}", "how": "phone"}, phases=(LIVE, CLOSED)),
    Row(STAY, "manage_meeting", {"how": "video", "arrived_at": "10:00"}, tried=(LIVE, CLOSED)),
    Row(STAY + "/remove", "manage_meeting", {}, tried=(LIVE, CLOSED)),
    Row(
        MEETING + "/comments", "comment", {"target": "section", "about": "{document_id}", "text": "Why?", "lang": "en"}
    ),
    Row(MEETING + "/changes/seen", "read", {"seen": "{document_id}:1"}, writes=False),
    Row(MEETING + "/comments/read", "read", {"thread": "{thread_id}"}, writes=False),
    Row(THREAD + "/answer", "comment", {"text": "So that.", "lang": "en"}),
    Row(THREAD + "/edit/{comment_id}", "comment", {"text": "Why so?", "lang": "en"}, roles=(PARENT,)),
    Row(THREAD + "/state", "comment", {"state": "resolved"}, roles=STAFF | {PARENT}),
    Row(THREAD + "/outcome", "dispose_comment", {"disposition": "declined", "reason": "Not now."}),
    Row(THREAD + "/adopt", "dispose_comment edit_section", {}),
    Row(SECTION + "/history/{number:int}/restore", "edit_section", {}),
    Row(SECTION + "/history/{number:int}/passages", "edit_section", {"passage": "0"}),
    Row(MEETING + "/decisions/new", "propose_decision", {"question": "How long?"}),
    Row(MEETING + "/decisions/quick", "propose_decision", {"action": "45 minutes"}),
    Row(DECISION + "/position", "record_position", {"position": "agree"}),
    Row(DECISION + "/edit", "propose_decision", {"question": "How long?", "action": "45 minutes", "revision": "1"}),
    Row(DECISION + "/read-back", "settle_decision", {"revision": "1"}),
    Row(DECISION + "/settle", "settle_decision", {"revision": "1", "seen": ""}),
    Row(DECISION + "/review", "review_decision", {"state": "done", "on": "2027-05-12"}, tried=(LIVE, CLOSED)),
    Row(SECTION + "/read-back", "finalize_section", {}),
    Row(SECTION + "/state", "finalize_section", {"state": "final", "reason": "As agreed.", "seen": ""}),
    Row(REVIEW, "sign_attendance", {"kind": "attended", "understood": "yes"}),
    Row(REVIEW, "sign_receipt", {"kind": "received", "understood": "yes"}),
    Row(REVIEW, "sign_agreement", {"kind": "agreement", "answer": "no", "understood": "yes"}),
    # A student who is not of age consents to nothing.
    Row(REVIEW, "consent", {"kind": "consent", "answer": "yes", "understood": "yes"}, roles=(PARENT,)),
    Row(REVIEW + "/{signoff_id}/revoke", "revoke_consent", {"understood": "yes"}, tried=(LIVE, CLOSED)),
    Row(MEETING + "/duties", "acknowledge_duties", {"seen": "{duties}"}, tried=(CLOSED,)),
    Row(MEETING + "/statements", "state_disagreement", {"text": "I disagree."}),
    Row(
        AMENDMENT + "/offer", "propose_amendment", {"reason": "Not enough.", "override": "Looked at."}, tried=(CLOSED,)
    ),
    Row(
        AMENDMENT + "/answer",
        "answer_amendment",
        {"answer": "agree"},
        roles=(PARENT, LEA_REPRESENTATIVE),
        tried=(CLOSED,),
    ),
    Row(AMENDMENT + "/effect", "propose_amendment", {}, tried=(CLOSED,)),
    Row(AMENDMENT + "/take-back", "propose_amendment", {}, tried=(CLOSED,)),
    Row(AMENDMENT + "/withdraw", "propose_amendment", {}, tried=(CLOSED,)),
    Row(AMENDMENTS, "propose_amendment", {"sections": "{services_id}", "reason": "Not enough."}, tried=(CLOSED,)),
    Row(MEETING + "/notices", "write_notice", {}),
    Row(NOTICE + "/edit", "write_notice", {"revision": "1", **TOLD}, tried=(CLOSED,)),
    Row(
        NOTICE + "/translation/{lang}",
        "translate_notice",
        {"revision": "2", "translator": "Rosa", **TOLD},
        tried=(CLOSED,),
    ),
    Row(NOTICE + "/translation/{lang}/review", "translate_notice", {"compared": "yes"}, tried=(CLOSED,)),
    Row(NOTICE + "/remove", "write_notice", {"revision": "9"}, tried=(CLOSED,)),
    Row(NOTICE + "/approve", "approve_notice", {"revision": "2"}, tried=(CLOSED,)),
    Row(NOTICE + "/given", "write_notice", {"person": "{parent_id}", "how": "paper"}, tried=(CLOSED,)),
    Row(SEAT + "/remove", "manage_meeting", {}),
    Row(MEETING + "/phase", "manage_meeting", {"phase": "live", "reason": "To go on."}),
]
# What somebody would have had to do first, in the same meeting, for these to be more than allowed: their own tests do.
NOT_DONE_HERE = {
    DECISION + "/review",
    NOTICE + "/remove",
    AMENDMENT + "/answer",
    AMENDMENT + "/effect",
    REVIEW + "/{signoff_id}/revoke",
    DECISION + "/read-back",
    DECISION + "/settle",
    STAY,
    MEETING + "/phase",
    SECTION + "/history/{number:int}/passages",
    MEETING + "/papers/making/{making_id}/cancel",
}


class Meeting:
    """A person in every role, one of each thing, and the meeting brought to a phase."""

    def __init__(self, school: School, phase: str) -> None:
        self.school = school
        self.people = {role: school.person(f"The {role}", is_staff=role in STAFF) for role in ROLES}
        self.leader = self.people[CASE_MANAGER]
        self.id = school.meeting(self.leader)
        for role in ROLES[1:]:
            school.seat(self.leader, self.id, self.people[role], role)
        guest = school.person("A Guest")
        documents = school.documents(self.id)
        # One for each who may reopen it: a section is reopened once.
        self.final = dict.fromkeys(ROLES, documents["notes"]) | {LEA_REPRESENTATIVE: documents["transition"]}
        self.names = {
            "meeting_id": self.id,
            "document_id": documents["goals"],
            "services_id": documents["services"],
            "participant_id": school.seat(self.leader, self.id, guest, "observer"),
            "person_id": guest.id,
            "parent_id": self.people[PARENT].id,
            "staff_id": self.people[TEAM_STAFF].id,
            "number:int": "5",
            "at:int": "2",
            "writer_id": self.people[PARENT].id,
            "question": "worries",
            "parked_id": "k_none",
            "stay_id": "at_none",
            "signoff_id": "g_none",
            "notice_id": "n_none",
            "amendment_id": "am_none",
            "duties": "",
        }
        self.browsers: dict[str, Browser] = {role: school.browser(person) for role, person in self.people.items()}
        school.call(self._fill, phase)

    def actor(self, role: str = CASE_MANAGER) -> Actor:
        return Actor(self.people[role].id, self.id, role)

    async def _fill(self, phase: str) -> None:
        journal, dana, names = self.school.state.journal, self.actor(), self.names
        parent = self.people[PARENT].id
        await share_sections(journal, dana, [names["document_id"]])
        await add_item(journal, dana, ItemPlan("Welcome", 5))
        names["item_id"] = await add_item(journal, dana, ItemPlan("Reading", 5))
        names["follow_up_id"] = await add_follow_up(journal, dana, Promise("Go on", parent), kind="meeting")
        target = Target("section", names["document_id"])
        asked = await open_thread(journal, self.actor(PARENT), target, Words("Why?"), proposal="In other words.")
        names["thread_id"] = asked
        async with self.school.state.database.session() as session:
            first = select(Comment.id).where(Comment.thread_id == asked).order_by(Comment.number)
            names["comment_id"] = str(await session.scalar(first))
            written = select(Entry.number).where(
                Entry.document_id == names["document_id"], Entry.kind == kinds.DOCUMENT
            )
            names["number:int"] = str(await session.scalar(written))
        staff = self.people[TEAM_STAFF].id
        names["excusal_id"] = await propose_excusal(journal, dana, staff, "excused", sections=["goals"])
        at = datetime(2026, 1, 5, tzinfo=UTC)
        await add_goal(journal, names["document_id"], dana.person_id)
        at_once = Measured("Reading", "2026-01-04", "82")
        names["point_id"] = await note_progress(journal, dana, at_once, at=at)
        names["contact_id"] = await note_contact(journal, dana, channel="phone", result="no_answer", at=at)
        names["decision_id"] = await propose_decision(journal, dana, DecisionWords(question="How long?"))
        async with self.school.state.database.session() as session:
            connection = await session.connection()
            content = await connection.run_sync(current_content, self.id)
        told = [Addressed(parent, "en", self.id, None)]
        await send_notice(journal, dana, self.school.state.post, MEETING_NOTICE, content, 0, told)
        names["making_id"] = "none"
        names["seen"] = f"{content.digest()}-0"
        if phase == PREWORK:
            return
        await set_phase(journal, dana, LIVE)
        names["parked_id"] = await park(journal, dana, text="The bus")
        names["stay_id"] = await note_attendance(journal, dana, self.people["student"].id, how="phone")
        lead = self.actor(LEA_REPRESENTATIVE)
        for document_id in sorted({*self.final.values(), self.names["services_id"]}):
            await read_back_section(journal, lead, document_id)
            await finalize_section(journal, lead, document_id, override="The team has looked at every point.")
        if phase == CLOSED:
            await unpark(journal, dana, names["parked_id"], leave_as="next_meeting")
            await set_phase(journal, dana, CLOSED)
            async with self.school.state.database.session() as session:
                connection = await session.connection()
                names["duties"] = (await connection.run_sync(read_duties, self.id)).mark
            names["amendment_id"] = await propose_amendment(journal, dana, [names["services_id"]], reason="Not enough.")
            async with self.school.state.database.session() as session:
                parts = await session.scalar(select(Amendment.parts).where(Amendment.id == names["amendment_id"]))
            assert parts is not None
            Writer(journal, parts[0]["copy"], dana.person_id).write("Jonah will read aloud.")
            await journal.settle()
            names["notice_id"] = await compose_notice(journal, dana, [], safeguards="", contacts="")

    def entries(self) -> int:
        with self.school.state.database.sync.connect() as connection:
            return int(connection.scalar(ENTRIES, {"meeting": self.id}))

    def send(self, row: Row, role: str) -> Any:
        names = {**self.names, "document_id": self.final[role]} if row.final else self.names
        path = row.path
        for name, value in names.items():
            path = path.replace("{" + name + "}", value).replace("{lang}", "es")
        form = {name: value.format(**self.names) if "{" in value else value for name, value in row.form.items()}
        browser = self.browsers[role]
        if not browser.token:
            browser.get("/account")
        return browser.post(path, form)


def test_every_form_of_a_meeting_has_a_row() -> None:
    taking = {
        route.path
        for route in routes()
        if isinstance(route, Route) and route.path.startswith("/m/") and "POST" in (route.methods or ())
    }
    assert {row.path for row in ROWS} == taking


@pytest.fixture
def at(school: School) -> Callable[[str], Meeting]:
    return lambda phase: Meeting(school, phase)


def test_the_answer_to_every_form_is_the_matrix(at: Callable[[str], Meeting]) -> None:
    wrong: list[str] = []
    done: set[str] = set()
    for phase in PHASES:
        meeting = at(phase)
        before = meeting.entries()
        for row in ROWS:
            if phase not in row.tried:
                continue
            # First those who may not: they find everything as it was.
            for role in sorted(ROLES, key=lambda role: row.allows(role, phase)):
                answer = meeting.send(row, role)
                after = meeting.entries()
                before, new = after, after - before
                cell = f"{phase}, {role}, {row.path} {row.form}: {answer.status_code}, {new} entries"
                if not row.allows(role, phase):
                    wrong += [] if answer.status_code == 403 and not new else [cell]
                elif answer.status_code in {401, 403} or answer.status_code >= 500 or new > 1:
                    wrong.append(cell)
                elif answer.status_code in DONE and (new or not row.writes):
                    done.add(row.path)
    assert not wrong, "\n".join(wrong)
    assert {row.path for row in ROWS} - done <= NOT_DONE_HERE
