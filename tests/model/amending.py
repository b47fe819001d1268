"""A final plan changed without a meeting: proposals, offers and answers, and when one comes into effect."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from server.domain.roles import CASE_MANAGER, CLOSED, LEA_REPRESENTATIVE, LIVE, PARENT, STUDENT
from server.domain.sections import FINAL, proposed
from server.journal import kinds
from server.meeting import set_phase
from server.meeting.amendment_effect import put_into_effect
from server.meeting.amendments import (
    answer_amendment,
    offer_amendment,
    propose_amendment,
    take_back_amendment,
    withdraw_amendment,
)
from server.storage.tables import Amendment
from tests.model.afterwards import Afterwards
from tests.model.conducting import OVERRIDE, WHO, N
from tests.model.plain import Section

SAID: dict[str, Any] = {"understood": True, "statement": "I see."}


@dataclass
class Proposal:
    document: str
    copy: str
    base: int  # the entry that the final text came to its words by
    ordinal: int
    first: int  # the copy's own first entry
    state: str = "draft"
    offered: tuple[int, str] | None = None  # the copy's text, and the reason
    answers: dict[str, tuple[str, tuple[int, str] | None, str]] = field(default_factory=dict)  # answer, offer, role


class Amending(Afterwards):
    def begin(self, live: bool) -> None:
        self.proposals: dict[str, Proposal] = {}
        super().begin(live)

    @rule(who=WHO, n=N, reason=st.sampled_from(["Not enough.", "Not enough.", " "]))
    def propose_amendment(self, who: int, n: int, reason: str) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n, notes=False)
        section = plain.sections.get(document)
        allowed = (
            plain.may(actor.person_id, "propose_amendment")
            and reason.strip() != ""
            and section is not None
            and section.state == FINAL
            and not any(one.state == "draft" for one in self.proposals.values())
        )
        act = propose_amendment(self.desk.journal, actor, [document], reason=reason)
        made = self.make(act, allowed, kinds.AMENDMENT_PROPOSED, by=actor.person_id)
        if made and section is not None:
            copy, ordinal = str(self.desk.entries()[-1].document_id), len(self.proposals) + 1
            self.proposals[made] = Proposal(document, copy, section.text, ordinal, self.newest)
            plain.sections[copy] = Section(proposed(ordinal, section.name), self.newest)

    @rule(who=WHO, n=N, reason=st.sampled_from(["Not enough.", "Still not enough.", ""]))
    def offer(self, who: int, n: int, reason: str) -> None:
        plain, actor, key = self.plain, self.actor(who), self._proposal(n)
        one = self.proposals.get(key)
        allowed: bool | None = (
            one is not None
            and plain.may(actor.person_id, "propose_amendment")
            and bool(reason)
            and one.state == "draft"
            and self._stands(one)
            and plain.sections[one.copy].text > one.first
        )
        if allowed:
            allowed = None  # two edits may come to the same words again; what the words lack has tests of its own
        act = offer_amendment(self.desk.journal, actor, key, reason=reason, override=OVERRIDE, changes_decisions=True)
        if self.do(act, allowed, kinds.AMENDMENT_OFFERED, by=actor.person_id) and one is not None:
            for other in self.proposals.values():
                if other.state == "offered":
                    other.state = "superseded"
            one.state, one.offered = "offered", (plain.sections[one.copy].text, reason)
            plain.sections[one.copy].state = FINAL

    @rule(who=WHO, n=N)
    def take_back(self, who: int, n: int) -> None:
        plain, actor, key = self.plain, self.actor(who), self._proposal(n)
        one = self.proposals.get(key)
        allowed = (
            one is not None
            and plain.may(actor.person_id, "propose_amendment")
            and one.state == "offered"
            and not any(other.state == "draft" for other in self.proposals.values())
        )
        act = take_back_amendment(self.desk.journal, actor, key)
        if self.do(act, allowed, kinds.AMENDMENT_TAKEN_BACK, by=actor.person_id) and one is not None:
            one.state = plain.sections[one.copy].state = "draft"

    @rule(who=WHO, n=N)
    def withdraw_amendment(self, who: int, n: int) -> None:
        plain, actor, key = self.plain, self.actor(who), self._proposal(n)
        one = self.proposals.get(key)
        allowed = (
            one is not None and plain.may(actor.person_id, "propose_amendment") and one.state in {"draft", "offered"}
        )
        act = withdraw_amendment(self.desk.journal, actor, key)
        if self.do(act, allowed, kinds.AMENDMENT_WITHDRAWN, by=actor.person_id) and one is not None:
            one.state, plain.sections[one.copy].state = "withdrawn", FINAL

    @rule(who=WHO, n=N, answer=st.sampled_from(["agree", "agree", "decline", "meeting"]), stale=st.booleans())
    def answer_amendment(self, who: int, n: int, answer: str, stale: bool) -> None:
        plain, actor, key = self.plain, self.actor(who), self._proposal(n)
        one = self.proposals.get(key)
        allowed = (
            one is not None
            and plain.may(actor.person_id, "answer_amendment")
            and plain.roles.get(actor.person_id) != STUDENT
            and one.state == "offered"
            and not stale
        )
        act = answer_amendment(self.desk.journal, actor, key, answer, seen="" if stale else self._mark(key), **SAID)
        if self.do(act, allowed, kinds.AMENDMENT_ANSWERED, by=actor.person_id) and one is not None:
            one.answers[actor.person_id] = (answer, one.offered, plain.roles[actor.person_id])

    @rule(who=WHO, n=N)
    def put_into_effect(self, who: int, n: int) -> None:
        plain, actor, key = self.plain, self.actor(who), self._proposal(n)
        one = self.proposals.get(key)
        allowed: bool | None = (
            one is not None
            and plain.may(actor.person_id, "propose_amendment")
            and one.state == "offered"
            and self._is_agreed(one)
            and self._stands(one)
        )
        if allowed:
            allowed = None  # the checks of the words have tests of their own
        act = put_into_effect(self.desk.journal, actor, key, seen=self._mark(key))
        if self.do(act, allowed, kinds.AMENDED, by=actor.person_id) and one is not None:
            one.state = "in_effect"
            plain.sections[one.document].text = self.newest

    @precondition(lambda self: self.plain.phase == LIVE)
    @rule(n=st.integers(0, 2), refuse=st.sampled_from([False, False, False, True]))
    def end_and_amend(self, n: int, refuse: bool) -> None:
        """So that there is something to amend: a section is made final, the meeting closed, a change goes its way."""
        lead = self._of(LEA_REPRESENTATIVE)
        dana = self._of(CASE_MANAGER)
        if lead is None or dana is None:
            return
        self.read_back(lead, n)
        self.finalize(lead, n, OVERRIDE)
        for place in range(min(len(self.plain.parked), 10)):
            self.unpark(dana, place, "next_meeting", "")
        if any(not one.left for one in self.plain.parked.values()):
            return
        actor = self.actor(dana)
        self.do(set_phase(self.desk.journal, actor, CLOSED), True, kinds.PHASE, by=actor.person_id)
        self.plain.enter_phase(CLOSED)
        self.propose_amendment(dana, n, "Not enough.")
        drafts = [place for place, one in enumerate(self.proposals.values()) if one.state == "draft"]
        if not drafts or drafts[0] % 11 == 10:
            return
        copy = list(self.proposals.values())[drafts[0]].copy
        self._type_into(dana, copy)
        self.offer(dana, drafts[0], "Not enough.")
        for role in (LEA_REPRESENTATIVE, PARENT):
            if (who := self._of(role)) is not None:
                answer = "meeting" if refuse and role == PARENT else "agree"
                self.answer_amendment(who, drafts[0], answer, stale=False)
        self.put_into_effect(dana, drafts[0])

    def _of(self, role: str) -> int | None:
        """A number by which `actor` gives somebody of this role."""
        wanted = [who for who in range(100) if self.plain.roles.get(self.actor(who).person_id) == role]
        return wanted[0] if wanted else None

    def _type_into(self, who: int, document: str) -> None:
        own = [key for key in self.plain.sections if self._may_be_typed_into(key)]
        if (place := own.index(document)) % 11 != 10 and place < 100:
            self.type(who, place)

    def _proposal(self, n: int) -> str:
        return list(self.proposals)[n % len(self.proposals)] if self.proposals else "am_none"

    def _mark(self, key: str) -> str:
        rows = self.desk.rows(select(Amendment.mark).where(Amendment.id == key))
        return (rows[0].mark if rows else "") or ""

    def _stands(self, one: Proposal) -> bool:
        """The section is final still, with the words that the copy began with."""
        section = self.plain.sections[one.document]
        return section.state == FINAL and section.text == one.base

    def _is_agreed(self, one: Proposal) -> bool:
        force = [
            (answer, role)
            for person, (answer, offered, role) in one.answers.items()
            if offered == one.offered and self.plain.roles.get(person) == role
        ]
        agreed = {role for answer, role in force if answer == "agree"}
        return {LEA_REPRESENTATIVE, PARENT} <= agreed and all(answer == "agree" for answer, _ in force)
