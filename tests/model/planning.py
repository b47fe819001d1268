"""Acts on the agenda: its items, where the meeting is, what the projector shows."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from server.domain.roles import CASE_MANAGER
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.meeting import (
    ItemPlan,
    add_item,
    change_item,
    gather,
    move_item,
    point_to,
    remove_item,
    set_item_state,
)
from server.meeting.stage import clear_stage, put_on_stage
from server.storage.tables import AgendaItem
from tests.model import plain as model
from tests.model.conducting import WHO, N
from tests.model.sharing import Sharing

DAY = "2096-03-01"
TEXTS = st.sampled_from(["Enough.", "Enough.", "Enough.", "   ", "\x00"])


class Planning(Sharing):
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
