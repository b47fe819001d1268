"""Acts on decisions: proposed, read back, settled, with each one's position."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from server.domain.decisions import seen_mark
from server.journal import kinds
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import (
    change_decision,
    propose_decision,
    put_off_decision,
    read_back_decision,
    settle_decision,
)
from server.meeting.positions import note_position, record_position
from server.storage.tables import Position
from tests.model import plain as model
from tests.model.commenting import Commenting
from tests.model.conducting import WHO, N
from tests.model.planning import DAY


class Deciding(Commenting):
    def begin(self, live: bool) -> None:
        for n in (1, 2):
            self.share(0, n, "en")
            self.say(3 * 20 + 4, n, "talk")
        for who in (0, 4):  # the case manager, and a parent
            self.add_item(0, 5, "goals")
            self.comment(who, 0, "section", "Enough.", proposal=True)
            self.promise(0, who, "task", DAY)
            self.propose(0, 0, None, complete=True, back=False, instead=False)
        if live:
            self.go_on()
            for who in range(len(self.plain.roles)):
                self.come(who)
            self.park(0, 0, "Enough.")
            self.propose(0, 0, "agreed", complete=True, back=True, instead=False)
            self.type(0, 0)
            self.read_back(0, 0)

    @rule(
        who=WHO,
        n=N,
        outcome=st.sampled_from([None, None, "agreed", "refused", "voted"]),
        complete=st.booleans(),
        back=st.booleans(),
        instead=st.booleans(),
    )
    def propose(self, who: int, n: int, outcome: str | None, complete: bool, back: bool, instead: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        settles = plain.may(actor.person_id, "settle_decision")
        supersedes = self.pick(list(plain.decisions), "decision", n) if instead else None
        former = plain.decisions.get(supersedes or "")
        allowed = (
            plain.may(actor.person_id, "propose_decision")
            and outcome != "voted"
            and (outcome is None or settles)
            and (not back or (settles and complete and outcome is not None))
            and (not instead or (former is not None and former.state == "settled"))
        )
        act = propose_decision(
            self.desk.journal, actor, self._words(outcome, complete), supersedes=supersedes, read_back=back
        )
        key = self.make(act, allowed, kinds.DECISION_PROPOSED, by=actor.person_id)
        if key:
            plain.decisions[key] = model.Decision(complete, outcome, supersedes, read_back=1 if back else None)
            self._take_positions(key)

    def _words(self, outcome: str | None, complete: bool) -> DecisionWords:
        return DecisionWords(question="How long?", action="45 minutes" if complete else "", outcome=outcome)

    @rule(
        who=WHO,
        n=N,
        outcome=st.sampled_from([None, "agreed", "agreed"]),
        complete=st.booleans(),
        stale=st.sampled_from([0, 0, 1]),
    )
    def change_decision(self, who: int, n: int, outcome: str | None, complete: bool, stale: int) -> None:
        plain, actor = self.plain, self.actor(who)
        key, decision = self._decision(n)
        allowed = (
            decision is not None
            and plain.may(actor.person_id, "propose_decision")
            and not stale
            and (decision.outcome == outcome or plain.may(actor.person_id, "settle_decision"))
        )
        revision = decision.revision if decision is not None else 1
        act = change_decision(self.desk.journal, actor, key, self._words(outcome, complete), revision=revision + stale)
        if self.do(act, allowed, kinds.DECISION_CHANGED, by=actor.person_id) and decision is not None:
            decision.outcome, decision.complete, decision.revision = outcome, complete, revision + 1

    @rule(who=WHO, n=N, stale=st.sampled_from([0, 0, 1]))
    def read_back_decision(self, who: int, n: int, stale: int) -> None:
        plain, actor = self.plain, self.actor(who)
        key, decision = self._decision(n)
        allowed = (
            decision is not None
            and plain.may(actor.person_id, "settle_decision")
            and not stale
            and decision.complete
            and decision.outcome is not None
        )
        revision = decision.revision if decision is not None else 1
        act = read_back_decision(self.desk.journal, actor, key, revision=revision + stale)
        if self.do(act, allowed, kinds.DECISION_READ_BACK, by=actor.person_id) and decision is not None:
            decision.read_back = revision

    @rule(who=WHO, n=N)
    def put_off(self, who: int, n: int) -> None:
        plain, actor = self.plain, self.actor(who)
        key, decision = self._decision(n)
        allowed = (
            decision is not None and plain.may(actor.person_id, "settle_decision") and decision.read_back is not None
        )
        act = put_off_decision(self.desk.journal, actor, key)
        if self.do(act, allowed, kinds.DECISION_READ_BACK, by=actor.person_id) and decision is not None:
            decision.read_back = None

    @rule(who=WHO, n=N, whom=WHO, absent=st.booleans(), blind=st.sampled_from([False, False, True]))
    def settle(self, who: int, n: int, whom: int, absent: bool, blind: bool) -> None:
        plain, actor, other = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        key, decision = self._decision(n)
        former = plain.decisions.get(decision.supersedes or "") if decision is not None else None
        allowed = (
            decision is not None
            and plain.may(actor.person_id, "settle_decision")
            and decision.complete
            and decision.outcome is not None
            and decision.read_back == decision.revision
            and not blind
            and (decision.supersedes is None or (former is not None and former.state == "settled"))
            and (
                not absent
                or (plain.is_member(other) and other != actor.person_id and decision.noted_by.get(other) != other)
            )
        )
        revision = decision.revision if decision is not None else 1
        positions = [
            row._asdict() for row in self.desk.rows(select(Position.__table__).where(Position.decision_id == key))
        ]
        seen = "" if blind else seen_mark(revision, positions)
        act = settle_decision(
            self.desk.journal, actor, key, revision=revision, seen=seen, absent=[other] if absent else []
        )
        if self.do(act, allowed, kinds.DECISION_SETTLED, by=actor.person_id) and decision is not None:
            decision.state = "settled"
            if former is not None:
                former.state = "superseded"

    @rule(who=WHO, n=N, position=st.sampled_from(["agree", "disagree", "not_present", "shrug"]))
    def take_position(self, who: int, n: int, position: str) -> None:
        plain, actor = self.plain, self.actor(who)
        key, decision = self._decision(n)
        allowed = (
            decision is not None and plain.may(actor.person_id, "record_position") and position in {"agree", "disagree"}
        )
        act = record_position(self.desk.journal, actor, key, position, words="In my own words.")
        if self.do(act, allowed, kinds.POSITION, by=actor.person_id):
            self._take_positions(key)

    @rule(who=WHO, n=N, whom=WHO)
    def note_position(self, who: int, n: int, whom: int) -> None:
        plain, actor, other = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        key, decision = self._decision(n)
        allowed = (
            decision is not None
            and plain.may(actor.person_id, "settle_decision")
            and plain.is_member(other)
            and other != actor.person_id
            and decision.noted_by.get(other) != other
        )
        act = note_position(self.desk.journal, actor, key, other, "agree_in_part")
        if self.do(act, allowed, kinds.POSITION, by=actor.person_id):
            self._take_positions(key)

    def _decision(self, n: int) -> tuple[str, model.Decision | None]:
        """An open one, as far as there is any to be acted on."""
        key = self.pick(list(self.plain.decisions), "decision", n)
        decision = self.plain.decisions.get(key)
        return key, None if decision is None or decision.state != "open" else decision

    def _take_positions(self, key: str) -> None:
        rows = self.desk.rows(select(Position.person_id, Position.noted_by).where(Position.decision_id == key))
        self.plain.decisions[key].noted_by = {row.person_id: row.noted_by for row in rows}
