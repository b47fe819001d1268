"""Acts on what the meeting leaves behind: agenda, parking lot, follow-ups, comments, decisions."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from server.domain.agenda import NEEDS_OWNER_AND_DAY
from server.domain.decisions import seen_mark
from server.domain.roles import CASE_MANAGER
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.meeting import (
    ItemPlan,
    Promise,
    Target,
    Words,
    add_follow_up,
    add_item,
    adopt_proposal,
    answer,
    change_follow_up,
    change_item,
    dispose,
    edit_comment,
    gather,
    mark_follow_up,
    more_time,
    move_item,
    open_thread,
    park,
    point_to,
    remove_follow_up,
    remove_item,
    set_item_state,
    set_resolved,
    unpark,
)
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import (
    change_decision,
    propose_decision,
    put_off_decision,
    read_back_decision,
    settle_decision,
)
from server.meeting.positions import note_position, record_position
from server.meeting.stage import clear_stage, put_on_stage
from server.storage.tables import AgendaItem, Comment, FollowUp, Position
from tests.model import plain as model
from tests.model.conducting import WHO, N
from tests.model.sharing import Sharing

DAY = "2027-03-01"
TEXTS = st.sampled_from(["Enough.", "Enough.", "Enough.", "   ", "\x00"])


class Recording(Sharing):
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

    # --- the agenda ---

    @rule(who=WHO, minutes=st.sampled_from([5, 30, 0]), section=st.sampled_from(["goals", "gaols"]))
    def add_item(self, who: int, minutes: int, section: str) -> None:
        plain, actor = self.plain, self.actor(who)
        allowed = plain.may(actor.person_id, "propose_item") and minutes > 0 and section == "goals"
        act = add_item(self.desk.journal, actor, ItemPlan("Reading", minutes, sections=(section,)))
        item = self.make(act, allowed, kinds.AGENDA_ADDED, by=actor.person_id)
        if item:
            state = "open" if plain.roles[actor.person_id] == CASE_MANAGER else "proposed"
            plain.items[item] = model.Item(state)
            plain.order.append(item)
            notes = self.desk.rows(select(AgendaItem.notes_id).where(AgendaItem.id == item))[0].notes_id
            plain.sections[notes] = model.Section(item, self.newest)

    @rule(who=WHO, n=N, title=TEXTS)
    def change_item(self, who: int, n: int, title: str) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        allowed = item in plain.order and self._manages(who) and title == "Enough."
        act = change_item(self.desk.journal, actor, item, ItemPlan(title, 5))
        self.do(act, allowed, kinds.AGENDA_CHANGED, by=actor.person_id)

    @rule(who=WHO, n=N, to=st.sampled_from(["up", "down", "end"]) | N)
    def move_item(self, who: int, n: int, to: str | int) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        place = to if isinstance(to, str) else self._item(to)
        order = plain.moved(item, place) if item in plain.order else None
        allowed = order is not None and order != plain.order and self._manages(who)
        if self.do(move_item(self.desk.journal, actor, item, place), allowed, kinds.AGENDA_ORDERED, by=actor.person_id):
            plain.order = order or []

    @rule(who=WHO, n=N)
    def remove_item(self, who: int, n: int) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        allowed: bool | None = (
            item in plain.order and self._manages(who) and plain.items[item].state not in {"current", "done"}
        )
        if allowed and plain.items[item].begun:
            allowed = None  # it may have taken a second by now, or not
        if self.do(remove_item(self.desk.journal, actor, item), allowed, kinds.AGENDA_REMOVED, by=actor.person_id):
            plain.order.remove(item)

    @rule(who=WHO, n=N, done=st.booleans())
    def point(self, who: int, n: int, done: bool) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        allowed = item in plain.order and plain.leads(actor.person_id, "live") and plain.current != item
        act = point_to(self.desk.journal, actor, item, left_done=done)
        if self.do(act, allowed, kinds.AGENDA_POINTED, by=actor.person_id):
            if plain.current is not None:
                plain.items[plain.current].state = "done" if done else "open"
            plain.go_to(item)

    @rule(who=WHO, n=N, state=st.sampled_from(["open", "done", "current"]))
    def item_state(self, who: int, n: int, state: str) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        before = plain.items[item].state if item in plain.order else ""
        allowed = (
            item in plain.order
            and self._manages(who)
            and state != "current"
            and (before, state) not in {("open", "open"), ("done", "done"), ("current", "open")}
        )
        act = set_item_state(self.desk.journal, actor, item, state)
        if self.do(act, allowed, kinds.AGENDA_STATE, by=actor.person_id):
            plain.items[item].state = state
            if before == "current":
                plain.current = None

    @rule(who=WHO, n=N, section=st.sampled_from([None, "goals", "nowhere"]))
    def gather(self, who: int, n: int, section: str | None) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        there = item in plain.order if section is None else section == "goals"
        allowed = there and plain.leads(actor.person_id, "live")
        act = gather(self.desk.journal, actor, item_id=None if section else item, section=section)
        self.do(act, allowed, kinds.GATHERED, by=actor.person_id)

    @rule(who=WHO, n=N, kind=st.sampled_from(["section", "item", "decision", "dance", None]))
    def stage(self, who: int, n: int, kind: str | None) -> None:
        plain, actor = self.plain, self.actor(who)
        there = {
            "section": [key for key, one in plain.sections.items() if one.name in SECTIONS],
            "item": [key for key in plain.order if plain.items[key].state != "proposed"],
            "decision": list(plain.decisions),
        }
        place = self.pick(there.get(kind or "", []), "item" if kind == "item" else "decision", n)
        allowed = plain.may(actor.person_id, "manage_meeting") and (kind is None or place in there.get(kind, []))
        wanted = None if kind is None else (kind, place)
        journal = self.desk.journal
        act = clear_stage(journal, actor) if kind is None else put_on_stage(journal, actor, kind, place)
        new = [] if wanted == plain.stage else [kinds.STAGED]
        if self.do(act, allowed, *new, by=actor.person_id):
            plain.stage = wanted

    def _item(self, n: int) -> str:
        return self.pick(list(self.plain.items), "item", n)

    def _manages(self, who: int) -> bool:
        return self.plain.leads(self.actor(who).person_id, "prework", "live")

    # --- what is put off, and promised ---

    @rule(who=WHO, whom=WHO, text=TEXTS)
    def park(self, who: int, whom: int, text: str) -> None:
        plain, actor, whose = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = (
            plain.may(actor.person_id, "park")
            and text == "Enough."
            and whose in plain.roles
            and (whose == actor.person_id or plain.is_staff(actor.person_id))
        )
        parked = self.make(
            park(self.desk.journal, actor, text=text, raised_by=whose), allowed, kinds.PARKED, by=actor.person_id
        )
        if parked:
            plain.parked[parked] = model.Parked(whose)

    @rule(
        who=WHO,
        n=N,
        leave_as=st.sampled_from(["follow_up", "next_meeting", "request", "withdrawn", "gone"]),
        due=st.sampled_from(["", DAY]),
    )
    def unpark(self, who: int, n: int, leave_as: str, due: str) -> None:
        plain, actor = self.plain, self.actor(who)
        key = self.pick(list(plain.parked), "parked", n)
        parked = plain.parked.get(key)
        withdrawn = leave_as == "withdrawn"
        allowed = (
            parked is not None
            and leave_as != "gone"
            and plain.may(actor.person_id, "park" if withdrawn else "manage_follow_ups")
            and not parked.left
            and (not withdrawn or parked.by == actor.person_id)
            and (leave_as not in {"follow_up", "request"} or bool(due))
        )
        promise = Promise("Ask the bus company", actor.person_id, due)
        act = unpark(self.desk.journal, actor, key, leave_as=leave_as, promise=promise)
        if self.do(act, allowed, kinds.UNPARKED, by=actor.person_id) and parked is not None:
            parked.left = True
            if self.result is not None:
                kind = {"follow_up": "task"}.get(leave_as, leave_as)
                plain.promises[self.result] = model.Promise(kind, actor.person_id, parked=True)

    @rule(who=WHO, whom=WHO, kind=st.sampled_from(["task", "meeting", "wish"]), due=st.sampled_from(["", DAY, "soon"]))
    def promise(self, who: int, whom: int, kind: str, due: str) -> None:
        plain, actor, owner = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        allowed = (
            plain.may(actor.person_id, "manage_follow_ups") and kind != "wish" and self._promised(kind, owner, due)
        )
        act = add_follow_up(self.desk.journal, actor, Promise("Send the report", owner, due), kind=kind)
        follow_up = self.make(act, allowed, kinds.FOLLOW_UP_ADDED, by=actor.person_id)
        if follow_up:
            plain.promises[follow_up] = model.Promise(kind, owner)

    def _promised(self, kind: str, owner: str, due: str) -> bool:
        return owner in self.plain.roles and due != "soon" and (bool(due) or kind not in NEEDS_OWNER_AND_DAY)

    @rule(who=WHO, n=N)
    def more_time(self, who: int, n: int) -> None:
        plain, actor, item = self.plain, self.actor(who), self._item(n)
        agreed = any(
            one.item == item and one.kind == "meeting" and not one.gone and not one.done
            for one in plain.promises.values()
        )
        allowed = plain.may(actor.person_id, "manage_follow_ups") and item in plain.order and not agreed
        follow_up = self.make(
            more_time(self.desk.journal, actor, item), allowed, kinds.FOLLOW_UP_ADDED, by=actor.person_id
        )
        if follow_up:
            plain.promises[follow_up] = model.Promise("meeting", None, item=item)

    @rule(who=WHO, n=N, whom=WHO, due=st.sampled_from(["", DAY, "soon"]))
    def change_promise(self, who: int, n: int, whom: int, due: str) -> None:
        plain, actor, owner = self.plain, self.actor(who), self.persons[whom % len(self.persons)]
        key, one = self._promise(n)
        allowed = (
            one is not None
            and plain.may(actor.person_id, "manage_follow_ups")
            and not one.done
            and self._promised(one.kind, owner, due)
        )
        act = change_follow_up(self.desk.journal, actor, key, Promise("Sooner", owner, due))
        if self.do(act, allowed, kinds.FOLLOW_UP_CHANGED, by=actor.person_id) and one is not None:
            one.owner = owner

    @rule(who=WHO, n=N, done=st.booleans())
    def mark_promise(self, who: int, n: int, done: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        key, one = self._promise(n)
        allowed = (
            one is not None
            and plain.may(actor.person_id, "mark_follow_up")
            and (plain.is_staff(actor.person_id) or one.owner == actor.person_id)
            and one.done != done
        )
        act = mark_follow_up(self.desk.journal, actor, key, done=done, note="by mail")
        if self.do(act, allowed, kinds.FOLLOW_UP_DONE, by=actor.person_id) and one is not None:
            one.done = done

    @rule(who=WHO, n=N)
    def remove_promise(self, who: int, n: int) -> None:
        plain, actor = self.plain, self.actor(who)
        key, one = self._promise(n)
        allowed = (
            one is not None and plain.may(actor.person_id, "manage_follow_ups") and not one.done and not one.parked
        )
        if self.do(
            remove_follow_up(self.desk.journal, actor, key), allowed, kinds.FOLLOW_UP_REMOVED, by=actor.person_id
        ):
            plain.promises[key].gone = True

    def _promise(self, n: int) -> tuple[str, model.Promise | None]:
        key = self.pick(list(self.plain.promises), "promise", n)
        one = self.plain.promises.get(key)
        return key, None if one is None or one.gone else one

    # --- comments ---

    @rule(
        who=WHO,
        n=N,
        about=st.sampled_from(["section", "section", "item", "decision", "wall"]),
        text=TEXTS,
        proposal=st.booleans(),
    )
    def comment(self, who: int, n: int, about: str, text: str, proposal: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        own = {"item": list(plain.items), "decision": list(plain.decisions)}
        place = self._document(n) if about in {"section", "wall"} else self.pick(own[about], about, n)
        sections = {key for key, one in plain.sections.items() if one.name in SECTIONS}
        known = {"section": sections, "item": set(plain.items), "decision": set(plain.decisions)}
        allowed = (
            plain.may(actor.person_id, "comment")
            and about in known
            and place in known[about]
            and text == "Enough."
            and (not proposal or about == "section")
        )
        wording = "In other words." if proposal else ""
        act = open_thread(self.desk.journal, actor, Target(about, place), Words(text), proposal=wording)
        thread = self.make(act, allowed, kinds.THREAD_OPENED, by=actor.person_id)
        if thread:
            document = place if about == "section" else None
            plain.threads[thread] = model.Thread(actor.person_id, document, self.newest, proposal)
            self._take_comments(actor.person_id, text)

    @rule(who=WHO, n=N, text=TEXTS)
    def answer(self, who: int, n: int, text: str) -> None:
        plain, actor, thread = self.plain, self.actor(who), self._thread(n)
        allowed = plain.may(actor.person_id, "comment") and thread in plain.threads and text == "Enough."
        if self.do(answer(self.desk.journal, actor, thread, Words(text)), allowed, kinds.COMMENTED, by=actor.person_id):
            plain.threads[thread].state = "open"
            self._take_comments(actor.person_id, text)

    @rule(who=WHO, n=N, text=st.sampled_from(["Enough.", "Better.", " "]))
    def edit_comment(self, who: int, n: int, text: str) -> None:
        plain, actor = self.plain, self.actor(who)
        key = self.pick(list(plain.comments), "comment", n)
        by, before = plain.comments.get(key, ("", ""))
        allowed = plain.may(actor.person_id, "comment") and by == actor.person_id and text != " "
        new = [] if text == before else [kinds.COMMENT_EDITED]
        if self.do(edit_comment(self.desk.journal, actor, key, Words(text)), allowed, *new, by=actor.person_id):
            plain.comments[key] = (by, text)

    @rule(who=WHO, n=N, resolved=st.booleans())
    def resolve(self, who: int, n: int, resolved: bool) -> None:
        plain, actor, key = self.plain, self.actor(who), self._thread(n)
        thread, state = plain.threads.get(key), "resolved" if resolved else "open"
        allowed = (
            thread is not None
            and plain.may(actor.person_id, "comment")
            and (thread.by == actor.person_id or plain.is_staff(actor.person_id))
            and thread.state != state
        )
        kind = kinds.THREAD_RESOLVED if resolved else kinds.THREAD_REOPENED
        act = set_resolved(self.desk.journal, actor, key, resolved=resolved)
        if self.do(act, allowed, kind, by=actor.person_id) and thread is not None:
            thread.state = state

    @rule(
        who=WHO,
        n=N,
        what=st.sampled_from(["adopted", "adopted_in_part", "declined", "parked", "lost"]),
        reason=st.booleans(),
        stale=st.sampled_from([False, False, True]),
        decided=st.booleans(),
    )
    def dispose(self, who: int, n: int, what: str, reason: bool, stale: bool, decided: bool) -> None:
        plain, actor, key = self.plain, self.actor(who), self._thread(n)
        thread = plain.threads.get(key)
        decision = self.pick(list(plain.decisions), "decision", n) if decided and what.startswith("adopted") else ""
        owner = actor.person_id if reason else ""
        allowed = (
            thread is not None
            and plain.may(actor.person_id, "dispose_comment")
            and not stale
            and what != "lost"
            and (reason or what == "adopted")
            and (not decision or decision in plain.decisions)
            and (not what.startswith("adopted") or bool(decision) or plain.changed_since(thread))
        )
        before = thread.disposition if thread is not None else ""
        act = dispose(
            self.desk.journal,
            actor,
            key,
            what,
            before="something else" if stale else before,
            reason="as agreed" if reason else "",
            owner=owner,
            due=DAY,
            decision=decision,
        )
        if self.do(act, allowed, kinds.DISPOSED, by=actor.person_id) and thread is not None:
            thread.disposition = what
            plain.withdraw(key)
            if what == "parked":
                mine = select(FollowUp.id).where(FollowUp.thread_id == key, FollowUp.removed_at.is_(None))
                for row in self.desk.rows(mine.order_by(FollowUp.created_at)):
                    plain.promises.setdefault(row.id, model.Promise("task", owner, thread=key))

    @rule(who=WHO, n=N)
    def adopt(self, who: int, n: int) -> None:
        plain, actor, key = self.plain, self.actor(who), self._thread(n)
        thread = plain.threads.get(key)
        document = (thread.document if thread is not None else None) or ""
        allowed = (
            thread is not None
            and thread.proposal
            and plain.may_edit(actor.person_id, document)
            and (plain.sections[document].name == "parent_input" or plain.may(actor.person_id, "dispose_comment"))
            and thread.disposition != "adopted"
        )
        if self.do(adopt_proposal(self.desk.journal, actor, key), allowed, kinds.ADOPTED, by=actor.person_id):
            plain.threads[key].disposition = "adopted"
            plain.sections[document].text = self.newest
            plain.withdraw(key)

    def _thread(self, n: int) -> str:
        return self.pick(list(self.plain.threads), "thread", n)

    def _take_comments(self, by: str, text: str) -> None:
        for row in self.desk.rows(select(Comment.id).where(Comment.meeting_id == self.desk.meeting)):
            self.plain.comments.setdefault(row.id, (by, text))

    # --- decisions ---

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
