"""What changed: two moments of a section, and what is new since the reader last looked. Who may see which moment."""

import re
from collections.abc import Callable
from typing import Any

from pycrdt import Doc, XmlFragment
from sqlalchemy import insert, select, update

from server.documents.template import filled_block
from server.documents.tree import Node, Text, insert_nodes
from server.documents.update import read_update
from server.journal.entry import Author
from server.journal.kinds import EDIT
from server.storage.tables import Decision, Document, Look, Meeting, Person, now
from tests.support.school import School, words


class Plan:
    """A meeting whose services and notes are written in, before it was shared and after."""

    def __init__(self, school: School, profile: str = "federal") -> None:
        self.school = school
        self.dana = school.person("Dana Whitfield", is_staff=True)
        self.omar = school.person("Omar Haddad", is_staff=True)
        self.elena = school.person("Elena Vasquez")
        self.id = school.meeting(self.dana)
        school.seat(self.dana, self.id, self.omar, "team_staff")
        school.seat(self.dana, self.id, self.elena, "parent", title="Mother")
        self.documents = school.documents(self.id)
        self.url = f"/m/{self.id}"
        self.parent, self.leader = school.browser(self.elena), school.browser(self.dana)
        self.run(update(Meeting).values(profile=profile))

    def run(self, statement: Any) -> None:
        with self.school.state.database.sync.execution_options(writes=True).begin() as connection:
            connection.execute(statement)

    def edit(self, section: str, person: Person, change: Callable[[Any], object]) -> int:
        """One entry: `change` is given the root of the text."""
        document = self.documents[section]
        doc: Any = Doc()
        doc.apply_update(self.school.call(self.school.state.journal.load_state, document))
        before = doc.get_state()
        change(doc.get("default", type=XmlFragment))
        payload = doc.get_update(before)
        author = Author(person.id, "case_manager" if person is self.dana else "team_staff")
        read = read_update(payload)
        sizes = {"inserted": read.inserted, "deleted": read.deleted}

        def perform(transaction: Any) -> int:
            return int(transaction.append(self.id, EDIT, author, payload, document_id=document, **sizes).number)

        number: int = self.school.call(self.school.state.journal.act, perform)
        return number

    def write(self, section: str, person: Person, *blocks: Node) -> int:
        def change(root: Any) -> None:
            del root.children[0 : len(root.children)]
            insert_nodes(root, 0, blocks)

        return self.edit(section, person, change)

    def minutes(self, person: Person, minutes: str, *more: Node) -> int:
        return self.write(
            "services", person, filled_block("service", {"service": "Reading", "minutes": minutes}), *more
        )

    def say(self, section: str, person: Person, text: str) -> int:
        return self.write(section, person, Node("paragraph", {}, (Text(text),)))

    def share(self, *sections: str) -> None:
        form = {"document": [self.documents[section] for section in sections], "language": "en"}
        assert self.leader.post(f"{self.url}/sharing", form).status_code == 303

    def compare(self, section: str, start: int, end: int | str = "") -> str:
        to = f"&to={end}" if end else ""
        return f"{self.url}/sections/{self.documents[section]}/compare?from={start}{to}"

    def shared_number(self, section: str) -> int:
        query = select(Document.shared_number).where(Document.id == self.documents[section])
        (number,) = self.school.rows(query)
        return int(number)

    def decided(self, minutes: str, pinned: int) -> None:
        """D1, settled: Reading for so many minutes."""
        services = self.documents["services"]
        number = {"document": services, "block": "service", "label": "Reading", "field": "minutes", "value": minutes}
        pin = {"document": services, "section": "services", "number": pinned, "hash": "00"}
        row = {
            "id": "d1",
            "meeting_id": self.id,
            "ordinal": 1,
            "revision": 1,
            "state": "settled",
            "question": "How long?",
        }
        row |= {"options": [], "basis": [], "sections": [services], "numbers": [number], "pins": [pin]}
        self.run(insert(Decision).values(row | {"created_by": self.dana.id, "created_at": now(), "settled_at": now()}))


def main_of(text: str) -> str:
    return words(text.partition("<main")[2]).replace(" ,", ",").replace(" :", ":")


