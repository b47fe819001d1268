"""Acts on what is put off until later, and on what somebody promises to do."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from server.domain.agenda import NEEDS_OWNER_AND_DAY
from server.journal import kinds
from server.meeting import (
    Promise,
    add_follow_up,
    change_follow_up,
    mark_follow_up,
    more_time,
    park,
    remove_follow_up,
    unpark,
)
from tests.model import plain as model
from tests.model.conducting import WHO, N
from tests.model.planning import DAY, TEXTS, Planning


class Promising(Planning):
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
