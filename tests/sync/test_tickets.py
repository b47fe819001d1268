"""The ticket is what opens a document: ours, fresh, of a session that stands, for a meeting that person is in."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, insert, select, update

from server.storage.tables import Session
from server.sync import protocol
from server.sync.tickets import _serializer, read
from tests.support.frames import auth, step_1
from tests.support.table import Table, secret_key, ticket
from tests.support.wait import until
from tests.support.wire_client import WireClient


def close_code(table: Table, token: str, document: int = 0) -> int:
    client = table.client()
    client.send(auth(table.documents[document], token), step_1(table.documents[document]))
    code = client.wait_closed()
    assert client.frames == []  # not a word about the document
    return code


def session_of(table: Table, person: int) -> tuple[str, str]:
    """Session and person of somebody at the table."""
    found = read(secret_key(table.server), table.token(person))
    assert found is not None
    return found.session_id, found.person_id


def valid(table: Table, **changes: object) -> str:
    session_id, person_id = session_of(table, 0)
    about = {"session_id": session_id, "person_id": person_id, "meeting_id": table.id}
    return ticket(table.server, **{**about, **changes})


def test_a_ticket_made_like_the_servers_opens_the_document(table: Table) -> None:
    """Else the refusals below would prove nothing."""
    assert table.client().open(table.documents[0], valid(table)).scope == "read-write"


def test_what_we_did_not_sign_opens_nothing(table: Table) -> None:
    good = valid(table)
    session_id, person_id = session_of(table, 0)
    payload = [session_id, person_id, table.id, 1, 2**40]
    forged = _serializer("another key" * 4).dumps(payload)
    bad = [
        "",
        "x",
        forged,
        good[:-1],
        good[:-10],
        good[1:],
        good + "x",
        good.replace(".", "", 1),
        # Not the last one: some of its bits stand for nothing, and another letter may mean the same signature.
        good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1],
        good.partition(".")[0] + "." + forged.rpartition(".")[2],
        "." + good,
        "\0" * 40,
        "é" * 400,
        "x" * protocol.MOST_TOKEN,
    ]
    for token in bad:
        assert close_code(table, str(token)) == protocol.UNAUTHORIZED, token


def test_a_token_that_is_too_long_is_no_frame(table: Table) -> None:
    assert close_code(table, "x" * (protocol.MOST_TOKEN + 1)) == protocol.POLICY


def test_an_old_ticket_opens_nothing(table: Table) -> None:
    assert close_code(table, valid(table, seconds=-1)) == protocol.UNAUTHORIZED


def test_a_ticket_of_an_unknown_session_opens_nothing(table: Table) -> None:
    assert close_code(table, valid(table, session_id=secrets.token_hex(32))) == protocol.UNAUTHORIZED


def test_a_ticket_with_somebody_elses_session_opens_nothing(table: Table) -> None:
    assert close_code(table, valid(table, session_id=session_of(table, 1)[0])) == protocol.UNAUTHORIZED


@pytest.mark.parametrize("how", ["revoked", "run out"])
def test_a_ticket_of_a_session_that_has_ended_opens_nothing(table: Table, how: str) -> None:
    session_id, person_id = secrets.token_hex(32), session_of(table, 0)[1]
    moment = datetime.now(UTC)
    values = {"revoked_at": moment} if how == "revoked" else {"expires_at": moment - timedelta(seconds=1)}
    about = {"id": session_id, "person_id": person_id, "expires_at": moment + timedelta(days=1), "user_agent": ""}
    with create_engine(f"sqlite:///{table.server.data / 'roundtable.sqlite3'}").begin() as connection:
        connection.execute(insert(Session).values(**about))
        connection.execute(update(Session).where(Session.id == session_id).values(**values))
        assert connection.scalar(select(Session.person_id).where(Session.id == session_id)) == person_id
    assert close_code(table, valid(table, session_id=session_id)) == protocol.UNAUTHORIZED


def test_a_ticket_opens_its_own_meeting_alone(table: Table, other_table: Table) -> None:
    client = table.client()
    mine = client.open(table.documents[0], table.token(0))
    client.send(auth(other_table.documents[0], table.token(0)), step_1(other_table.documents[0]))
    assert client.expect(other_table.documents[0], protocol.AUTH)[0] == protocol.PERMISSION_DENIED
    mine.type(" the other document goes on")
    until(lambda: mine.settled, "an ack")
    assert client.frames == []


@pytest.mark.parametrize("name", ["d_nothing", "../secret.key", "'; DROP TABLE entry; --", "\u202e", "x" * 200])
def test_a_document_that_is_none_is_denied(table: Table, name: str) -> None:
    client = table.client()
    mine = client.open(table.documents[0], table.token(0))
    client.send(auth(name, table.token(0)), step_1(name))
    assert client.expect(name, protocol.AUTH)[0] == protocol.PERMISSION_DENIED
    mine.type(" still here")
    until(lambda: mine.settled, "an ack")


def test_a_ticket_for_a_meeting_one_is_not_in_opens_nothing(table: Table, other_table: Table) -> None:
    """Signed by us or not: whether somebody is in the meeting is looked up, never believed."""
    client = table.client()
    token = valid(table, meeting_id=other_table.id)
    client.send(auth(other_table.documents[0], token), step_1(other_table.documents[0]))
    assert client.expect(other_table.documents[0], protocol.AUTH)[0] == protocol.PERMISSION_DENIED
    assert client.frames == []


def test_one_socket_is_one_persons(table: Table) -> None:
    client = table.client()
    client.open(table.documents[0], table.token(0))
    client.send(auth(table.documents[2], table.token(1)))
    assert client.wait_closed() == protocol.FORBIDDEN


def test_a_token_in_the_address_is_neither_used_nor_written_down(table: Table) -> None:
    token = table.token(0)
    client = WireClient(f"{table.server.websocket}?token={token}")
    client.send(step_1(table.documents[0]))
    client.send(auth(table.documents[0], ""))
    assert client.wait_closed() == protocol.UNAUTHORIZED
    assert client.frames == []
    assert token not in table.server.log.read_text()


def test_a_page_made_for_another_editor_may_read_and_is_told_to_load_again(table: Table) -> None:
    author = table.client().open(table.documents[0], valid(table, schema_version=10_000))
    assert author.scope == "readonly"
    assert any('"reload"' in event for event in author.events)
    author.type(" with an old schema")
    until(lambda: author.settled, "an answer")
    assert author.refused == 1
    assert "old schema" not in table.stored_text(author.key)