def test_a_parent_is_told_in_words_who_changed_what_and_by_which_decision(school: School) -> None:
    plan = Plan(school)
    plan.minutes(plan.dana, "30")
    plan.say("goals", plan.dana, "Ana reads 40 words.")
    plan.share("services", "goals")
    changes = f"{plan.url}/changes"
    assert "This is your first look." in plan.parent.text(changes)
    assert "Nothing has changed since you looked on" in plan.parent.text(changes)
    number = plan.minutes(plan.dana, "45")
    plan.say("goals", plan.omar, "Ana reads 52 words.")
    plan.decided("45", number)
    page = main_of(plan.parent.get(changes).text)
    assert "2 parts of the draft changed." in page
    assert "Reading, Minutes: 30 → is now 45 changed by Dana Whitfield" in page
    assert page.count("decision D1") == 1
    assert "Changed: Ana reads [removed: 40 ] [added: 52 ] words. changed by Omar Haddad" in page
    assert f'href="{plan.url}/decisions/d1"' in plan.parent.get(changes).text
    card = f"{plan.url}/before/{plan.documents['services']}"
    assert "Reading, Minutes: 30 → is now 45" in main_of(plan.parent.get(card).text)


def test_what_is_marked_as_seen_is_told_no_more_and_what_came_meanwhile_is(school: School) -> None:
    plan = Plan(school)
    plan.minutes(plan.dana, "30")
    plan.share("services")
    card, changes = f"{plan.url}/before/{plan.documents['services']}", f"{plan.url}/changes"
    plan.parent.get(card)
    assert "Changed since you last looked" not in plan.parent.text(card)
    shown = plan.minutes(plan.dana, "45")
    seen = {"seen": f"{plan.documents['services']}:{shown}"}
    assert f'value="{seen["seen"]}"' in plan.parent.get(card).text
    plan.minutes(plan.omar, "60")  # while the page stands open
    answer = plan.parent.post(f"{changes}/seen", {**seen, "from": "card"}, seen=card)
    assert answer.headers["location"] == f"{card}?done=seen"
    assert "Minutes: 45 → is now 60 changed by Omar Haddad" in main_of(plan.parent.get(changes).text)
    (mark,) = school.rows(select(Look).where(Look.document_id == plan.documents["services"]))
    assert mark.number == shown
    plan.parent.post(f"{changes}/seen", {"seen": f"{plan.documents['services']}:{10**17}"})
    assert "Nothing has changed since" in plan.parent.text(changes)
    assert plan.parent.post(f"{changes}/seen", {"seen": f"{plan.documents['services']}:1"}).status_code == 303
    assert "Nothing has changed since" in plan.parent.text(changes)  # a mark never goes back
    for wrong in ({}, {"seen": "x"}, {"seen": f"{plan.documents['services']}:-1"}):
        assert plan.parent.post(f"{changes}/seen", wrong).status_code == 422
    assert plan.parent.post(f"{changes}/seen", {"seen": f"{plan.documents['goals']}:9"}).status_code == 403
    assert plan.parent.post(f"{changes}/seen", {"seen": "nowhere:9"}).status_code == 404


def test_opening_the_draft_is_a_first_look(school: School) -> None:
    plan = Plan(school)
    omar = school.browser(plan.omar)
    assert f'href="{plan.url}/changes"' in omar.get(plan.url).text
    head = school.load_meeting(plan.id).head_number
    plan.minutes(plan.dana, "45")
    page = main_of(omar.get(f"{plan.url}/changes").text)
    assert "1 part of the draft changed." in page
    assert "Minutes: Not filled in → is now 45" in page
    assert school.load_meeting(plan.id).head_number == head + 1  # looking is nothing for the record


def test_two_moments_as_a_redline(school: School) -> None:
    plan = Plan(school)
    first = plan.minutes(plan.dana, "30", filled_block("service", {"service": "Speech"}))
    second = plan.minutes(plan.omar, "45")
    third = plan.minutes(plan.dana, "60", filled_block("service", {"service": "<i>Swim</i>"}))
    text = plan.leader.get(plan.compare("services", first)).text
    page = main_of(text)
    assert "Reading, Minutes: 30 → is now 60 changed by Omar Haddad, Dana Whitfield" in page
    assert "Speech: removed" in page
    assert "<i>Swim</i>" not in text
    assert re.search(r"<del><span[^>]*>\[removed: </span>30", text)
    assert 'aria-label="Service 2, removed"' in text
    assert 'aria-label="Service 2, added"' in text
    assert "This is the present text" in page
    between = plan.leader.text(plan.compare("services", first, second))
    assert "is now 60" not in between
    assert "This is the present text" not in between
    assert between == plan.leader.text(plan.compare("services", second, first))
    assert "Nothing is different" in plan.leader.text(plan.compare("services", third))
    fragment = plan.leader.get(plan.compare("services", first), headers={"hx-request": "true"}).text
    assert "<html" not in fragment
    history = f"{plan.url}/sections/{plan.documents['services']}/history"
    version = plan.leader.get(f"{history}/{second}").text
    assert f'href="{plan.compare("services", second)}"' in version
    assert f'href="{plan.compare("services", first, second).replace("&", "&amp;")}"' in version
    for wrong in ("", "?from=x", "?from=0", f"?from={first}&to=x"):
        address = plan.compare("services", first).partition("?")[0] + wrong
        assert plan.leader.get(address).status_code == 404


