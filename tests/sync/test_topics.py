"""An act's topics come to every open page of its meeting, and to no page of another."""

import json
from pathlib import Path

from server.domain.roles import CASE_MANAGER
from server.journal import kinds
from server.journal.kinds import TOPICS
from server.meeting import Actor, ItemPlan, Promise, Target, Words, add_follow_up, add_item, open_thread, park
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision
from server.sample.load import Tickets, load_synthetic
from tests.support.in_process import InProcess
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient


def topics(document: Document) -> set[str]:
    document.client.pump()
    return {json.loads(event)["event"] for event in document.events}


def test_the_topics_of_an_act_come_to_the_pages_of_its_meeting(tmp_path: Path) -> None:
    with InProcess(tmp_path / "data") as server:
        database, key = server.app.state.database, server.app.state.settings.secret_key
        here, elsewhere = load_synthetic(database, "http://127.0.0.1", Tickets(key), 2, 2)
        pages = [
            WireClient(server.websocket).open(meeting["documents"][0], person["token"])
            for meeting in (here, elsewhere)
            for person in meeting["people"]
        ]
        until(lambda: all("attendance" in topics(page) for page in pages), "everybody's arrival")
        view = next(room.meeting for room in server.hub.rooms() if room.meeting.id == here["id"])
        leader = next(one for one in view.members.values() if one.role == CASE_MANAGER)
        dana, journal = Actor(leader.person_id, here["id"], leader.role), server.hub.journal
        target = Target("section", here["documents"][0])
        acts = {
            kinds.AGENDA_ADDED: add_item(journal, dana, ItemPlan("Reading", 5)),
            kinds.PARKED: park(journal, dana, text="The bus"),
            kinds.FOLLOW_UP_ADDED: add_follow_up(journal, dana, Promise("Go on"), kind="meeting"),
            kinds.THREAD_OPENED: open_thread(journal, dana, target, Words("Why?")),
            kinds.DECISION_PROPOSED: propose_decision(journal, dana, DecisionWords(question="How long?")),
        }
        for act in acts.values():
            server.call(act)
        wanted = {topic for kind in acts for topic in TOPICS[kind]}
        until(lambda: all(wanted <= topics(page) for page in pages[:2]), f"{wanted} on both pages")
        assert all(topics(page) == {"attendance"} for page in pages[2:])
        for page in pages:
            page.client.end()
