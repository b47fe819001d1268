"""An update whose predecessors are missing: not acked, not shown, not stored; the server asks for the rest."""

import random

from server.sync import protocol
from tests.support.frames import auth, update_frame
from tests.support.table import Table
from tests.support.wait import until


def test_the_server_asks_for_what_is_missing_and_heals(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    entries = table.entries(author.key)
    author.hold_back(" first")  # lost on the way
    second = author.hold_back(" second")
    asked, acked = author.asked, author.acked
    author.send(second)
    # Its answer to the question holds both, and is acked in the place of the update that was not.
    until(lambda: author.client.pump() and author.asked == asked + 1, "the question what is missing")
    until(lambda: author.settled and reader.reads(" first second"), "both words")
    assert author.acked == acked + 1
    assert author.refused == 0
    assert table.entries(author.key) == entries + 1
    assert " first second" in table.stored_text(author.key)


def test_each_letter_of_a_run_behind_a_gap_has_its_answer(table: Table) -> None:
    """Letters that come faster than the server commits are judged as one; the client counts an ack for each."""
    author, reader = table.sit(0), table.sit(1)
    author.hold_back(" ")  # lost on the way
    letters = [author.hold_back(letter) for letter in "abcdefghij" * 5]
    for letter in letters:
        author.send(letter)
    until(lambda: author.client.pump() and author.settled, "an answer for each letter")
    assert author.acked == author.sent
    until(lambda: reader.reads("abcdefghij" * 5), "all of the letters")


def test_a_gap_that_is_never_filled_changes_nothing(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    entries, stored = table.entries(author.key), table.stored_text(author.key)
    author.hold_back(" first")
    second = author.hold_back(" second")
    client = table.client()  # one that does not answer
    client.send(auth(author.key, table.token(0)))
    client.expect(author.key, protocol.AUTH)
    client.send(update_frame(author.key, second))
    client.expect(author.key, protocol.SYNC, step=protocol.STEP_1)
    reader.type(" by somebody else")
    until(lambda: reader.settled, "an ack for the other")
    assert table.entries(author.key) == entries + 1
    assert table.stored_text(author.key) == stored.replace("nobody.", "nobody. by somebody else")
    assert "second" not in reader.text
    assert not [frame for frame in client.frames if frame.endswith(protocol.STORED)]


def test_deletions_of_unknown_words_are_a_gap(table: Table) -> None:
    author = table.sit(0)
    asked = author.asked
    author.send(b"\x00\x01\xd2\x09\x01\x00\x05")  # five of client 1234
    until(lambda: author.client.pump() and author.asked == asked + 1, "the question what is missing")
    author.type(" and on")
    until(lambda: author.settled, "an ack")


def test_updates_in_any_order_end_in_one_text(table: Table) -> None:
    """Each gap is answered by everything, so whatever order a network makes of them, nothing is lost or twice."""
    author, reader = table.sit(0), table.sit(1)
    updates = [author.hold_back(f" w{number}") for number in range(12)]
    random.Random(7).shuffle(updates)
    for update in updates:
        author.send(update)
        author.client.pump()

    def whole() -> bool:
        author.client.pump()
        return reader.reads("".join(f" w{number}" for number in range(12)))

    until(lambda: whole() and author.settled, "all the words, and an answer for each")
    assert author.refused == 0
    assert table.stored_text(author.key).count("".join(f" w{number}" for number in range(12))) == 1
