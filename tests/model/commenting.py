"""Acts on comments, and on the words that they propose."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from server.domain.sections import SECTIONS
from server.journal import kinds
from server.meeting import (
    Target,
    Words,
    adopt_proposal,
    answer,
    dispose,
    edit_comment,
    open_thread,
    set_resolved,
)
from server.storage.tables import Comment, FollowUp
from tests.model import plain as model
from tests.model.conducting import WHO, N
from tests.model.planning import DAY, TEXTS
from tests.model.promising import Promising


class Commenting(Promising):
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
