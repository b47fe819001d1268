"""A parent's socket opens what was shared, and nothing else before the meeting."""

from pathlib import Path

from sqlalchemy import text

from server.meeting import Actor, set_phase
from server.meeting.sharing import share_sections
from server.sample.load import Tickets, load_sample
from server.sync import protocol
from tests.support.frames import auth, step_1
from tests.support.in_process import InProcess
from tests.support.wire_client import WireClient


def test_a_parents_socket_does_not_open_what_was_not_shared(tmp_path: Path) -> None:
    with InProcess(tmp_path / "data") as server:
        database, key = server.app.state.database, server.app.state.settings.secret_key
        meeting = load_sample(database, "http://127.0.0.1", Tickets(key))
        goals, placement = (_document(database, name) for name in ("goals", "placement"))
        with database.sync.execution_options(writes=True).begin() as connection:  # as it was before it was shared
            held = f"('{goals}', '{placement}')"
            connection.execute(text(f"UPDATE document SET shared_number = NULL, shared_at = NULL WHERE id IN {held}"))
        people = {person["role"]: person for person in reversed(meeting["people"])}

        def opens(role: str, document: str) -> bool:
            client = WireClient(server.websocket)
            try:
                if role in {"case_manager", "team_staff", "lea_representative"} or document not in closed:
                    client.open(document, people[role]["token"])
                    return True
                client.send(auth(document, people[role]["token"]), step_1(document))
                assert client.expect(document, protocol.AUTH)[0] == protocol.PERMISSION_DENIED
                assert client.frames == []
                return False
            finally:
                client.end()

        closed = {goals, placement}
        shut = ("parent", "student", "advocate", "interpreter")
        assert not any(opens(role, document) for role in shut for document in closed)
        assert opens("parent", meeting["documents"][0])
        assert opens("case_manager", goals)
        with database.sync.connect() as connection:
            leader = connection.scalar(text("SELECT person_id FROM participant WHERE role = 'case_manager'"))
        dana = Actor(leader, meeting["id"], "case_manager")
        server.call(share_sections(server.hub.journal, dana, [goals]))
        closed.discard(goals)
        assert opens("parent", goals)
        assert not opens("parent", placement)
        server.call(set_phase(server.hub.journal, dana, "live"))
        closed.clear()
        assert opens("parent", placement)


def _document(database: object, section: str) -> str:
    with database.sync.connect() as connection:  # type: ignore[attr-defined]
        return str(connection.scalar(text("SELECT id FROM document WHERE section = :section"), {"section": section}))
