"""Acts on the meeting itself: its phase, its people, its sections and their text, attendance."""

import secrets
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from server.domain import meeting_notice as notice
from server.domain import roles, seats
from server.domain.arrangement import Arrangement
from server.domain.file_dates import FileDates
from server.domain.sections import is_proposed
from server.journal import kinds
from server.mail import Post
from server.meeting import (
    Actor,
    add_participant,
    arrange_meeting,
    change_participant,
    correct_attendance,
    discuss_section,
    finalize_section,
    issue_invitation,
    note_attendance,
    read_back_section,
    remove_attendance,
    remove_participant,
    reopen_section,
    restore_section,
    set_editing_paused,
    set_phase,
)
from server.meeting.attendance import WITHOUT_A_PAGE, Visit, arrive, leave
from server.meeting.file_dates import note_file_dates
from server.meeting.meeting_notices import Addressed, Answer, answer_notice, current_content, next_sequence, send_notice
from server.meeting.reminders import plan_reminder
from server.storage.tables import Attendance, Participant
from tests.model.machine import Frame
from tests.model.plain import Stay
from tests.support.desk import Writer

POST = Post(("k" * 40,), ready=False)
# After which of these each may follow.
WHEN_TOLD = {
    notice.NOTICE: {"", notice.NOTICE, notice.CANCELLATION},
    notice.REMINDER: {notice.NOTICE},
    notice.CANCELLATION: {notice.NOTICE, notice.CANCELLATION},
}
WHO = N = st.integers(0, 99)
REASONS = st.sampled_from(["", "  ", "a word is wrong", "x" * 1001])
TRIED = frozenset({"goals", "services", "parent_input"})
OVERRIDE = "The team has looked at every point."