def test_the_family_reads_no_moment_from_before_a_section_was_shared(school: School) -> None:
    plan = Plan(school)
    hidden = plan.say("goals", plan.dana, "Thirteen owls.")
    released = plan.say("goals", plan.omar, "Two foxes.")
    assert plan.parent.get(plan.compare("goals", hidden)).status_code == 403
    plan.share("goals")
    later = plan.say("goals", plan.dana, "Three foxes.")
    history = f"{plan.url}/sections/{plan.documents['goals']}/history"
    for address in (plan.compare("goals", hidden), plan.compare("goals", later, hidden), f"{history}/{hidden}"):
        answer = plan.parent.get(address)
        assert answer.status_code == 403
        assert "owls" not in answer.text
    assert "Two [added" not in plan.parent.text(plan.compare("goals", released))
    assert "foxes" in plan.parent.text(plan.compare("goals", released))
    assert "foxes" in plan.parent.text(plan.compare("goals", plan.shared_number("goals")))
    listed = plan.parent.get(history).text
    assert f"{history}/{released}" in listed
    assert f"{history}/{hidden}" not in listed
    assert f"{history}/{hidden}" not in plan.parent.get(f"{history}/{released}").text
    assert f"{history}/{hidden}" in plan.leader.get(history).text
    school.phase(plan.dana, plan.id, "live")
    assert "owls" in plan.parent.text(plan.compare("goals", hidden))


def test_fields_that_are_held_open_stay_blank_in_what_changed(school: School) -> None:
    plan = Plan(school, "il")
    plan.minutes(plan.dana, "30")
    plan.share("services")
    start = plan.shared_number("services")
    plan.parent.get(f"{plan.url}/changes")
    plan.minutes(plan.dana, "45", Node("paragraph", {}, (Text("45 minutes in all"),)))
    for address in (f"{plan.url}/changes", plan.compare("services", start)):
        page = main_of(plan.parent.get(address).text)
        assert "Nothing" in page
        assert "45" not in page.replace(":45", "")
        assert "Whitfield" not in page  # that she wrote would tell of it
    plan.minutes(plan.omar, "45", filled_block("service", {"service": "Speech", "minutes": "77"}))
    page = main_of(plan.parent.get(f"{plan.url}/changes").text)
    assert "Speech: added" in page
    assert "changed by Omar Haddad" in page
    assert "77" not in page


def test_who_is_known_for_each_place_of_the_text_and_a_guess_says_so(school: School) -> None:
    plan = Plan(school)
    lines = [Node("paragraph", {}, (Text(f"{name} has a line of her own."),)) for name in ("Ana", "Bea", "Cleo")]
    start = plan.write("notes", plan.dana, *lines)
    new = Node("paragraph", {}, (Text("Something else altogether."),))
    plan.edit("notes", plan.omar, lambda root: insert_nodes(root, 0, [new]))
    plan.edit("notes", plan.dana, lambda root: root.children[3].children[0].insert(0, "Little "))
    plan.edit("notes", plan.omar, lambda root: root.children.__delitem__(2))
    page = main_of(plan.leader.get(plan.compare("notes", start)).text)
    assert re.search(r"Added: \[added: Something else altogether. \] changed by Omar Haddad ·", page)
    assert re.search(r"Taken out: \[removed: Bea has a line of her own. \] changed by Omar Haddad ·", page)
    assert re.search(r"Changed: \[added: Little \] Cleo has a line of her own. changed by Dana Whitfield ·", page)
    for number in range(30):
        plan.say("goals", (plan.omar, plan.dana)[number % 2], f"Version {number} of it.")
    page = main_of(plan.leader.get(plan.compare("goals", start)).text)
    assert "changed by one of: Omar Haddad, Dana Whitfield" in page


def test_strangers_and_what_cannot_be_read(school: School) -> None:
    plan = Plan(school)
    number = plan.minutes(plan.dana, "30")
    stranger = school.browser(school.person("Somebody"))
    for address in (f"{plan.url}/changes", plan.compare("services", number)):
        assert stranger.get(address).status_code == 404
