"""What a meeting is, as a few dictionaries: just enough to say of every act whether it may happen.

Who may do what when is the matrix (`server.domain.roles`), which has tests of its own; everything else that decides is
said here once more, in other words than the server's.
"""

from dataclasses import dataclass, field

from server.domain.roles import CASE_MANAGER, CLOSED, LIVE, PREWORK, STAFF, TEAM, why_not
from server.domain.sections import edit_action


@dataclass
class Section:
    name: str  # a section's, or the id of the agenda item whose notes it is
    text: int  # the number of its newest change of text
    state: str = "draft"
    read_back: int | None = None


@dataclass
class Item:
    state: str
    begun: bool = False


@dataclass
class Parked:
    by: str
    left: bool = False


@dataclass
class Promise:
    kind: str
    owner: str | None
    thread: str | None = None
    item: str | None = None
    parked: bool = False
    done: bool = False
    gone: bool = False


@dataclass
class Thread:
    by: str
    document: str | None
    number: int
    proposal: bool
    state: str = "open"
    disposition: str = ""


@dataclass
class Decision:
    complete: bool
    outcome: str | None
    supersedes: str | None = None
    state: str = "open"
    revision: int = 1
    read_back: int | None = None
    noted_by: dict[str, str] = field(default_factory=dict)  # of each position, by whose it is


@dataclass
class Stay:
    person: str
    presence: bool
    open: bool = True
    removed: bool = False


@dataclass
class Plain:
    roles: dict[str, str]
    sections: dict[str, Section]
    phase: str = PREWORK
    started: bool = False
    paused: bool = False
    told: str = ""  # of the meeting: what people were last told
    items: dict[str, Item] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    current: str | None = None
    stage: tuple[str, str] | None = None
    parked: dict[str, Parked] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    comments: dict[str, tuple[str, str]] = field(default_factory=dict)  # author, text
    decisions: dict[str, Decision] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    opened: set[tuple[str, str]] = field(default_factory=set)  # document, person
    views: dict[tuple[str, str], str] = field(default_factory=dict)
    words: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # person, question: text, number
    given: set[str] = field(default_factory=set)  # whose words the team has
    stays: dict[str, Stay] = field(default_factory=dict)

    # --- who may ---

    def may(self, person: str, action: str, section: Section | None = None) -> bool:
        role = self.roles.get(person)
        if role is None:
            return False
        state = section.state if section else "draft"
        return why_not(role, action, self.phase, section_state=state, paused=self.paused) is None

    def may_edit(self, person: str, document: str) -> bool:
        section = self.sections.get(document)
        return section is not None and self.may(person, edit_action(section.name), section)

    def leads(self, person: str, *phases: str) -> bool:
        return self.may(person, "manage_meeting") and self.phase in phases

    def is_staff(self, person: str) -> bool:
        return self.roles.get(person) in STAFF

    def is_member(self, person: str) -> bool:
        return self.roles.get(person) in TEAM

    def last_case_manager(self, person: str) -> bool:
        leaders = [one for one, role in self.roles.items() if role == CASE_MANAGER]
        return leaders == [person]

    # --- what follows from what ---

    def enter_phase(self, phase: str) -> None:
        self.phase, self.paused = phase, False
        if phase == CLOSED:
            for stay in self.stays.values():
                stay.open = False
        elif phase == LIVE and not self.started:
            self.started = True
            first = next((item for item in self.order if self.items[item].state == "open"), None)
            if first is not None:
                self.go_to(first)

    def go_to(self, item: str) -> None:
        self.current = item
        self.items[item].state, self.items[item].begun = "current", True

    def moved(self, item: str, to: str) -> list[str] | None:
        """The order after the move, or None for a place that is none."""
        at, rest = self.order.index(item), [one for one in self.order if one != item]
        places = {"up": max(at - 1, 0), "down": min(at + 1, len(rest)), "end": len(rest), item: at}
        if to not in places and to not in rest:
            return None
        place = places[to] if to in places else rest.index(to)
        return [*rest[:place], item, *rest[place:]]

    def end_stays(self, person: str) -> None:
        for stay in self.stays.values():
            if stay.person == person:
                stay.open = False

    def open_stay(self, person: str) -> str | None:
        of_person = [key for key, stay in self.stays.items() if stay.person == person]
        return next((key for key in of_person if self.stays[key].open and not self.stays[key].removed), None)

    def later_stay(self, key: str) -> bool:
        keys = [one for one, stay in self.stays.items() if stay.person == self.stays[key].person and not stay.removed]
        return bool(keys) and keys[-1] != key

    def withdraw(self, thread: str) -> None:
        """What a parked comment promised is not to be done any more, unless it was."""
        for promise in self.promises.values():
            if promise.thread == thread and not promise.done:
                promise.gone = True

    def changed_since(self, thread: Thread) -> bool:
        return thread.document is not None and self.sections[thread.document].text > thread.number
