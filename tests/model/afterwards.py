"""Acts after a meeting and all year: signatures, consent, statements, data on goals, messages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from server.domain import signing
from server.domain.duties import SECTIONS, seen_mark
from server.domain.roles import FAMILY, LEADS, STUDENT
from server.domain.sections import FINAL
from server.journal import kinds
from server.meeting.duties import acknowledge
from server.meeting.messages import note_read, write_message
from server.meeting.progress import Measured, note_progress, remove_progress
from server.meeting.reports import issue_report, set_report_days
from server.meeting.signing import revoke_consent, sign, state_disagreement
from tests.model.conducting import WHO, N
from tests.model.deciding import Deciding
from tests.model.planning import TEXTS
from tests.support.measuring import add_goal

AT = datetime(2027, 2, 2, 3, tzinfo=UTC)


@dataclass
class Consent:
    person: str
    answer: str
    revoked: bool = False


class Afterwards(Deciding):
    def begin(self, live: bool) -> None:
        self.consents: dict[str, Consent] = {}
        self.signed: list[str] = []
        self.read: dict[str, dict[str, int]] = {}
        self.points: list[str] = []
        self.report_days: list[str] = []
        self.reports: list[str] = []
        self.unread: dict[str, list[bool]] = {}  # by whose thread: which side wrote what the other has not read
        document = next(one for one, section in self.plain.sections.items() if section.name == "goals")
        self.run(add_goal(self.desk.journal, document, self.persons[0]))
        self.written = self.plain.sections[document].text = self.written + 1
        super().begin(live)

    @rule(who=WHO, kind=st.sampled_from(signing.SIGNINGS), answer=st.sampled_from(["yes", "yes", "no", "in_part"]))
    def sign(self, who: int, kind: str, answer: str) -> None:
        plain, actor = self.plain, self.actor(who)
        person = actor.person_id
        allowed = plain.may(person, signing.ACTION[kind]) and answer in signing.ANSWERS[kind]
        if kind == signing.ATTENDED:
            allowed = allowed and any(one.person == person and not one.removed for one in plain.stays.values())
        if kind == signing.CONSENT:
            allowed = allowed and plain.roles.get(person) != STUDENT
        act = sign(
            self.desk.journal, actor, kind, answer=answer, understood=True, statement="I see.", words="Not science."
        )
        made = self.make(act, allowed, kinds.SIGNED, by=person)
        if made:
            self.signed.append(made)
            if kind == signing.CONSENT:
                self.consents[made] = Consent(person, answer)

    @rule(who=WHO, n=N, understood=st.sampled_from([True, True, False]))
    def revoke(self, who: int, n: int, understood: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        which = self.signed[n % len(self.signed)] if self.signed else "g_none"
        consent = self.consents.get(which)
        allowed = (
            plain.may(actor.person_id, "revoke_consent")
            and understood
            and consent is not None
            and consent.person == actor.person_id
            and consent.answer != signing.NO
            and not consent.revoked
        )
        act = revoke_consent(self.desk.journal, actor, which, understood=understood)
        if self.do(act, allowed, kinds.REVOKED, by=actor.person_id) and consent is not None:
            consent.revoked = True

    @rule(who=WHO, as_it_is=st.sampled_from([True, True, False]))
    def acknowledge(self, who: int, as_it_is: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        person = actor.person_id
        versions = {
            document: section.text
            for document, section in plain.sections.items()
            if section.name in SECTIONS and section.state == FINAL
        }
        allowed = plain.may(person, "acknowledge_duties") and bool(versions) and as_it_is
        new = [] if self.read.get(person) == versions else [kinds.ACKNOWLEDGED]
        act = acknowledge(self.desk.journal, actor, seen_mark(versions if as_it_is else {"d_none": 1}))
        if self.do(act, allowed, *new, by=person):
            self.read[person] = versions

    @rule(who=WHO, text=TEXTS, section=st.sampled_from(["goals", None, "nowhere"]))
    def disagree(self, who: int, text: str, section: str | None) -> None:
        plain, actor = self.plain, self.actor(who)
        document = "" if section is None else self.desk.documents.get(section, "d_none")
        allowed = plain.may(actor.person_id, "state_disagreement") and text == "Enough." and section != "nowhere"
        act = state_disagreement(self.desk.journal, actor, text, document_id=document)
        self.do(act, allowed, kinds.STATED, by=actor.person_id)

    @rule(who=WHO, n=N, value=st.sampled_from(["82", "84,5", "many"]), correct=st.booleans())
    def measure(self, who: int, n: int, value: str, correct: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        point = self.points[n % len(self.points)] if self.points and correct else ""
        allowed = plain.may(actor.person_id, "log_progress") and value != "many"
        measured = Measured("Reading", "2027-02-01", value)
        act = note_progress(
            self.desk.journal, actor, measured, at=AT, corrects=point, reason="Counted again." if point else ""
        )
        # Whether the plan has the goal still, only its text can say: a correction needs none.
        made = self.make(act, allowed if point or not allowed else None, kinds.PROGRESS_NOTED, by=actor.person_id)
        if made:
            self.points = [*(one for one in self.points if one != point), made]

    @rule(who=WHO, n=N, reason=st.sampled_from(["Another student’s.", " "]))
    def take_out(self, who: int, n: int, reason: str) -> None:
        plain, actor = self.plain, self.actor(who)
        point = self.points[n % len(self.points)] if self.points and n % 5 else "pp_none"
        allowed = plain.may(actor.person_id, "log_progress") and point in self.points and reason != " "
        act = remove_progress(self.desk.journal, actor, point, reason)
        if self.do(act, allowed, kinds.PROGRESS_REMOVED, by=actor.person_id):
            self.points.remove(point)

    @rule(who=WHO, to=WHO, text=st.sampled_from(["He cries.", "He cries.", " "]))
    def write_message(self, who: int, to: int, text: str) -> None:
        plain, actor, other = self.plain, self.actor(who), self.actor(to).person_id
        person = actor.person_id
        family = plain.roles.get(person) in FAMILY
        allowed = plain.may(person, "write_message") and text != " " and (family or plain.roles.get(other) in FAMILY)
        act = write_message(self.desk.journal, actor, text, to=other)
        if self.make(act, allowed, kinds.MESSAGE_WRITTEN, by=person):
            self.unread.setdefault(person if family else other, []).append(family)

    @rule(who=WHO)
    def read_messages(self, who: int) -> None:
        plain, actor = self.plain, self.actor(who)
        person, role = actor.person_id, plain.roles.get(actor.person_id)
        theirs = [person] if role in FAMILY else list(self.unread) if role in LEADS else []
        mine = role in FAMILY
        new = any(side != mine for thread in theirs for side in self.unread.get(thread, []))
        act = note_read(self.desk.journal, actor, 99_999)
        allowed = plain.may(person, "read_messages")
        if self.do(act, allowed, *([kinds.MESSAGE_READ] if new and allowed else []), by=person):
            for thread in theirs:
                self.unread[thread] = [side for side in self.unread.get(thread, []) if side == mine]

    @rule(who=WHO, days=st.sampled_from([["2027-06-18"], ["2027-06-18", "2027-11-12"], ["never"], ["2027-01-01"] * 2]))
    def set_report_days(self, who: int, days: list[str]) -> None:
        actor = self.actor(who)
        allowed = self.plain.may(actor.person_id, "manage_meeting") and days != ["never"]
        wanted = sorted(set(days))
        new = [] if wanted == self.report_days else [kinds.REPORT_DAYS]
        act = set_report_days(self.desk.journal, actor, days)
        if self.do(act, allowed, *new, by=actor.person_id):
            self.report_days = wanted

    @rule(who=WHO, n=N, outlook=st.sampled_from(["expected", "not_expected", "perhaps"]), correct=st.booleans())
    def report(self, who: int, n: int, outlook: str, correct: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        old = self.pick(self.reports, "promise", n) if correct else ""
        allowed = (
            plain.may(actor.person_id, "issue_report")
            and outlook != "perhaps"
            and "2027-06-18" in self.report_days
            and (not old or old in self.reports)
        )
        told = {"Reading": (outlook, "He reads more.")}
        act = issue_report(self.desk.journal, actor, "2027-06-18", told, corrects=old)
        made = self.make(act, None if allowed else False, kinds.REPORT_ISSUED, by=actor.person_id)
        if made:
            self.reports = [*(one for one in self.reports if one != old), made]
