"""No write stands that was judged against less than the document's whole text, on either engine."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server.journal.store import Store, Write
from server.journal.transaction import Transaction
from server.storage.tables import Client, Meeting
from tests.support.desk import Desk, Writer
from tests.support.wait import soon


@pytest.fixture
def writers(desk: Desk) -> tuple[Writer, Writer]:
    """Two people in one document, as two nodes would have them."""
    return desk.writer(role="team_staff"), desk.writer(role="parent")


def head(desk: Desk) -> tuple[int, bytes]:
    row = desk.rows(select(Meeting.head_number, Meeting.head_hash).where(Meeting.id == desk.meeting))[0]
    return row.head_number, bytes(row.head_hash)


def newest(desk: Desk, writer: Writer) -> int:
    return max(entry.number for entry in desk.entries() if entry.document_id == writer.document_id)


async def judged(writer: Writer, words: str, seen: int, known: tuple[int, bytes]) -> Write:
    """An edit that was judged against the document as of entry `seen`, and given to the journal."""
    write = writer.write(words)
    write.seen, write.head = seen, known
    await soon(lambda: writer.idle, "the journal's answer")
    return write


async def test_a_write_from_behind_is_told_what_it_missed_and_changes_nothing(
    desk: Desk, writers: tuple[Writer, Writer]
) -> None:
    first, second = writers
    seen, known = newest(desk, first), head(desk)
    stands = await judged(first, "first", seen, known)
    assert stands.entry is not None
    before = desk.everything()
    late = await judged(second, "second", seen, known)
    assert late.entry is None
    assert late.refusal is None
    assert late.missed == [(stands.entry.number, stands.update)]
    assert desk.everything() == before
    again = await judged(second, " again", stands.entry.number, head(desk))
    assert again.entry is not None
    assert desk.faults() == []


async def test_what_others_did_elsewhere_in_the_meeting_holds_nobody_up(
    desk: Desk, writers: tuple[Writer, Writer]
) -> None:
    first, _ = writers
    seen, known = newest(desk, first), head(desk)
    elsewhere = desk.writer("goals")
    elsewhere.write("in another section")
    await desk.journal.settle()
    assert (await judged(first, "first", seen, known)).entry is not None


async def test_who_knows_more_than_the_database_is_told(desk: Desk, writers: tuple[Writer, Writer]) -> None:
    first, _ = writers
    write = await judged(first, "from a future", newest(desk, first) + 7, (99, bytes(32)))
    assert write.rewound
    assert write.entry is None


async def test_a_repeat_from_behind_is_not_refused_by_a_closed_section(
    desk: Desk, writers: tuple[Writer, Writer]
) -> None:
    """Whoever comes over from another node with words that are stored has nothing to be refused."""
    first, _ = writers
    observer = Writer(desk.journal, first.document_id, desk.people["observer"])
    seen, known = newest(desk, first), head(desk)
    stands = await judged(first, "stored", seen, known)
    late = await judged(observer, "stored", seen, known)
    assert late.refusal is None
    assert stands.entry is not None
    assert late.missed == [(stands.entry.number, stands.update)]


async def test_a_client_id_is_the_persons_who_wrote_with_it_first(desk: Desk, writers: tuple[Writer, Writer]) -> None:
    first, second = writers
    for writer, words, refusal in ((first, "mine", None), (second, "mine too", "invalid"), (first, " again", None)):
        write = writer.write(words)
        write.claims = (77, 2**52)
        await desk.journal.settle()
        assert write.refusal == refusal
    rows = desk.rows(select(Client.client, Client.person_id).where(Client.document_id == first.document_id))
    assert sorted(tuple(row) for row in rows) == [(77, desk.people["team_staff"]), (2**52, desk.people["team_staff"])]


async def test_an_answer_to_commit_that_was_lost_while_another_node_wrote(
    desk: Desk, writers: tuple[Writer, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch stands, another node has written after it, and the batch that is given again is found."""
    first, second = writers
    seen, known = newest(desk, first), head(desk)
    finish, failed = Transaction.finish, list[bool]()

    def store_and_fail(transaction: Transaction) -> None:
        finish(transaction)
        if not failed:
            failed.append(True)
            transaction.connection.connection.commit()
            _as_another_node(desk, second)
            raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    monkeypatch.setattr(Transaction, "finish", store_and_fail)
    write = await judged(first, "once", seen, known)
    assert write.entry is not None
    assert failed
    mine = [entry for entry in desk.entries() if bytes(entry.payload) == write.update]
    assert [entry.number for entry in mine] == [write.entry.number]
    assert desk.faults() == []


def _as_another_node(desk: Desk, writer: Writer) -> None:

    store = Store(desk.database)
    store.append([Write(writer.document_id, desk.people["parent"], b"\x00\x00", 0, 0)])
    store.close()
