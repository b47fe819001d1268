"""The stock provider, unmodified, is at home on our socket."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.node import Node
from tests.support.person import Person
from tests.support.server import Server
from tests.support.stock import Stock, StockDocument
from tests.support.table import Table
from tests.support.wait import until


@pytest.fixture
def stock(table: Table, node: Node) -> Iterator[Stock]:
    with Stock(node, table.server.websocket) as providers:
        yield providers


def converged(*documents: StockDocument) -> str:
    until(lambda: all(document.settled for document in documents), "every change to be acked")
    until(lambda: len({document.text for document in documents}) == 1, "one text for all")
    return documents[0].text


def test_two_of_them_write_at_once_and_read_the_same(table: Table, stock: Stock) -> None:
    one, two = (stock.open(table.documents[0], table.token(person)).ready() for person in (0, 1))
    for number in range(20):
        one.type(f" a{number}.")
        two.type(f" b{number}.")
    text = converged(one, two)
    for number in range(20):
        assert text.count(f" a{number}.") == text.count(f" b{number}.") == 1
    assert table.stored_text(table.documents[0]).startswith(text)


def test_changes_without_an_ack_are_counted_to_nought_exactly(table: Table, stock: Stock) -> None:
    author = stock.open(table.documents[0], table.token(0)).ready()
    assert author.look()["synced"] == 1
    assert author.look()["unsynced"] == [1, 0]
    author.forget()
    for _ in range(10):
        author.type("x")
    until(lambda: author.settled, "all acks")
    counts = author.look()["unsynced"]
    assert len(counts) == 20  # ten up, ten down
    assert counts.count(0) >= 1
    assert min(counts) == 0


def test_letters_behind_a_gap_are_answered_one_by_one(table: Table, stock: Stock) -> None:
    """However many of them the server judges at once: the provider counts an answer for each."""
    author, reader = (stock.open(table.documents[0], table.token(person)).ready() for person in (0, 1))
    author.hold_back(" lost,")
    assert author.type(" and found" * 5, letters=True) == 50
    text = converged(author, reader)
    assert text.count(" lost," + " and found" * 5) == 1


def test_many_documents_share_a_socket(table: Table, stock: Stock) -> None:
    names = table.documents
    mine = [stock.open(name, table.token(0), socket="one").ready() for name in names]
    others = [stock.open(name, table.token(1), socket="two").ready() for name in names]
    assert [document.look()["scope"] for document in mine].count("readonly") == 1
    for number, document in enumerate(mine):
        if document.look()["scope"] == "read-write":
            document.type(f" in document {number}")
            text = converged(document, others[number])
            assert text.count("in document") == 1
            assert text.endswith(f" in document {number}")


def test_a_destroyed_provider_leaves_the_others_on_its_socket_alive(table: Table, stock: Stock) -> None:
    gone = stock.open(table.documents[0], table.token(0), socket="one").ready()
    stays = stock.open(table.documents[2], table.token(0), socket="one").ready()
    other = stock.open(table.documents[2], table.token(1)).ready()
    gone.destroy()
    stays.type(" still here")
    assert converged(stays, other).endswith(" still here")
    back = stock.open(table.documents[0], table.token(0), socket="one").ready()
    back.type(" back again")
    until(lambda: back.settled, "an ack")


def test_two_sessions_of_one_document_on_one_socket(table: Table, stock: Stock) -> None:
    one, two = (stock.open(table.documents[0], table.token(0), socket="one", session=True).ready() for _ in range(2))
    one.type(" by the first")
    two.type(" by the second")
    text = converged(one, two)
    assert text.count(" by the first") == text.count(" by the second") == 1
    one.destroy()
    two.type(" alone")
    until(lambda: two.settled, "an ack")


def test_a_bad_ticket_is_told(table: Table, stock: Stock) -> None:
    stranger = stock.open(table.documents[0], "no ticket")
    until(lambda: 4401 in stranger.look()["closes"], "the socket to be closed as unauthorized")
    assert stranger.look()["text"] == ""
    assert not stranger.look()["authenticated"]


def test_a_document_of_another_meeting_fails_to_authenticate(table: Table, other_table: Table, stock: Stock) -> None:
    mine = stock.open(table.documents[0], table.token(0), socket="one").ready()
    not_mine = stock.open(other_table.documents[0], table.token(0), socket="one")
    until(lambda: not_mine.look()["failed"], "the refusal")
    assert not_mine.look()["text"] == ""
    mine.type(" goes on")
    until(lambda: mine.settled, "an ack")


def test_others_see_who_somebody_is_and_not_who_they_say(table: Table, stock: Stock) -> None:
    author, reader = (stock.open(table.documents[0], table.token(person)).ready() for person in (1, 0))
    author.say("user", {"name": "The principal", "role": "lea_representative", "color": "red"})
    author.say("cursor", {"anchor": 1, "head": 2})
    identity = str(author.look()["id"])
    until(lambda: reader.look()["here"].get(identity, {}).get("cursor") == {"anchor": 1, "head": 2}, "the caret")
    user = reader.look()["here"][identity]["user"]
    assert (user["name"], user["role"]) == (table.people[1]["name"], "team_staff")
    assert user["color"] in range(1, 9)
    author.destroy()
    until(lambda: identity not in reader.look()["here"], "the caret to go")


def test_whoever_may_only_read_is_told_and_what_they_write_is_refused(server: Server, node: Node) -> None:
    """The sample meeting before it starts: a parent reads the draft and may not change it yet."""
    meeting = server.demo()["meetings"][0]
    people: dict[str, Any] = {person["role"]: person for person in reversed(meeting["people"])}
    name = meeting["documents"][0]
    with Stock(node, server.websocket) as stock:
        parent = stock.open(name, people["parent"]["token"]).ready()
        staff = stock.open(name, people["team_staff"]["token"]).ready()
        assert parent.look()["scope"] == "readonly"
        assert staff.look()["scope"] == "read-write"
        before = staff.text
        parent.type(" not yet")
        until(lambda: parent.look()["events"], "the reason")
        assert parent.look()["events"][0]["event"] == "refused"
        assert parent.look()["events"][0]["reason"] == "phase"
        staff.type(" by staff")
        until(lambda: staff.settled, "an ack")
        assert staff.text == before + " by staff"
        assert parent.look()["unsynced_now"] == 1
        until(lambda: "by staff" in parent.text, "the others' words")


def test_finalizing_changes_the_scope_of_open_clients_at_once(table: Table, stock: Stock) -> None:
    leader = Person(table.server.url).sign_in(table.people[0]["sign_in_url"])
    notes = table.documents[-1]
    author = stock.open(notes, table.token(1)).ready()
    page, url = f"/m/{table.id}", f"/m/{table.id}/sections/{notes}/state"
    leader.act(url.replace("/state", "/read-back"), seen=page)
    leader.act(url, {"state": "final"}, seen=page)
    until(lambda: author.look()["scopes"] == ["read-write", "readonly"], "the new scope")
    leader.act(url, {"state": "draft", "reason": "A date was wrong."}, seen=page)
    until(lambda: author.look()["scopes"] == ["read-write", "readonly", "read-write"], "the old scope")
    author.type(" after all")
    until(lambda: author.settled, "an ack")
    assert " after all" in table.stored_text(notes)


@pytest.mark.slow
def test_what_was_typed_while_the_server_was_dead_is_stored_once(server: Server, node: Node) -> None:
    table = Table(server, server.demo(meetings=1, people=3)["meetings"][0])
    name = table.documents[0]
    with Stock(node, server.websocket) as stock:
        one, two = (stock.open(name, table.token(person)).ready() for person in (0, 1))
        one.type(" before")
        converged(one, two)
        for turn in range(3):
            server.kill9()
            one.type(f" one{turn}")
            two.type(f" two{turn}")
            server.start()
            text = converged(one, two)
            for word in [" before", *(f" {who}{n}" for who in ("one", "two") for n in range(turn + 1))]:
                assert text.count(word) == 1, word
        late = stock.open(name, table.token(2)).ready()
        assert late.text == text
    assert table.stored_text(name).startswith(text)
    assert server.run("verify").returncode == 0
