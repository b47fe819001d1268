"""Acts after a meeting: signatures, consent taken back, statements of disagreement."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import rule

from server.domain import signing
from server.domain.duties import SECTIONS, seen_mark
from server.domain.roles import STUDENT
from server.domain.sections import FINAL
from server.journal import kinds
from server.meeting.duties import acknowledge
from server.meeting.signing import revoke_consent, sign, state_disagreement
from tests.model.conducting import WHO, N
from tests.model.recording import TEXTS, Recording


@dataclass
class Consent:
    person: str
    answer: str
    revoked: bool = False


class Afterwards(Recording):
    def begin(self, live: bool) -> None:
        self.consents: dict[str, Consent] = {}
        self.signed: list[str] = []
        self.read: dict[str, dict[str, int]] = {}
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