class Conducting(Frame):
    @rule(who=WHO, phase=st.sampled_from(["live", "live", "closed", "prework", "party"]), reason=REASONS)
    def phase(self, who: int, phase: str, reason: str) -> None:
        plain, actor = self.plain, self.actor(who)
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and (plain.phase, phase) in roles.PHASE_STEPS
            and len(reason) <= 1000
            and (plain.phase != "closed" or bool(reason.strip()))
            and (phase != "closed" or all(parked.left for parked in plain.parked.values()))
        )
        act = set_phase(self.desk.journal, actor, phase, reason=reason)
        if self.do(act, allowed, kinds.PHASE, by=actor.person_id):
            plain.enter_phase(phase)

    @rule()
    def go_on(self) -> None:
        """So that most of what happens by chance happens in the meeting itself."""
        if self.plain.phase != "live":
            dana = next(one for one, role in self.plain.roles.items() if role == roles.CASE_MANAGER)
            act = set_phase(self.desk.journal, Actor(dana, self.desk.meeting, ""), "live", reason="to go on")
            assert self.do(act, True, kinds.PHASE, by=dana)
            self.plain.enter_phase("live")

    @rule(who=WHO, hour=st.integers(8, 10), place=st.sampled_from(["Room 12", "Room 5", "x" * 201]))
    def arrange(self, who: int, hour: int, place: str) -> None:
        plain, actor = self.plain, self.actor(who)
        row = self.desk.row()
        starts_at = row.starts_at.replace(hour=hour)
        moved = starts_at != row.starts_at
        new = [kinds.ARRANGED] if moved or place != row.place else []
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and plain.phase != "closed"
            and len(place) <= 200
            and not (moved and plain.phase == "live")
        )
        arrangement = Arrangement(starts_at, None, row.time_zone, place, "")
        self.do(arrange_meeting(self.desk.journal, actor, arrangement), allowed, *new, by=actor.person_id)

    @rule(
        who=WHO,
        evaluated=st.sampled_from([None, date(2024, 2, 29), date(2027, 2, 1), date(2027, 2, 2), date(1989, 12, 31)]),
    )
    def note_dates(self, who: int, evaluated: date | None) -> None:
        plain, actor = self.plain, self.actor(who)
        at = datetime(2027, 2, 1, 23, tzinfo=UTC)  # the same day where the meeting is
        noted = evaluated.isoformat() if evaluated else None
        new = [kinds.FILE_DATES] if noted != self.desk.row().evaluated_on else []
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and plain.phase != "closed"
            and (evaluated is None or date(1990, 1, 1) <= evaluated <= date(2027, 2, 1))
        )
        act = note_file_dates(self.desk.journal, actor, FileDates(evaluated), at=at)
        self.do(act, allowed, *new, by=actor.person_id)

    @rule(who=WHO, paused=st.booleans())
    def pause(self, who: int, paused: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        new = [kinds.PAUSED] if paused != plain.paused else []
        allowed = plain.leads(actor.person_id, "live")
        if self.do(set_editing_paused(self.desk.journal, actor, paused), allowed, *new, by=actor.person_id):
            plain.paused = paused

    # --- people ---

    @rule(
        who=WHO, whom=WHO, role=st.sampled_from([*roles.ROLES, "captain"]), given=st.sets(st.sampled_from(seats.GIVEN))
    )
    def add_person(self, who: int, whom: int, role: str, given: set[str]) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and person not in plain.roles
            and role in roles.ROLES
            and (not given or role in roles.STAFF)
        )
        act = add_participant(self.desk.journal, actor, person_id=person, role=role, title="", given=sorted(given))
        if self.do(act, allowed, kinds.ADDED, by=actor.person_id):
            plain.roles[person] = role

    @rule(who=WHO, whom=WHO, role=st.sampled_from(roles.ROLES), title=st.sampled_from(["", "Coach", "x" * 121]))
    def change_person(self, who: int, whom: int, role: str, title: str) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and person in plain.roles
            and len(title) <= 120
            and (role == roles.CASE_MANAGER or not plain.last_case_manager(person))
        )
        act = change_participant(self.desk.journal, actor, self._seat(person), role=role, title=title)
        if self.do(act, allowed, kinds.CHANGED, by=actor.person_id):
            plain.roles[person] = role

    @rule(who=WHO, whom=WHO)
    def remove_person(self, who: int, whom: int) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and person in plain.roles
            and not plain.last_case_manager(person)
        )
        act = remove_participant(self.desk.journal, actor, self._seat(person))
        if self.do(act, allowed, kinds.REMOVED, by=actor.person_id):
            del plain.roles[person]
            plain.end_stays(person)

    @rule(who=WHO, whom=WHO)
    def invite(self, who: int, whom: int) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = plain.may(actor.person_id, "manage_meeting") and person in plain.roles
        act = issue_invitation(self.desk.journal, actor, person_id=person)
        self.do(act, allowed, kinds.INVITED, by=actor.person_id)

    @rule(who=WHO, whom=WHO, kind=st.sampled_from([notice.NOTICE, notice.NOTICE, *notice.KINDS]))
    def tell(self, who: int, whom: int, kind: str) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        with self.desk.database.sync.connect() as connection:
            content = current_content(connection, self.desk.meeting)
            sequence, _ = next_sequence(connection, self.desk.meeting, kind, content.digest())
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and plain.phase != "closed"
            and person in plain.roles
            and plain.told in WHEN_TOLD[kind]
        )
        letters = [Addressed(person, "en", secrets.token_hex(8), None)]
        act = send_notice(self.desk.journal, actor, POST, kind, content, sequence, letters)
        if self.do(act, allowed, kinds.MEETING_NOTICE_SENT, by=actor.person_id) and kind != notice.REMINDER:
            plain.told = kind

    @rule(
        who=WHO, day=st.sampled_from([None, date(2027, 1, 31), date(2027, 2, 20), date(2027, 2, 21), date(2028, 1, 1)])
    )
    def plan_reminder(self, who: int, day: date | None) -> None:
        plain, actor, row = self.plain, self.actor(who), self.desk.row()
        held_on = row.starts_at.astimezone(ZoneInfo(row.time_zone)).date()
        allowed = (
            plain.may(actor.person_id, "manage_meeting")
            and plain.phase == "prework"
            and (day is None or (plain.told == notice.NOTICE and date(2027, 2, 1) <= day < held_on))
        )
        new = [kinds.REMINDER_PLANNED] if (day.isoformat() if day else None) != row.remind_on else []
        act = plan_reminder(self.desk.journal, actor, day, at="https://x.example", today=date(2027, 2, 1))
        self.do(act, allowed, *new, by=actor.person_id)

    @rule(who=WHO, reply=st.sampled_from([*notice.ANSWERS, "perhaps"]))
    def answer_notice(self, who: int, reply: str) -> None:
        plain, actor = self.plain, self.actor(who)
        allowed = (
            plain.may(actor.person_id, "answer_notice") and plain.told == notice.NOTICE and reply in notice.ANSWERS
        )
        act = answer_notice(self.desk.journal, actor, Answer(reply))
        self.do(act, allowed, kinds.MEETING_NOTICE_ANSWERED, by=actor.person_id)

    def _seat(self, person: str) -> str:
        seat = select(Participant.id).where(
            Participant.person_id == person, Participant.meeting_id == self.desk.meeting
        )
        rows = self.desk.rows(seat)
        return rows[0].id if rows else "pt_none"

    # --- sections ---

    @rule(who=WHO, n=N, discussing=st.booleans())
    def discuss(self, who: int, n: int, discussing: bool) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n, notes=False)
        section = plain.sections.get(document)
        state = "in_discussion" if discussing else "draft"
        allowed = (
            section is not None
            and plain.may(actor.person_id, "manage_meeting")
            and plain.phase != "closed"
            and section.state not in {"final", state}
        )
        act = discuss_section(self.desk.journal, actor, document, discussing=discussing)
        if self.do(act, allowed, kinds.SECTION, by=actor.person_id) and section is not None:
            section.state = state

    @rule(who=WHO, n=N)
    def read_back(self, who: int, n: int) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n, notes=False)
        section = plain.sections.get(document)
        allowed = section is not None and plain.may(actor.person_id, "finalize_section", section)
        act = read_back_section(self.desk.journal, actor, document)
        if self.do(act, allowed, kinds.READ_BACK, by=actor.person_id) and section is not None:
            section.read_back = section.text

    @rule(who=WHO, n=N, override=st.sampled_from(["", OVERRIDE, OVERRIDE, "x" * 1001]))
    def finalize(self, who: int, n: int, override: str) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n, notes=False)
        section = plain.sections.get(document)
        allowed: bool | None = (
            section is not None
            and plain.may(actor.person_id, "finalize_section", section)
            and section.read_back == section.text
            and len(override) <= 1000
        )
        if allowed:
            allowed = None  # what the section itself lacks has tests of its own
        act = finalize_section(self.desk.journal, actor, document, override=override)
        if self.do(act, allowed, kinds.SECTION, by=actor.person_id) and section is not None:
            section.state = "final"

    @rule(who=WHO, n=N, reason=REASONS)
    def reopen(self, who: int, n: int, reason: str) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n, notes=False)
        section = plain.sections.get(document)
        allowed = (
            section is not None
            and plain.may(actor.person_id, "reopen_section", section)
            and section.state == "final"
            and 0 < len(reason.strip()) <= 1000
        )
        act = reopen_section(self.desk.journal, actor, document, reason=reason)
        if self.do(act, allowed, kinds.SECTION, by=actor.person_id) and section is not None:
            section.state, section.read_back = "draft", None

    @rule(who=WHO, n=N)
    def type(self, who: int, n: int) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n)
        if document not in plain.sections:
            return  # another meeting's text is no matter of this one's journal
        allowed = plain.may_edit(actor.person_id, document)
        before = self.desk.everything()
        writer = Writer(self.desk.journal, document, actor.person_id)
        write = writer.write("Word by word. ")
        self.run(self.desk.journal.settle())
        assert (write.entry is not None) == allowed
        if write.entry is None:
            assert write.refusal
            assert self.desk.everything() == before
        else:
            (entry,) = self.desk.entries()[self.written :]
            assert (entry.kind, entry.document_id, entry.author_id) == (kinds.EDIT, document, actor.person_id)
            self.written += 1
            plain.sections[document].text = entry.number

    @rule(who=WHO, n=N, number=N)
    def restore(self, who: int, n: int, number: int) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n)
        allowed = None if plain.may_edit(actor.person_id, document) else False
        act = restore_section(self.desk.journal, actor, document, number)
        if self.do(act, allowed, kinds.RESTORE, by=actor.person_id):
            plain.sections[document].text = self.newest

    def _document(self, n: int, *, notes: bool = True) -> str:
        """Few of the sections, so that acts meet on them."""
        own = [key for key in self.plain.sections if self._may_be_typed_into(key, notes=notes)]
        return self.pick(own, "document", n)

    def _may_be_typed_into(self, key: str, *, notes: bool = True) -> bool:
        """Whether acts on texts are tried on this one; `notes`: also where it is no section of the plan."""
        name = self.plain.sections[key].name
        return name in TRIED or (notes and (name in self.plain.items or is_proposed(name)))

    # --- attendance ---

    @rule(who=WHO)
    def come(self, who: int) -> None:
        plain, person = self.plain, self.persons[who % len(self.persons)]
        comes = plain.phase == "live" and person in plain.roles and plain.open_stay(person) is None
        new = [kinds.ARRIVED] if comes else []
        self.do(arrive(self.desk.journal, [Visit(self.desk.meeting, person)]), True, *new, by=person)
        self._take_stay(person, presence=True)

    @rule(who=WHO)
    def go(self, who: int) -> None:
        plain, person = self.plain, self.persons[who % len(self.persons)]
        key = plain.open_stay(person)
        goes = plain.phase == "live" and person in plain.roles and key is not None and plain.stays[key].presence
        new = [kinds.LEFT] if goes else []
        visit = Visit(self.desk.meeting, person, datetime.now(UTC))
        self.do(leave(self.desk.journal, [visit]), True, *new, by=person)
        if goes and key is not None:
            plain.stays[key].open = False

    @rule(who=WHO, whom=WHO, how=st.sampled_from(["in_person", "phone", "by horse"]), early=st.booleans())
    def note(self, who: int, whom: int, how: str, early: bool) -> None:
        plain, actor, person = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        at = datetime.now(UTC) - timedelta(days=1) if early else None
        allowed = (
            plain.leads(actor.person_id, "live")
            and person in plain.roles
            and how != "by horse"
            and not early
            and plain.open_stay(person) is None
        )
        act = note_attendance(self.desk.journal, actor, person, how=how, arrived_at=at)
        if self.do(act, allowed, kinds.ATTENDANCE_NOTED, by=actor.person_id):
            self._take_stay(person, presence=False)

    @rule(who=WHO, n=N, how=st.sampled_from(["video", "phone"]), ended=st.booleans(), stale=st.booleans())
    def correct(self, who: int, n: int, how: str, ended: bool, stale: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        key = self.pick(list(plain.stays), "stay", n)
        rows = self.desk.rows(select(Attendance.__table__).where(Attendance.id == key))
        arrived_at = rows[0].arrived_at if rows else datetime.now(UTC)
        stay = plain.stays.get(key)
        allowed = (
            stay is not None
            and not stay.removed
            and plain.leads(actor.person_id, "live")
            and not plain.later_stay(key)
            and not stale
        )
        act = correct_attendance(
            self.desk.journal,
            actor,
            key,
            how=how,
            arrived_at=arrived_at,
            left_at=datetime.now(UTC) if ended else None,
            seen="something else" if stale else None,
        )
        if self.do(act, allowed, kinds.ATTENDANCE_CORRECTED, by=actor.person_id) and stay is not None:
            if how in WITHOUT_A_PAGE or (not stay.open and not ended):
                stay.presence = False
            stay.open = not ended

    @rule(who=WHO, n=N)
    def take_out(self, who: int, n: int) -> None:
        plain, actor = self.plain, self.actor(who)
        key = self.pick(list(plain.stays), "stay", n)
        stay = plain.stays.get(key)
        allowed = stay is not None and not stay.removed and plain.may(actor.person_id, "manage_meeting")
        act = remove_attendance(self.desk.journal, actor, key)
        if self.do(act, allowed, kinds.ATTENDANCE_CORRECTED, by=actor.person_id) and stay is not None:
            stay.removed = True

    def _take_stay(self, person: str, *, presence: bool) -> None:
        for row in self.desk.rows(select(Attendance.id).where(Attendance.meeting_id == self.desk.meeting)):
            self.plain.stays.setdefault(row.id, Stay(person, presence))
